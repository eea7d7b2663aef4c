/** One guess about the screen: a character or the cursor, the time of the guess, and how to tell whether it was right (mosh's rules). */

/** The confirmed screen as a predictor reads it. Rows and columns count from 0. */
export interface ScreenView {
  readonly cols: number;
  readonly rows: number;
  readonly cursorCol: number;
  readonly cursorRow: number;
  /** The text of a cell; "" and " " are blank. */
  char(row: number, col: number): string;
  /** The columns of the cell: 1 or 2; 0 for the right half of a wide one. */
  width(row: number, col: number): number;
  /** Whether it looks like a shell's suggestion: dim or grey. */
  faint(row: number, col: number): boolean;
}

export type Verdict = "pending" | "correct" | "no credit" | "wrong";

interface Guess {
  readonly row: number;
  readonly col: number;
  /** The guess is shown only after one of the same or a later epoch was confirmed. */
  readonly epoch: number;
  /** The input offset after the key: an echo ack from there on decides the guess. */
  readonly due: number;
  /** When the key was typed, in ms. */
  readonly at: number;
}

export interface CellGuess extends Guess {
  /** The guessed text; undefined if it is only known that the cell changes. */
  readonly char: string | undefined;
  /** 1 or 2 columns; 0 for the right half of a wide character. */
  readonly width: number;
  /** The texts of the cell at each time it was guessed: a guess of the text that was there already earns no credit. */
  readonly before: readonly string[];
  /** An older guess, which is shown while this one is not and the cell's text is unknown. */
  readonly covers: CellGuess | undefined;
}

export type CursorGuess = Guess;

const blank = (char: string) => char === "" || char === " ";
const same = (a: string, b: string) => a === b || blank(a) && blank(b);

/**
 * Whether a guess came out right.
 * @param effect the echo ack: the effect of input below it is on `view`
 */
export function judgeCell(guess: CellGuess, view: ScreenView, effect: number): Verdict {
  if (guess.row >= view.rows || guess.col >= view.cols) return "wrong";
  if (effect < guess.due) return "pending";
  if (guess.char === undefined) return "no credit";
  const now = view.char(guess.row, guess.col);
  if (!same(now, guess.char)) return "wrong";
  return blank(guess.char) || guess.before.some((char) => same(char, now)) ? "no credit" : "correct";
}

/** Whether a guess of the cursor's place came out right; parameters as for {@link judgeCell}. */
export function judgeCursor(guess: CursorGuess, view: ScreenView, effect: number): Verdict {
  if (guess.row >= view.rows || guess.col >= view.cols) return "wrong";
  if (effect < guess.due) return "pending";
  return view.cursorRow === guess.row && view.cursorCol === guess.col ? "correct" : "wrong";
}
