/** The receiving end of a stream: applies what is new, keeps a bounded amount of what came too early. */
import { apply, type Segment } from "../frames/output.ts";

/** Bytes kept above a gap: what a fast link has in flight while one message is late. */
const ASIDE_LIMIT = 512 * 1024;
/** Pairs of offsets in a `sack` (`WIRE.md`). */
const SACK_RANGES = 4;

export interface Received {
  /** In order, ready to apply. */
  readonly data: Uint8Array[];
  /** Where the gap is, if this segment found one. */
  readonly gap?: { readonly expected: number; readonly got: number };
}

export class StreamReceiver {
  #have: number;
  /** Disjoint, ascending, all above `#have`. */
  #aside: Segment[] = [];
  #asideBytes = 0;

  constructor(have = 0) {
    this.#have = have;
  }

  /** Everything below it was handed out. */
  get have(): number {
    return this.#have;
  }

  /** What is kept aside, as `[start, end, …]`, the lowest ranges first. */
  get sack(): number[] {
    const out: number[] = [];
    for (const { base, data } of this.#aside) {
      if (out[out.length - 1] === base) out[out.length - 1] = base + data.length;
      else if (out.length < 2 * SACK_RANGES) out.push(base, base + data.length);
      else break;
    }
    return out;
  }

  /** Goes on from `version`: everything before it is known by other means (a snapshot). Hands out what was kept aside for it. */
  jump(version: number): Uint8Array[] {
    this.#have = Math.max(this.#have, version);
    return this.#drain();
  }

  /** Begins anew at `version`, which may be lower than before, and forgets what was kept aside. */
  restart(version: number): void {
    this.#have = version;
    this.#aside = [];
    this.#asideBytes = 0;
  }

  accept(segment: Segment): Received {
    const applied = apply(this.#have, segment);
    switch (applied.kind) {
      case "duplicate":
        return { data: [] };
      case "gap":
        this.#keep(segment);
        return { data: [], gap: { expected: applied.expected, got: applied.got } };
      case "new":
        this.#have = applied.have;
        return { data: [applied.data, ...this.#drain()] };
    }
  }

  #drain(): Uint8Array[] {
    const out: Uint8Array[] = [];
    while (this.#aside.length > 0) {
      const first = this.#aside[0]!;
      const applied = apply(this.#have, first);
      if (applied.kind === "gap") break;
      this.#aside.shift();
      this.#asideBytes -= first.data.length;
      if (applied.kind === "new") {
        this.#have = applied.have;
        out.push(applied.data);
      }
    }
    return out;
  }

  #keep(segment: Segment): void {
    let { base, data } = segment;
    let at = 0;
    // Cut away what is held already, so that the list stays disjoint.
    for (; at < this.#aside.length; at++) {
      const other = this.#aside[at]!;
      const end = other.base + other.data.length;
      if (end <= base) continue;
      if (other.base >= base + data.length) break;
      if (other.base <= base) {
        if (end >= base + data.length) return;
        data = data.subarray(end - base);
        base = end;
      } else {
        this.#put(at, { base, data: data.subarray(0, other.base - base) });
        return this.#keep({ base: other.base, data: data.subarray(other.base - base) });
      }
    }
    this.#put(at, { base, data });
  }

  #put(at: number, segment: Segment): void {
    if (this.#asideBytes + segment.data.length > ASIDE_LIMIT) return;
    // A copy: a view would keep the whole message alive.
    this.#aside.splice(at, 0, { base: segment.base, data: segment.data.slice() });
    this.#asideBytes += segment.data.length;
  }
}
