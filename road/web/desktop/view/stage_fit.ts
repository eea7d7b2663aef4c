/** How large the desktop is shown: all of it, pixel by pixel, or as two fingers have it. The stage scrolls over what is larger. */
import type { Desktop } from "../desktop_types.ts";

/** The most that fingers enlarge, in CSS pixels a pixel of the desktop. */
const LARGEST = 6;

export type FitMode = "fit" | "actual" | "free";

/** The size of a shown desktop in its stage. */
export class StageFit {
  #mode: FitMode = "fit";
  #scale = 1;
  /** Of the pixels that a finger or the wheel moved, what is no whole one yet. */
  onchange: (mode: FitMode) => void = () => {};

  constructor(private readonly stage: HTMLElement, private readonly desktop: Desktop) {
    new ResizeObserver(() => this.apply()).observe(stage);
  }

  get mode(): FitMode {
    return this.#mode;
  }

  /** Whether there is more of the desktop than the stage shows. */
  get larger(): boolean {
    const { stage } = this;
    return stage.scrollWidth > stage.clientWidth + 1 || stage.scrollHeight > stage.clientHeight + 1;
  }

  set(mode: FitMode): void {
    this.#mode = mode;
    this.apply();
    this.onchange(mode);
  }

  /** Enlarges around a place in the page; what would be smaller than all of it fits. */
  zoom(factor: number, { x, y }: { readonly x: number; readonly y: number }): void {
    const { stage } = this;
    const before = this.#scale;
    const wanted = Math.min(LARGEST, before * factor);
    const fits = wanted <= this.#whole();
    if (fits !== (this.#mode === "fit")) {
      this.#mode = fits ? "fit" : "free";
      this.onchange(this.#mode);
    }
    if (!fits) this.#scale = wanted;
    const box = this.desktop.element.getBoundingClientRect();
    this.apply();
    const grown = this.#scale / before;
    const edge = stage.getBoundingClientRect();
    stage.scrollLeft = (x - box.left) * grown - (x - edge.left);
    stage.scrollTop = (y - box.top) * grown - (y - edge.top);
  }

  /** Moves what is shown; CSS pixels. */
  pan(dx: number, dy: number): void {
    this.stage.scrollBy(-dx, -dy);
  }

  apply(): void {
    const { width, height } = this.desktop.screen;
    if (this.#mode === "fit") this.#scale = this.#whole();
    if (this.#mode === "actual") this.#scale = 1 / devicePixelRatio;
    const { style } = this.desktop.element;
    style.width = `${width * this.#scale}px`;
    style.height = `${height * this.#scale}px`;
    // Pixels that are shown as they are have no use for smoothing.
    style.imageRendering = this.#scale * devicePixelRatio >= 2 ? "pixelated" : "auto";
  }

  /** The scale at which all of it shows. */
  #whole(): number {
    const { width, height } = this.desktop.screen;
    const { clientWidth, clientHeight } = this.stage;
    return Math.max(0.01, Math.min(clientWidth / width, clientHeight / height));
  }
}
