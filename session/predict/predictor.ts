/**
 * Guesses what a key will do to the screen before the host's output arrives: mosh's rules (Winstein and Balakrishnan, "Mosh: An Interactive
 * Remote Shell for Mobile Clients", USENIX ATC 2012, section 3.2). Guesses are an overlay: the screen itself is never changed. A guess in a
 * new epoch (after Enter, an arrow up, any key with an unclear effect) is made but not shown until one of that epoch proved right; so
 * nothing is shown at a password prompt.
 */
import { type Key, KeyReader } from "./key_reader.ts";
import { type CellGuess, type CursorGuess, judgeCell, judgeCursor, type ScreenView } from "./guess.ts";
import { isSuggestion, type Line, type LineCell, pushedUntil, widthBefore } from "./line_edit.ts";
import { Thresholds } from "./thresholds.ts";

export type PredictMode = "always" | "adaptive" | "never";

/** A character of 1 or 2 columns. */
export interface GuessedCell {
  readonly row: number;
  readonly col: number;
  readonly char: string;
  readonly width: number;
}

/** The guesses to draw over the confirmed screen. */
export interface Overlay {
  readonly cells: readonly GuessedCell[];
  readonly cursor: { readonly row: number; readonly col: number } | undefined;
  /** Whether to underline the cells: the link is so slow that a person should know. */
  readonly mark: boolean;
}

const BLANK: LineCell = { char: " ", width: 1 };
const RIGHT_HALF: LineCell = { char: "", width: 0 };
const UNKNOWN: LineCell = { char: undefined, width: 1 };

/** More bytes at once are a paste. */
const PASTE = 100;

/** The guesses of one viewer. */
export class Predictor {
  readonly #keys = new KeyReader();
  readonly #triggers = new Thresholds();
  #cells = new Map<number, CellGuess>();
  #cursors: CursorGuess[] = [];
  #epoch = 1;
  #confirmed = 0;
  #effect = 0;
  /** How many shown guesses were right and wrong: for statistics. */
  readonly counts = { right: 0, wrong: 0 };

  constructor(private readonly mode: PredictMode) {}

  /**
   * Handles typed bytes, the last of which ends at input offset `end`; `now` in ms.
   * @param view the confirmed screen
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
   * Compares the guesses with the screen and removes the decided ones; `now` in ms.
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

  /** Whether guesses are shown at all: the link is slow enough, or the mode says always. */
  get shows(): boolean {
    return this.mode === "always" || this.mode === "adaptive" && this.#triggers.show;
  }

  /** The guesses to draw now. */
  overlay(): Overlay {
    if (!this.shows) return { cells: [], cursor: undefined, mark: false };
    const cells = [];
    for (const { covers, ...newest } of this.#cells.values()) {
      const shown = this.#isShown(newest) ? newest : covers && this.#effect < covers.due ? covers : null;
      if (shown === null || shown.char === undefined || shown.width === 0) continue;
      const { row, col, char, width } = shown;
      cells.push({ row, col, char, width });
    }
    const cursor = this.#cursors.findLast((guess) => this.#isShown(guess));
    return { cells, cursor: cursor && { row: cursor.row, col: cursor.col }, mark: this.#triggers.mark };
  }

  /** When to call {@link update} again even if nothing arrives, because guesses grow old; in ms from now, Infinity if there are none. */
  get wait(): number {
    return this.#cells.size > 0 ? 50 : Infinity;
  }

  /** Forgets all guesses: after a new screen, a resize, a wrong guess. */
  reset(): void {
    this.#cells.clear();
    this.#cursors = [];
    this.#doubt();
  }

  #isShown(guess: { readonly epoch: number }): boolean {
    return guess.epoch <= this.#confirmed;
  }

  /** Begins a new epoch: later guesses are less certain. */
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
    // One cursor guess per epoch is enough: the newest.
    this.#cursors = [...this.#cursors.filter((other) => other.epoch !== this.#epoch), guess];
  }

  /** The row with the guesses over it. */
  #line(view: ScreenView, row: number): Line {
    return (col) =>
      this.#cells.get(row * view.cols + col) ?? { char: view.char(row, col), width: view.width(row, col) };
  }

  #put(view: ScreenView, row: number, col: number, { char, width }: LineCell, due: number, at: number): void {
    const key = row * view.cols + col;
    const old = this.#cells.get(key);
    const before = [...(old?.before ?? []), view.char(row, col)];
    this.#cells.set(key, {
      row,
      col,
      char,
      width,
      epoch: this.#epoch,
      due,
      at,
      before: [...new Set(before)],
      covers: old && this.#isShown(old) ? { ...old, covers: undefined } : old?.covers,
    });
  }

  #guess(key: Key, due: number, view: ScreenView, now: number): void {
    const { row, col } = this.#cursor(view);
    const line = this.#line(view, row);
    switch (key.kind) {
      case "char":
        return this.#insert(key, row, col, due, view, now);
      case "backspace":
        return this.#erase(row, col, due, view, now);
      case "left":
        if (col === 0) return this.#doubt();
        return this.#moveTo(row, col - widthBefore(line, col), due, now);
      case "right": {
        const next = col + Math.max(1, line(col).width);
        // At a suggestion, this key accepts it.
        if (next >= view.cols || isSuggestion(view, row, col, view.cols)) return this.#doubt();
        return this.#moveTo(row, next, due, now);
      }
      case "enter":
        this.#doubt();
        return this.#moveTo(Math.min(row + 1, view.rows - 1), 0, due, now);
      case "other":
        return this.#doubt();
    }
  }

  #insert(
    { char, width }: { readonly char: string; readonly width: number },
    row: number,
    col: number,
    due: number,
    view: ScreenView,
    now: number,
  ): void {
    // At the end of the line shells, editors and the line discipline differ: no more guesses in this epoch.
    if (col + width >= view.cols) return this.#doubt();
    const line = this.#line(view, row);
    const end = pushedUntil(line, col, view.cols);
    const put = (at: number, cell: LineCell) => this.#put(view, row, at, cell, due, now);
    if (isSuggestion(view, row, col, end)) {
      // The text there stays, or is replaced by another.
      if (char !== line(col).char) { for (let i = col + width; i < end; i++) put(i, UNKNOWN); }
    } else {
      for (let i = Math.min(end + width, view.cols) - 1; i >= col + width; i--) {
        // The last column may get any text.
        const from = i === view.cols - 1 ? UNKNOWN : line(i - width);
        const is = line(i);
        if (from.char !== is.char || from.width !== is.width || i === view.cols - 1) put(i, from);
      }
    }
    put(col, { char, width });
    if (width === 2) put(col + 1, RIGHT_HALF);
    this.#moveTo(row, col + width, due, now);
  }

  #erase(row: number, col: number, due: number, view: ScreenView, now: number): void {
    if (col === 0) return this.#doubt();
    const line = this.#line(view, row);
    const width = widthBefore(line, col);
    const end = pushedUntil(line, col, view.cols);
    if (!isSuggestion(view, row, col, end)) {
      for (let i = col - width; i < end; i++) {
        const next = i + width < end ? line(i + width) : end === view.cols ? UNKNOWN : BLANK;
        this.#put(view, row, i, next, due, now);
      }
    }
    this.#moveTo(row, col - width, due, now);
  }
}
