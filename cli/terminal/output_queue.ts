/** A queue of bytes for a terminal, pipe or file: in order, complete even if one write accepts little, with backpressure. */
import { concat } from "../../frames/bytes.ts";

/** Writes some of `bytes` and returns how many; like `Deno.stdout.write`. */
export type WriteSome = (bytes: Uint8Array) => Promise<number>;

/** The size of one write: a terminal shows 64 KiB in a few ms, so callers that wait for the queue are told often. */
const PIECE = 64 * 1024;
/** Small entries are joined up to this size, so that a redraw is one write. */
const TOGETHER = 4096;
/** The pause when a non-blocking terminal is full, in ms; it stays full only while the person holds it. */
const FULL = 2;

interface Entry {
  readonly bytes: Uint8Array;
  readonly done: (written: boolean) => void;
}

/** The queue of one terminal, pipe or file. */
export class OutputQueue {
  #queue: Entry[] = [];
  #pending = 0;
  #running = false;
  #gone = false;

  /**
   * @param ongone is called once, with the error, when nothing can be written any more: the window or the reader is gone
   * @param gather how long the first bytes wait for others, to be one write with them; ms
   */
  constructor(
    private readonly writeSome: WriteSome,
    private readonly ongone: (error: unknown) => void,
    private readonly gather = 0,
  ) {}

  /** Bytes that were not written yet: a fast producer checks this and waits. */
  get pending(): number {
    return this.#pending;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Settles when `bytes` are written: true, or false if the other side is gone. Never rejects; keeps the order of calls. */
  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#gone) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#queue.push({ bytes, done: resolve });
    this.#pending += bytes.length;
    if (!this.#running) void this.#run();
    return promise;
  }

  /** Settles when everything written so far is out, or the other side is gone. */
  async drain(): Promise<void> {
    if (this.#running) await this.write(new Uint8Array(0));
  }

  async #run(): Promise<void> {
    this.#running = true;
    if (this.gather > 0) await new Promise((resolve) => setTimeout(resolve, this.gather));
    while (this.#queue.length > 0) {
      const batch = this.#drain();
      const written = await this.#writeAll(
        batch.length === 1 ? batch[0]!.bytes : concat(batch.map(({ bytes }) => bytes)),
      );
      for (const { done } of batch) done(written);
      if (!written) break;
    }
    this.#running = false;
    if (!this.#gone) return;
    for (const { done } of this.#queue.splice(0)) done(false);
    this.#pending = 0;
  }

  #drain(): Entry[] {
    let length = 0, entries = 0;
    for (const { bytes } of this.#queue) {
      if (entries > 0 && length + bytes.length > TOGETHER) break;
      length += bytes.length;
      entries++;
    }
    return this.#queue.splice(0, entries);
  }

  async #writeAll(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length;) {
      try {
        const taken = await this.writeSome(bytes.subarray(at, at + PIECE));
        at += taken;
        this.#pending -= taken;
      } catch (error) {
        if (isFull(error)) await new Promise((resolve) => setTimeout(resolve, FULL));
        else if (!(error instanceof Deno.errors.Interrupted)) {
          this.#gone = true;
          this.ongone(error);
          return false;
        }
      }
    }
    return true;
  }
}

/** EAGAIN: another process that shares the terminal may have made it non-blocking. */
function isFull(error: unknown): boolean {
  return error instanceof Deno.errors.WouldBlock || (error as { code?: string })?.code === "EAGAIN";
}
