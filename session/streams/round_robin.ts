/** Whose data goes next: deficit round robin (Shreedhar and Varghese, 1995), in bytes. */
import { MAX_DATA } from "../../frames/limits.ts";
import type { StreamData } from "../../frames/stream_frames.ts";
import type { OpenedStream } from "./opened_stream.ts";

/** Bytes that a stream sends before it is the next one's turn. */
const TURN = MAX_DATA;

/** Chooses the next stream to send, so that each gets its share. */
export class RoundRobin {
  /** Streams that may have data, in turn. */
  readonly #queue = new Set<OpenedStream>();
  /** What the first of them may still send in its turn. */
  #left = TURN;

  /** Whether any stream may have data. */
  get waiting(): boolean {
    return this.#queue.size > 0;
  }

  /** `stream` may have data. */
  add(stream: OpenedStream): void {
    this.#queue.add(stream);
  }

  /** `stream` has none, or is over: if this was its turn, it is the next one's. */
  delete(stream: OpenedStream): void {
    if (this.#queue.values().next().value === stream) this.#left = TURN;
    this.#queue.delete(stream);
  }

  /** The next data and whose it is, of `budget` bytes at most; null if nobody has any, or credit for it. */
  next(budget: number): { readonly stream: OpenedStream; readonly frame: StreamData } | null {
    for (const stream of this.#queue) {
      const frame = stream.data(Math.min(this.#left, budget));
      if (!frame) {
        this.delete(stream);
        continue;
      }
      this.#left -= frame.data.length;
      if (this.#left === 0) {
        this.delete(stream);
        this.add(stream);
      }
      return { stream, frame };
    }
    return null;
  }
}
