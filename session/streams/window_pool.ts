/** Windows of many streams within one bound: each has the least window for certain, and more as long as there is some. */
import { LEAST_WINDOW, MOST_WINDOW, WINDOW_POOL } from "./stream_limits.ts";

/** The receive buffer that all streams of one link share. */
export class WindowPool {
  /** Bytes that windows may still grow by, together. */
  #left = WINDOW_POOL;

  /** The size (bytes) that a window of `size` gets which would like to have `wanted`; never less than it has. */
  grown(size: number, wanted: number): number {
    const more = Math.max(0, Math.min(Math.min(wanted, MOST_WINDOW) - size, this.#left));
    this.#left -= more;
    return size + more;
  }

  /** A window of `size` bytes is needed no more. */
  release(size: number): void {
    this.#left += size - LEAST_WINDOW;
  }
}
