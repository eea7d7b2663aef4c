/** What one end receives on a stream: in order, once, kept until it is read, and never more than it gave credit for. */
import { MAX_INTEGER } from "../../frames/codec.ts";
import { ByteLog } from "../sync/byte_log.ts";
import { LEAST_WINDOW, MOST_WINDOW } from "./stream_limits.ts";
import type { WindowPool } from "./window_pool.ts";

/** What came, or was read, is said this much later at the latest, together with what else there is then; ms. */
const CREDIT_DELAY = 10;
/**
 * And where the other end has sent its last byte: it waits for nothing, and keeps 2 KiB. Who asks ten times a second says it with the next question; ms.
 */
const END_DELAY = 100;
/** And at once where it is this part of the window: what the other end may send lasts until it hears of more. */
const AT_ONCE = 1 / 4;
/** A reader that takes half of a window within so many round trips, of this at least (ms), could have had more: the window grows fourfold. */
const ROUND_TRIPS = 2;
/** As fast as a path's own start, which doubles each round trip: half a window and its credit take two. */
const GROWS = 4;
const LEAST_RTT = CREDIT_DELAY;
/** Until a round trip is known; ms. */
const UNKNOWN_RTT = 100;

/** What the other end did that it may not: the stream is reset with that. */
export type Violation = "more than its credit" | "a gap" | "bytes behind its end";

/** The receiving half of one stream: bytes that came and were not read yet. */
export class ReceiveHalf {
  /** What came and was not read. */
  readonly #log = new ByteLog(MOST_WINDOW);
  #window = LEAST_WINDOW;
  #ended = false;
  /** What the other end was told. */
  #saidHave = 0;
  #saidLimit = LEAST_WINDOW;
  /** Something is to be said although it was said before. */
  #again = false;
  /** Since when there is something that the other end was not told; ms. */
  #freshAt = Infinity;
  /** How far was read when the window was looked at last, and when that was; ms. */
  #seenAt: number;
  #seen = 0;

  constructor(private readonly pool: WindowPool, now: number) {
    this.#seenAt = now;
  }

  /** Bytes that may be read now. */
  get readable(): number {
    return this.#log.end - this.#log.start;
  }

  /** Bytes that came; each counts once. */
  get received(): number {
    return this.#log.end;
  }

  /** Whether all of it came and was read. */
  get ended(): boolean {
    return this.#ended && this.readable === 0;
  }

  /** Whether all of it was read, and the other end was told so: not only on a link that is gone. */
  get told(): boolean {
    return this.ended && !this.#again && this.#saidHave === this.#have;
  }

  /** The offset up to which the other end may send. */
  get limit(): number {
    return this.#saidLimit;
  }

  /** Takes what is new of `data`, which begins at `base`. */
  accept(base: number, data: Uint8Array): Violation | undefined {
    const have = this.#log.end;
    const end = base + data.length;
    if (end > this.#saidLimit) return "more than its credit";
    if (base > have) return "a gap";
    if (this.#ended && end > have) return "bytes behind its end";
    if (end <= have) this.#again = true;
    // A copy: a view would keep the whole packet alive.
    else this.#log.append(data.slice(have - base));
  }

  /** The other end's bytes end at `size`. */
  end(size: number): Violation | undefined {
    const have = this.#log.end;
    if (size > have) return "a gap";
    if (size < have) return "bytes behind its end";
    this.#again = true;
    this.#ended = true;
  }

  /** The next bytes, `most` at most; null if none are there. */
  read(most: number): Uint8Array | null {
    const { start, end } = this.#log;
    const to = Math.min(end, start + most);
    if (to <= start) return null;
    const data = this.#log.slice(start, to);
    this.#log.trim(to);
    return data;
  }

  /**
   * What the other end is to be told now, if anything.
   * @param srtt round trip of the path, ms, if it is known
   * @param rides other frames go in the same packet: whatever is new is said
   * @param hurry an end is said at once, too
   */
  credit(
    srtt: number | undefined,
    now: number,
    rides = false,
    hurry = false,
  ): { readonly have: number; readonly limit: number } | null {
    this.#look(srtt, now);
    if (!this.#fresh) return null;
    const step = this.#window * AT_ONCE;
    const urgent = rides || this.#more >= step || this.#have - this.#saidHave >= step;
    if (!urgent) {
      this.#freshAt = Math.min(this.#freshAt, now);
      if (now < this.due(hurry)) return null;
    }
    this.#freshAt = Infinity;
    this.#again = false;
    this.#saidHave = this.#have;
    this.#saidLimit += this.#more;
    return { have: this.#saidHave, limit: this.#saidLimit };
  }

  /** When {@link credit} next has something; ms, Infinity if there is nothing to be said. */
  due(hurry: boolean): number {
    if (!this.#fresh) return Infinity;
    if (this.#freshAt === Infinity || hurry && this.ended) return -Infinity;
    return this.#freshAt + (this.#ended ? END_DELAY : CREDIT_DELAY);
  }

  /** What was said may be lost. */
  restart(): void {
    this.#again = true;
  }

  /** Gives back what it took of the pool; what was not read is forgotten. */
  release(): void {
    this.#log.trim(this.#log.end);
    this.pool.release(this.#window);
    this.#window = LEAST_WINDOW;
  }

  /** What is acked. The `End` counts as one, once all before it was read: then the other end knows that nothing is left of it here. */
  get #have(): number {
    return this.#log.end + (this.ended ? 1 : 0);
  }

  /** By how much the limit may rise. */
  get #more(): number {
    if (this.#ended) return 0;
    return Math.min(MAX_INTEGER, this.#log.start + this.#window) - this.#saidLimit;
  }

  get #fresh(): boolean {
    return this.#again || this.#have !== this.#saidHave || this.#more >= this.#window * AT_ONCE;
  }

  #look(srtt = UNKNOWN_RTT, now: number): void {
    const read = this.#log.start - this.#seen;
    if (read < this.#window / 2) return;
    if (now - this.#seenAt < ROUND_TRIPS * Math.max(srtt, LEAST_RTT)) {
      this.#window = this.pool.grown(this.#window, GROWS * this.#window);
    }
    this.#seen = this.#log.start;
    this.#seenAt = now;
  }
}
