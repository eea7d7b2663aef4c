/**
 * Guesses what a key will do to the screen before the host has said it: mosh's rules (Winstein and Balakrishnan, "Mosh: An Interactive Remote Shell for
 * Mobile Clients", USENIX ATC 2012, section 3.2). Guesses are an overlay: the screen itself is never touched. A guess in a new epoch (after Enter, an arrow up,
 * anything whose effect is not plain) is made but not shown until one of that epoch came out right; so nothing shows at a password.
 */
import { type Key, KeyReader } from "./key_reader.ts";
import { type CellGuess, type CursorGuess, judgeCell, judgeCursor, type ScreenView } from "./prediction.ts";
import { Triggers } from "./triggers.ts";

export type PredictMode = "always" | "adaptive" | "never";

/** What is to be drawn over the confirmed screen. */
export interface Overlay {
  readonly cells: readonly { readonly row: number; readonly col: number; readonly char: string }[];
  readonly cursor: { readonly row: number; readonly col: number } | undefined;
  /** Whether the cells are to be underlined: the link is so slow that a person should know. */
  readonly mark: boolean;
}

/** More at once is a paste; bytes. */
const PASTE = 100;

export class Predictor {
  readonly #keys = new KeyReader();
  readonly #triggers = new Triggers();
  #cells = new Map<number, CellGuess>();
  #cursors: CursorGuess[] = [];
  #epoch = 1;
  #confirmed = 0;
  #effect = 0;
  /** How many shown guesses came out right and wrong: for statistics. */
  readonly counts = { right: 0, wrong: 0 };

  constructor(private readonly mode: PredictMode) {}

