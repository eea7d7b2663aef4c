/** The line over a viewer's screen: what is said for some seconds, and the numbers while they are wanted. */
import { NumbersPanel } from "./numbers_panel.ts";

/** How long help and the host's notices stay, ms: time to read them twice. */
const SAID = 8000;

export interface Lines {
  /** A line over all others; null takes it away. */
  status(text: string | null): void;
  /** A line while there is no other; null takes it away. */
  numbers(text: string | null): void;
}

/** The status line of a viewer. */
export class ViewerBar implements Disposable {
  readonly #panel: NumbersPanel;
  #said: ReturnType<typeof setTimeout> | undefined;
  /** Whether the person asked for the line that is said. */
  #asked = false;

  /**
   * @param numbers the line of numbers, now
   * @param ended what was said is no longer shown
   */
  constructor(private readonly lines: Lines, numbers: () => string, private readonly ended: () => void) {
    this.#panel = new NumbersPanel(numbers, (line) => lines.numbers(line));
  }

  /** Says a line; `asked`: the person wanted it, and may close it. */
  say(text: string, asked = false): void {
    clearTimeout(this.#said);
    this.#asked = asked;
    this.lines.status(text);
    this.#said = setTimeout(() => this.#end(), SAID);
  }

  /** Shows the numbers, or no longer. */
  toggleNumbers(): void {
    this.#panel.toggle();
  }

  /** Takes away what the person asked for; false if nothing of that kind is shown. */
  close(): boolean {
    if (this.#asked) this.#end();
    else if (this.#panel.shown) this.#panel.toggle();
    else return false;
    return true;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#said);
    this.#panel[Symbol.dispose]();
  }

  #end(): void {
    clearTimeout(this.#said);
    this.#asked = false;
    this.lines.status(null);
    this.ended();
  }
}
