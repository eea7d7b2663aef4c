/** How far a copy is: one line that is drawn over, on a terminal; elsewhere nothing. */
import { sizeText } from "../../session/services/size_text.ts";
import { oneLine } from "../process/failure.ts";

/** Between two drawings, ms. */
const DRAW = 100;
/** The speed is that of the last so many seconds. */
const SPEED_SECONDS = 5;
/** Columns of the bar, in a window of so many: it is as wide whatever the words are. */
const BAR = (columns: number) => columns >= 100 ? 24 : columns >= 60 ? 16 : 0;

/** `75` s as `1:15`. */
function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => `${n}`.padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export interface ProgressIo {
  readonly now: () => number;
  /** Columns of the terminal; undefined where there is none, and nothing is drawn. */
  readonly columns: () => number | undefined;
  readonly write: (text: string) => void;
}

/** The progress of one command; on a terminal it is a line that is drawn over. */
export class Progress {
  #done = 0;
  #total = 0;
  #files = 0;
  #allFiles = 0;
  #drawnAt = -Infinity;
  #drawn = false;
  /** When how much was moved, of the last seconds. */
  #marks: { readonly at: number; readonly moved: number }[] = [];
  #moved = 0;
  readonly #began: number;

  constructor(private readonly io: ProgressIo) {
    this.#began = io.now();
  }

  /** One more file of `bytes` is to be copied. */
  expect(bytes: number): void {
    this.#total += bytes;
    this.#allFiles++;
  }

  /** A file is `bytes` further; of these `moved` went over the link, the rest was there. */
  advance(bytes: number, moved: number): void {
    this.#done += bytes;
    this.#moved += moved;
    this.#draw();
  }

  fileDone(): void {
    this.#files++;
    this.#draw();
  }

  /** Says something in a line of its own; names in it are a stranger's. */
  say(line: string): void {
    this.#clear();
    this.io.write(`${oneLine(line)}\n`);
  }

  /** Leaves one line that says what was copied. */
  finish(): void {
    this.#clear();
    if (this.io.columns() === undefined) return;
    const seconds = Math.max(0.001, (this.io.now() - this.#began) / 1000);
    const files = this.#files === 1 ? "1 file" : `${this.#files} files`;
    this.io.write(
      `${files}, ${sizeText(this.#done)} in ${timeText(seconds)} (${sizeText(this.#moved / seconds)}/s)\n`,
    );
  }

  /** To be called every second: a copy that stands still says so, in place of a time that is none. */
  tick(): void {
    if (this.#drawn) this.#draw();
  }

  #draw(): void {
    const columns = this.io.columns();
    const now = this.io.now();
    if (columns === undefined || now - this.#drawnAt < DRAW) return;
    this.#drawnAt = now;
    this.#marks.push({ at: now, moved: this.#moved });
    // The last mark of before counts too, so that there always are two.
    while (this.#marks.length > 2 && now - this.#marks[1]!.at >= SPEED_SECONDS * 1000) this.#marks.shift();
    this.io.write(`\r\x1b[K${this.#line(now, columns - 1)}`);
    this.#drawn = true;
  }

  /** As much as `columns` have room for; of what has no room the last in this list goes first. */
  #line(now: number, columns: number): string {
    const { at, moved } = this.#marks[0]!;
    const speed = now > at ? (this.#moved - moved) / ((now - at) / 1000) : 0;
    const part = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const left = speed > 0 ? `${timeText((this.#total - this.#done) / speed)} left` : "waiting";
    const files = this.#allFiles > 1 ? [`${this.#files}/${this.#allFiles} files`] : [];
    const words = [
      `${Math.floor(part * 100)} %`,
      left,
      ...files,
      `${sizeText(speed)}/s`,
      sizeText(this.#done),
    ];
    const bar = BAR(columns + 1);
    const room = bar === 0 ? columns : columns - bar - 1;
    while (words.join("  ").length > room) words.pop();
    const text = words.join("  ");
    return bar === 0 ? text : `${"█".repeat(Math.round(part * bar)).padEnd(bar, "░")} ${text}`;
  }

  #clear(): void {
    if (this.#drawn) this.io.write("\r\x1b[K");
    this.#drawn = false;
  }
}
