/** The numbers of a session over its screen, as long as the person wants to see them. */

/** Often enough to watch a link get better or worse, ms. */
const REFRESH = 1000;

/** The statistics panel over the screen. */
export class NumbersPanel implements Disposable {
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param show puts a line over the screen, or (null) takes it away */
  constructor(private readonly words: () => string, private readonly show: (line: string | null) => void) {}

  get shown(): boolean {
    return this.#timer !== undefined;
  }

  /** Shows them, or no longer. */
  toggle(): void {
    if (this.shown) {
      this[Symbol.dispose]();
      return this.show(null);
    }
    this.#timer = setInterval(() => this.show(this.words()), REFRESH);
    this.show(this.words());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
