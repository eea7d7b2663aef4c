/** Terminal and desktop: one of them, or side by side. */
import { make, part } from "../../dom/elements.ts";
import { icon, type IconName } from "./icons.ts";

export type Shown = "terminal" | "desktop" | "both";

/** Side by side both are of use from this width on, CSS pixels: 80 columns, and a desktop half as large as it is. */
const WIDE = 1100;
const TABS: readonly (readonly [shown: Shown, name: string, picture: IconName])[] = [
  ["terminal", "Terminal", "terminal"],
  ["desktop", "Desktop", "desktop"],
  ["both", "Side by side", "both"],
];

/** The tabs in the page's bar, and what they show. */
export class Layout {
  readonly #tabs: ReadonlyMap<Shown, HTMLButtonElement>;
  readonly #group: HTMLElement;
  #shown: Shown = "desktop";

  /** @param changed is called with what shows; the one that a person chose gets the keyboard */
  constructor(private readonly changed: (shown: Shown) => void) {
    this.#tabs = new Map(TABS.map(([shown, name, picture]) => [
      shown,
      make("button", {
        type: "button",
        title: name,
        onclick: () => this.show(shown),
      }, [icon(picture), make("span", { textContent: name })]),
    ]));
    this.#group = make("div", { id: "views", role: "group", ariaLabel: "What is shown" }, [
      ...this.#tabs.values(),
    ]);
    part("bar").querySelector(".space")!.after(this.#group);
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** What a window of this size begins with. */
  static first(): Shown {
    return innerWidth >= WIDE ? "both" : "desktop";
  }

  /** There is no terminal to show. */
  alone(): void {
    this.#group.hidden = true;
    this.show("desktop");
  }

  show(shown: Shown): void {
    this.#shown = shown;
    for (const [name, tab] of this.#tabs) tab.ariaPressed = String(name === shown);
    part("main").dataset.shown = shown;
    // What is not seen has no keyboard either; it keeps its size.
    part("stage").inert = shown === "desktop";
    this.changed(shown);
  }

  /** The terminal alone, as without a desktop. */
  close(): void {
    this.#group.remove();
    delete part("main").dataset.shown;
    part("stage").inert = false;
  }
}
