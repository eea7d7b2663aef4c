/** Copies of small messages where messages are lost, a moment behind them: which get one or two, and when those go. */
import type { ByteRange } from "./byte_range.ts";
import type { PathMonitor } from "../links/path_monitor.ts";

/** A frame up to this size is copied under loss; bytes. */
const COPY_MAX = 200;
/** When the copy goes, ms: a burst of loss on the internet is mostly over by then. Of two the first can be sooner, the second waits for that. */
const ONE = [15];
const TWO = [10, 30];
/** New bytes this far apart are keys that somebody types: few messages, each waited for, so they get a second copy; ms. */
const SLOW = 60;

/** These bytes once more at `at` (ms). */
interface Copy extends ByteRange {
  readonly at: number;
}

export class Duplicates {
  #waiting: Copy[] = [];
  /** When new bytes went last. */
  #newAt = -Infinity;

  /** New bytes `[base, end)` go now over `path`; `useful`: it may lose them, and nothing speaks against more on it. */
  sent({ base, end }: ByteRange, path: PathMonitor, useful: boolean, now: number): void {
    const slow = now - this.#newAt >= SLOW;
    this.#newAt = now;
    if (!useful || !path.doubtful || end - base > COPY_MAX) return;
    const delays = path.losingMuch || slow ? TWO : ONE;
    for (const delay of delays) this.#waiting.push({ base, end, at: now + delay });
  }

  /** The next copy to go now. */
  take(now: number): Copy | undefined {
    const i = this.#waiting.findIndex((copy) => copy.at <= now);
    return i < 0 ? undefined : this.#waiting.splice(i, 1)[0];
  }

  /** When {@link take} has the next; ms, Infinity if none waits. */
  get due(): number {
    return Math.min(Infinity, ...this.#waiting.map(({ at }) => at));
  }

  /** All below `have` has arrived. */
  acked(have: number): void {
    this.#waiting = this.#waiting.filter((copy) => copy.end > have);
  }

  clear(): void {
    this.#waiting = [];
  }
}
