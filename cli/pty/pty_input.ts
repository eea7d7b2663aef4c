/** Queues typed and pasted input for the PTY: in order, in pieces that the kernel accepts whole, while output is read. */
import { nextTick } from "node:process";

/** The size of a terminal's input queue (`N_TTY_BUF_SIZE` of Linux), in bytes: larger pieces would only wait. */
const PIECE = 4096;
/** How soon, and at most how late, a write is tried again that the kernel had no room for; ms. */
const SOON = 1;
const LATE = 50;

export interface InputSink {
  /** Calls `done` when all of `piece` is accepted. */
  write(piece: Uint8Array, done: () => void): void;
  /** Tries the pending write again. */
  poke(): void;
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly taken: () => void;
}

/** The input queue of one PTY. */
export class PtyInput {
  readonly #queue: Entry[] = [];
  /** How much of the first entry was handed over. */
  #offset = 0;
  #pending = 0;
  #writing = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly sink: InputSink) {}

  /** Bytes that the kernel has not accepted. */
  get pending(): number {
    return this.#pending;
  }

  /** Settles when the kernel has accepted `bytes`, or the PTY has ended; never rejects. `bytes` must not change until then. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed || bytes.length === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push({ bytes, taken: resolve });
    this.#pending += bytes.length;
    this.#next();
    return promise;
  }

  /** Drops the rest: nobody reads it any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { taken } of this.#queue.splice(0)) taken();
    this.#pending = 0;
  }

  #next(): void {
    const first = this.#queue[0];
    if (this.#writing || this.#closed || first === undefined) return;
    const piece = first.bytes.subarray(this.#offset, this.#offset + PIECE);
    this.#writing = true;
    this.sink.write(piece, () => {
      this.#writing = false;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#closed) return;
      this.#pending -= piece.length;
      this.#offset += piece.length;
      if (this.#offset === first.bytes.length) {
        this.#queue.shift();
        this.#offset = 0;
        first.taken();
      }
      this.#next();
    });
    // Most writes are accepted at once and done in this turn: no timer for each key.
    nextTick(() => this.#retry(SOON));
  }

  /** Tries a pending write again after `ms`, and so on. */
  #retry(ms: number): void {
    if (!this.#writing || this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.sink.poke();
      this.#retry(Math.min(LATE, ms * 2));
    }, ms);
  }
}
