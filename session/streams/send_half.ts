/** What one end sends on a stream: bytes by offset, kept until the other end has them, never more than it gave credit for. */
import { ByteLog } from "../sync/byte_log.ts";
import { LEAST_WINDOW, MOST_WINDOW } from "./stream_limits.ts";
import type { WindowPool } from "./window_pool.ts";

/** The sending half of one stream: bytes that were written and not acknowledged. */
export class SendHalf {
  /** What is not acked, from the lowest offset on. */
  readonly #log = new ByteLog(MOST_WINDOW);
  /** Bytes that are kept at most. */
  #window = LEAST_WINDOW;
  #limit = LEAST_WINDOW;
  /** The next offset to be sent on this link, and the highest that ever was. */
  #next = 0;
  #sent = 0;
  #ending = false;
  /** Whether `End` was sent on this link, and whether it ever was. */
  #endSaid = false;
  #endSent = false;
  #done = false;

  constructor(private readonly pool: WindowPool) {}

  /** How many bytes {@link write} takes now. */
  get room(): number {
    return this.#ending ? 0 : this.#window - (this.#log.end - this.#log.start);
  }

  /** Bytes that were put on a link; each counts once. */
  get sent(): number {
    return this.#sent;
  }

  /** Bytes that were sent and not acked. */
  get unacked(): number {
    return this.#sent - this.#log.start;
  }

  /** Whether the other end has all of it, and knows that it ended. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes a copy of as much of `bytes` as there is room for; returns how many. */
  write(bytes: Uint8Array): number {
    const taken = bytes.slice(0, this.room);
    this.#log.append(taken);
    return taken.length;
  }

  /** Nothing more will be written. */
  end(): void {
    this.#ending = true;
  }

  /** The other end has all below `have`, and gives credit up to `limit`. False if it can't have that: nothing of it was ever sent. */
  credit(have: number, limit: number): boolean {
    const size = this.#log.end;
    if (have > this.#sent + (this.#endSent ? 1 : 0)) return false;
    this.#done ||= have > size;
    const acked = Math.min(have, size);
    this.#log.trim(acked);
    this.#next = Math.max(this.#next, acked);
    this.#limit = Math.max(this.#limit, limit);
    this.#window = this.pool.grown(this.#window, this.#limit - this.#log.start);
    return true;
  }

  /** The next bytes to be sent, `most` (at least 1) at most; null if there are none, or no credit for them. */
  take(most: number): { readonly base: number; readonly data: Uint8Array } | null {
    const base = this.#next;
    const to = Math.min(this.#log.end, this.#limit, base + most);
    if (to <= base) return null;
    this.#next = to;
    this.#sent = Math.max(this.#sent, to);
    return { base, data: this.#log.slice(base, to) };
  }

  /** The size to be said in `End`, once, behind the last byte; null if it is not its turn. */
  takeEnd(): number | null {
    const size = this.#log.end;
    if (!this.#ending || this.#endSaid || this.#done || this.#next < size) return null;
    this.#endSaid = this.#endSent = true;
    return size;
  }

  /** What was sent and is not acked may be lost: all of it is sent again. */
  restart(): void {
    this.#next = this.#log.start;
    this.#endSaid = false;
  }

  /** Gives back what it took of the pool; nothing is sent any more. */
  release(): void {
    this.pool.release(this.#window);
    this.#window = LEAST_WINDOW;
  }
}
