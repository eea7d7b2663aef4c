/** The receiving end of a stream: applies new bytes, and keeps a bounded amount of bytes that came early. */
import { apply, type Segment } from "../../frames/apply_rule.ts";
import { ReorderBuffer } from "./reorder_buffer.ts";

/** The most bytes above a gap that are kept: what a fast link has in flight while one message is late. */
const ASIDE_LIMIT = 512 * 1024;
/** Pairs of offsets in a `sack` (`WIRE.md`). */
const SACK_RANGES = 4;

export interface Received {
  /** In order, ready to apply. */
  readonly data: Uint8Array[];
  /** The gap, if this segment was the first to show it. */
  readonly gap?: { readonly expected: number; readonly got: number };
}

/** The receiving end of a byte stream: delivers each byte once, in order. */
export class StreamReceiver {
  #have: number;
  readonly #aside: ReorderBuffer;

  /** @param limit bytes above a gap of which some may be kept, a power of two */
  constructor(have = 0, limit = ASIDE_LIMIT) {
    this.#have = have;
    this.#aside = new ReorderBuffer(limit);
  }

  /** Everything below this offset was handed out. */
  get have(): number {
    return this.#have;
  }

  /** The end of the highest byte that came, in order or early. */
  get end(): number {
    return Math.max(this.#have, this.#aside.ranges.at(-1)?.end ?? 0);
  }

  /** The early ranges, as `[start, end, …]`, the lowest first. */
  get sack(): number[] {
    return this.#aside.ranges.slice(0, SACK_RANGES).flatMap(({ base, end }) => [base, end]);
  }

  /** Continues from `version`: everything before it is known from a snapshot. Hands out the early bytes that follow it. */
  jump(version: number): Uint8Array[] {
    this.#have = Math.max(this.#have, version);
    return this.#drain();
  }

  /** Starts again at `version`, which may be lower than before, and forgets early bytes. */
  restart(version: number): void {
    this.#have = version;
    this.#aside.clear();
  }

  accept(segment: Segment): Received {
    const applied = apply(this.#have, segment);
    switch (applied.kind) {
      case "duplicate":
        return { data: [] };
      case "gap":
        this.#aside.keep(this.#have, segment.base, segment.data);
        return { data: [], gap: { expected: applied.expected, got: applied.got } };
      case "new":
        this.#have = applied.have;
        return { data: [applied.data, ...this.#drain()] };
    }
  }

  #drain(): Uint8Array[] {
    // Ranges that touch are merged, so there is another gap after this one.
    const next = this.#aside.next(this.#have);
    if (!next) return [];
    this.#have += next.length;
    return [next];
  }
}
