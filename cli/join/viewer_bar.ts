/** The line over a viewer's screen: messages for some seconds, and the statistics while they are requested. */
import { NumbersPanel } from "./numbers_panel.ts";

/** How long help and the host's notices stay, in ms: enough to read them twice. */
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
  /** Whether the person requested the present message. */
  #asked = false;

  /**
   * @param numbers returns the line of statistics
   * @param ended called when the message is not shown any more
   */
  constructor(private readonly lines: Lines, numbers: () => string, private readonly ended: () => void) {
    this.#panel = new NumbersPanel(numbers, (line) => lines.numbers(line));
  }

  /** Shows a message; `asked`: the person requested it, and may close it. */
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

  /** Removes the message that the person requested; false if there is none. */
  close(): boolean {
    if (this.#asked) this.#end();
    else if (this.#panel.shown) this.#panel.toggle();
    else return false;
    return true;
  }

  /** Takes away what is said, whoever wanted it. */
  clear(): void {
    this.#end();
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
