/** Copies of small messages on a path with loss, sent a moment later: which messages get one or two copies, and when. */
import type { PathMonitor } from "../links/path_monitor.ts";

/** The largest frame that is copied under loss, in bytes. */
const COPY_MAX = 200;
/**
 * The delay of the copy, in ms: most bursts of loss on the internet are over by then. Of two copies the first can be sooner, because the
 * second comes after the burst.
 */
const ONE = [15];
const TWO = [10, 30];
/** New bytes at least this far apart are a person's keys: few messages, each awaited, so they get a second copy; ms. */
const SLOW = 60;
/** The most parts of a snapshot that is copied: copies of a larger one cost more than they save. */
const COPY_PARTS = 2;

/** The delays of the copies of a frame of `bytes` bytes over `path`, in ms each; `since`: ms since new bytes were sent before. */
export function frameCopies(bytes: number, path: PathMonitor, since: number): readonly number[] {
  if (!path.doubtful || bytes > COPY_MAX) return [];
  return path.losingMuch || since >= SLOW ? TWO : ONE;
}

/** The delays of the copies of a snapshot in so many lossy parts. */
export function snapshotCopies(parts: number, path: PathMonitor): readonly number[] {
  return path.doubtful && parts <= COPY_PARTS ? ONE : [];
}

/** The pending copies of what was sent. */
export class Duplicates<Sent> {
  #waiting: { readonly sent: Sent; readonly at: number }[] = [];

  /** `sent` is sent now; its copies follow after each of `delays` (ms). */
  add(sent: Sent, delays: readonly number[], now: number): void {
    for (const delay of delays) this.#waiting.push({ sent, at: now + delay });
  }

  /** The next copy that is due. */
  next(now: number): Sent | undefined {
    const i = this.#waiting.findIndex(({ at }) => at <= now);
    return i < 0 ? undefined : this.#waiting.splice(i, 1)[0]!.sent;
  }

  /** When {@link next} has one; the clock's ms, Infinity if none waits. */
  get due(): number {
    return Math.min(Infinity, ...this.#waiting.map(({ at }) => at));
  }

  /** Drops the copies of everything that is not `wanted` any more. */
  keep(wanted: (sent: Sent) => boolean): void {
    this.#waiting = this.#waiting.filter(({ sent }) => wanted(sent));
  }

  clear(): void {
    this.#waiting = [];
  }
}
