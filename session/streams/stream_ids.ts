/** The numbers of streams: whose each is, and which were used. The viewer opens even ones, the host odd ones, each in rising order. */
import { FIRST_STREAM } from "../../frames/stream_frames.ts";

/** Those of one end. */
export class StreamIds {
  #next: number;
  /** The highest that the peer has opened. */
  #opened = 0;

  constructor(side: "viewer" | "host") {
    this.#next = FIRST_STREAM + (side === "viewer" ? 0 : 1);
  }

  /** The number of a stream that this end opens. */
  next(): number {
    const id = this.#next;
    this.#next += 2;
    return id;
  }

  /** Whether `id` is one that this end opens. */
  ours(id: number): boolean {
    return id % 2 === this.#next % 2;
  }

  /** Whether the peer may open `id`: it is the peer's, and above all before. */
  mayOpen(id: number): boolean {
    return !this.ours(id) && id > this.#opened;
  }

  /** The peer has opened `id`. */
  opened(id: number): void {
    this.#opened = id;
  }

  /** Whether there was a stream `id`. */
  used(id: number): boolean {
    return this.ours(id) ? id < this.#next : id <= this.#opened;
  }
}
