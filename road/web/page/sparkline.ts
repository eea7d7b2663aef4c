/** A figure with a graph of its recent values. */
import { make, svg } from "../dom/elements.ts";

/** Samples that a line shows: two minutes, one a second. */
export const SPAN = 120;
const WIDTH = 240;
const HEIGHT = 30;

/** A small graph of the latest values. */
export class Sparkline {
  readonly element: HTMLElement;
  readonly #line = svg("polyline", { points: "" });
  readonly #value = make("b");
  readonly #samples: (number | undefined)[] = [];

  /** @param least the top of the scale is at least this, so that noise stays small */
  constructor(
    label: string,
    private readonly least: number,
    private readonly words: (value: number) => string,
  ) {
    const ground = svg("line", {
      class: "ground",
      x1: "0",
      x2: `${WIDTH}`,
      y1: `${HEIGHT}`,
      y2: `${HEIGHT}`,
    });
    this.element = make("div", { className: "figure" }, [
      make("span", { textContent: label }),
      this.#value,
      svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, [
        ground,
        this.#line,
      ]),
    ]);
  }

  /** @param value undefined: there is none now, as without a link */
  add(value: number | undefined): void {
    this.#samples.push(value);
    if (this.#samples.length > SPAN) this.#samples.shift();
    this.#value.textContent = value === undefined ? "–" : this.words(value);
    const top = Math.max(this.least, ...this.#samples.map((sample) => sample ?? 0));
    const from = SPAN - this.#samples.length;
    const points = this.#samples.flatMap((sample, i) =>
      sample === undefined
        ? []
        : `${((from + i) * WIDTH / (SPAN - 1)).toFixed(1)},${
          (HEIGHT - sample / top * (HEIGHT - 2)).toFixed(1)
        }`
    );
    this.#line.setAttribute("points", points.join(" "));
  }
}
