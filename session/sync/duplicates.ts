/** Copies of small messages where messages are lost, a moment behind them: which get one or two, and when those go. */
import type { PathMonitor } from "../links/path_monitor.ts";

/** A frame up to this size is copied under loss; bytes. */
const COPY_MAX = 200;
/** When the copy goes, ms: a burst of loss on the internet is mostly over by then. Of two the first can be sooner, the second waits for that. */
const ONE = [15];
const TWO = [10, 30];
/** New bytes this far apart are keys that somebody types: few messages, each waited for, so they get a second copy; ms. */
const SLOW = 60;
/** Of a snapshot of more parts than these a copy costs more than it saves. */
const COPY_PARTS = 2;

/** How much later copies of a frame of `bytes` bytes go over `path`, ms each; `since`: ms since new bytes went before. */
export function frameCopies(bytes: number, path: PathMonitor, since: number): readonly number[] {
  if (!path.doubtful || bytes > COPY_MAX) return [];
  return path.losingMuch || since >= SLOW ? TWO : ONE;
}

/** The same of a snapshot in so many lossy parts. */
export function snapshotCopies(parts: number, path: PathMonitor): readonly number[] {
  return path.doubtful && parts <= COPY_PARTS ? ONE : [];
}

/** What is to go once more, `Sent` each. */
export class Duplicates<Sent> {
  #waiting: { readonly sent: Sent; readonly at: number }[] = [];

  /** `sent` goes now, and again after each of `delays` (ms). */
  add(sent: Sent, delays: readonly number[], now: number): void {
    for (const delay of delays) this.#waiting.push({ sent, at: now + delay });
  }

  /** The next copy to go now. */
  next(now: number): Sent | undefined {
    const i = this.#waiting.findIndex(({ at }) => at <= now);
    return i < 0 ? undefined : this.#waiting.splice(i, 1)[0]!.sent;
  }

  /** When {@link next} has one; the clock's ms, Infinity if none waits. */
  get due(): number {
    return Math.min(Infinity, ...this.#waiting.map(({ at }) => at));
  }

  /** Drops the copies of what is not `wanted` any more. */
  keep(wanted: (sent: Sent) => boolean): void {
    this.#waiting = this.#waiting.filter(({ sent }) => wanted(sent));
  }

  clear(): void {
    this.#waiting = [];
  }
}
