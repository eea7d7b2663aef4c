/** Snapshots in parts: packed and split by the host, joined by the viewer in bounded memory. */
import { MAX_DATA, MAX_SNAPSHOT_HEAD } from "../../frames/limits.ts";
import type { SnapshotPart } from "../../frames/screen_frames.ts";
import { concat } from "../../frames/bytes.ts";
import { pack, unpack } from "../../frames/deflate.ts";
import type { Snapshot } from "../../frames/screen_state.ts";
import { MAX_DATAGRAM } from "../../transport/link.ts";

/** Bytes of one lossy part: what fits into a datagram with the largest other content. */
export const SMALL_PART = MAX_DATAGRAM - MAX_SNAPSHOT_HEAD;
/** With more parts than this, the loss of one is too likely. */
export const LOSSY_PARTS = 8;

export interface CutSnapshot {
  readonly parts: readonly SnapshotPart[];
  /** Bytes of all parts together. */
  readonly bytes: number;
  /** Whether each fits into a packet, so that they may be sent on a lossy channel. */
  readonly small: boolean;
}

/**
 * Splits `snapshot` of generation `gen` with number `id`.
 * @param lossyParts into small parts, if there are no more than these; 0 if the link has no lossy channel
 */
export function cutSnapshot(snapshot: Snapshot, id: number, gen: number, lossyParts: number): CutSnapshot {
  const { version, cols, rows, line, era } = snapshot;
  const packed = pack(snapshot.data);
  const size = packed ? snapshot.data.length : 0;
  const data = packed ?? snapshot.data;
  const small = lossyParts > 0 && data.length <= SMALL_PART * lossyParts;
  const step = small ? SMALL_PART : MAX_DATA;
  const count = Math.max(1, Math.ceil(data.length / step));
  const head = { type: "Snapshot", id, gen, version, cols, rows, line, era, size, parts: count } as const;
  const parts = Array.from({ length: count }, (_, part) => {
    return { ...head, part, data: data.subarray(part * step, (part + 1) * step) };
  });
  return { parts, bytes: data.length, small };
}

/** A whole snapshot, as `WIRE.md` describes it. */
export type WholeSnapshot = Omit<SnapshotPart, "type" | "part" | "parts" | "size">;
/** A complete snapshot as it came: `size` is its length when unpacked, or 0 if it is not packed. */
export type PackedSnapshot = Omit<SnapshotPart, "type" | "part" | "parts">;

/** Unpacks a snapshot: up to 40 ms of work, so only for one that is shown. Null if it cannot be unpacked. */
export function unpackSnapshot({ size, data: packed, ...head }: PackedSnapshot): WholeSnapshot | null {
  const data = size === 0 ? packed : unpack(packed, size);
  return data && { ...head, data };
}

/** Collects the parts of one snapshot until it is whole. */
export class SnapshotParts {
  #newest: SnapshotPart | undefined;
  #data: Uint8Array[] = [];
  #missing = 0;

  /**
   * Adds a part, in any order; returns the snapshot when it is complete. A part of a newer snapshot replaces the one in progress, one of an
   * older snapshot is dropped.
   */
  receive(part: SnapshotPart): PackedSnapshot | null {
    if (this.#newest === undefined || part.id > this.#newest.id || part.gen !== this.#newest.gen) {
      this.#newest = part;
      this.#data = [];
      this.#missing = part.parts;
    }
    const first = this.#newest;
    const done = this.#missing === 0 || this.#data[part.part];
    if (done || part.id !== first.id || part.parts !== first.parts) return null;
    this.#data[part.part] = part.data;
    if (--this.#missing > 0) return null;
    const data = this.#data.length === 1 ? this.#data[0]! : concat(this.#data);
    this.#data = [];
    const { id, gen, version, cols, rows, line, era, size } = first;
    return { id, gen, version, cols, rows, line, era, size, data };
  }

  /** Forgets the number of the last snapshot: a new link numbers its snapshots independently. */
  reset(): void {
    this.#newest = undefined;
    this.#data = [];
  }
}