  /**
   * Takes typed bytes, the last of which ends at input offset `end`.
   * @param view the screen as it is confirmed now
   */
  typed(bytes: Uint8Array, end: number, view: ScreenView, now: number): void {
    if (this.mode === "never") return;
    if (bytes.length > PASTE) {
      this.#keys.read(bytes);
      return this.reset();
    }
    for (const key of this.#keys.read(bytes)) this.#guess(key, end, view, now);
  }

  /**
   * Compares the guesses with the screen; those that are decided go.
   * @param effect the echo ack that holds for `view`
   * @param srtt smoothed round trip in ms
   */
  update(view: ScreenView, effect: number, srtt: number, now: number): void {
    this.#effect = Math.max(this.#effect, effect);
    this.#triggers.update(srtt, this.#cells.size > 0 || this.#cursors.length > 0);
    for (const [at, guess] of this.#cells) {
      switch (judgeCell(guess, view, this.#effect)) {
        case "pending":
          this.#triggers.waiting(now - guess.at);
          continue;
        case "correct":
          if (this.#isShown(guess)) this.counts.right++;
          this.#confirmed = Math.max(this.#confirmed, guess.epoch);
          this.#triggers.answered(now - guess.at, now);
          this.#cells.delete(at);
          continue;
        case "no credit":
          this.#cells.delete(at);
          continue;
        case "wrong":
          if (!this.#isShown(guess)) {
            this.#kill(guess.epoch, view, now);
            continue;
          }
          this.counts.wrong++;
          return this.reset();
      }
    }
    const verdicts = this.#cursors.map((guess) => judgeCursor(guess, view, this.#effect));
    const wrong = this.#cursors.find((_, i) => verdicts[i] === "wrong");
    if (wrong && this.#isShown(wrong)) return this.reset();
    if (wrong) this.#kill(wrong.epoch, view, now);
    this.#cursors = this.#cursors.filter((guess) => judgeCursor(guess, view, this.#effect) === "pending");
  }

  /** Whether guesses are shown at all: the link is slow enough, or they always are. */
  get shows(): boolean {
    return this.mode === "always" || this.mode === "adaptive" && this.#triggers.show;
  }

  /** What to draw now. */
  overlay(): Overlay {
    if (!this.shows) return { cells: [], cursor: undefined, mark: false };
    const cells = [];
    for (const guess of this.#cells.values()) {
      if (guess.char !== undefined && this.#isShown(guess)) {
        cells.push({ row: guess.row, col: guess.col, char: guess.char });
      }
    }
    const cursor = this.#cursors.findLast((guess) => this.#isShown(guess));
    return { cells, cursor: cursor && { row: cursor.row, col: cursor.col }, mark: this.#triggers.mark };
  }

  /** When {@link update} should look again although nothing came: guesses grow old; ms from now, Infinity if there are none. */
  get wait(): number {
    return this.#cells.size > 0 ? 50 : Infinity;
  }

  /** Forgets all guesses: a new screen, a resize, a wrong one. */
  reset(): void {
    this.#cells.clear();
    this.#cursors = [];
    this.#doubt();
  }

  #isShown(guess: { readonly epoch: number }): boolean {
    return guess.epoch <= this.#confirmed;
  }

  /** What comes next is less sure than what came before. */
  #doubt(): void {
    this.#epoch++;
  }

  #kill(epoch: number, view: ScreenView, now: number): void {
    for (const [at, guess] of this.#cells) if (guess.epoch >= epoch) this.#cells.delete(at);
    this.#cursors = this.#cursors.filter((guess) => guess.epoch < epoch);
    this.#doubt();
    this.#moveTo(view.cursorRow, view.cursorCol, this.#effect, now);
  }

  #cursor(view: ScreenView): { row: number; col: number } {
    const last = this.#cursors[this.#cursors.length - 1];
    return last ?? { row: view.cursorRow, col: view.cursorCol };
  }

  #moveTo(row: number, col: number, due: number, at: number): void {
    const guess = { row, col, epoch: this.#epoch, due, at };
    // One guess per epoch is enough: the newest.
    this.#cursors = [...this.#cursors.filter((other) => other.epoch !== this.#epoch), guess];
  }

  #char(view: ScreenView, row: number, col: number): string | undefined {
    const guess = this.#cells.get(row * view.cols + col);
    return guess ? guess.char : view.char(row, col);
  }

  #put(view: ScreenView, row: number, col: number, char: string | undefined, due: number, at: number): void {
    const key = row * view.cols + col;
    const before = [...(this.#cells.get(key)?.before ?? []), view.char(row, col)];
    this.#cells.set(key, { row, col, char, epoch: this.#epoch, due, at, before: [...new Set(before)] });
  }

  #guess(key: Key, due: number, view: ScreenView, now: number): void {
    const { row, col } = this.#cursor(view);
    switch (key.kind) {
      case "char":
        return this.#insert(key.char, row, col, due, view, now);
      case "backspace":
        if (col === 0) return this.#doubt();
        for (let i = col - 1; i < view.cols; i++) {
          const next = i + 2 < view.cols ? this.#char(view, row, i + 1) : undefined;
          this.#put(view, row, i, next, due, now);
        }
        return this.#moveTo(row, col - 1, due, now);
      case "left":
        return col > 0 ? this.#moveTo(row, col - 1, due, now) : this.#doubt();
      case "right":
        return col + 1 < view.cols ? this.#moveTo(row, col + 1, due, now) : this.#doubt();
      case "enter":
        this.#doubt();
        return this.#moveTo(Math.min(row + 1, view.rows - 1), 0, due, now);
      case "other":
        return this.#doubt();
    }
  }

  #insert(char: string, row: number, col: number, due: number, view: ScreenView, now: number): void {
    // At the line's end shells, editors and line discipline differ: guess no more in this epoch.
    if (col + 1 >= view.cols) return this.#doubt();
    for (let i = view.cols - 1; i > col; i--) {
      // The last column may gain anything, and where something waits beyond the next blank (a right prompt) it may stay.
      const from = i === view.cols - 1 ? undefined : this.#char(view, row, i - 1);
      if (from === this.#char(view, row, i) && i < view.cols - 1) continue;
      this.#put(view, row, i, from, due, now);
    }
    this.#put(view, row, col, char, due, now);
    this.#moveTo(row, col + 1, due, now);
  }
}
