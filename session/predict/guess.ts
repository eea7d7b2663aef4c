/** One guess about the screen: a character or the cursor, when it was made, and how to tell whether it was right (mosh's rules). */

/** What a predictor needs to see of the screen that the host has confirmed. Rows and columns count from 0. */
export interface ScreenView {
  readonly cols: number;
  readonly rows: number;
  readonly cursorCol: number;
  readonly cursorRow: number;
  /** What stands in a cell; "" and " " are blank. */
  char(row: number, col: number): string;
  /** How many columns the cell takes: 1 or 2; 0 for the right half of a wide one. */
  width(row: number, col: number): number;
  /** Whether it is written as shells write what they suggest: dim or grey. */
  faint(row: number, col: number): boolean;
}

export type Verdict = "pending" | "correct" | "no credit" | "wrong";

interface Guess {
  readonly row: number;
  readonly col: number;
  /** Not shown until an equal or later epoch was confirmed. */
  readonly epoch: number;
  /** The input offset behind the key: an echo ack from there on tells right from wrong. */
  readonly due: number;
  /** When the key was typed; ms. */
  readonly at: number;
}

export interface CellGuess extends Guess {
  /** What will stand there; undefined where only that it changes is known. */
  readonly char: string | undefined;
  /** 1 or 2 columns; 0 for the right half of a wide character. */
  readonly width: number;
  /** What stood there at each time it was guessed: no credit for guessing what was there already. */
  readonly before: readonly string[];
  /** An older guess that is shown, for as long as this one is not and nothing is known of it. */
  readonly covers: CellGuess | undefined;
}

export type CursorGuess = Guess;

const blank = (char: string) => char === "" || char === " ";
const same = (a: string, b: string) => a === b || blank(a) && blank(b);

/** @param effect the echo ack: input below it shows on `view` */
export function judgeCell(guess: CellGuess, view: ScreenView, effect: number): Verdict {
  if (guess.row >= view.rows || guess.col >= view.cols) return "wrong";
  if (effect < guess.due) return "pending";
  if (guess.char === undefined) return "no credit";
  const now = view.char(guess.row, guess.col);
  if (!same(now, guess.char)) return "wrong";
  return blank(guess.char) || guess.before.some((char) => same(char, now)) ? "no credit" : "correct";
}

export function judgeCursor(guess: CursorGuess, view: ScreenView, effect: number): Verdict {
  if (guess.row >= view.rows || guess.col >= view.cols) return "wrong";
  if (effect < guess.due) return "pending";
  return view.cursorRow === guess.row && view.cursorCol === guess.col ? "correct" : "wrong";
}
