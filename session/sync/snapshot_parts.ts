/** Snapshots in parts: packed and cut by the host, put together by the viewer in bounded memory. */
import { MAX_DATA, MAX_SNAPSHOT_HEAD } from "../../frames/limits.ts";
import type { SnapshotPart } from "../../frames/screen_frames.ts";
import { concat } from "../../frames/bytes.ts";
import { pack, unpack } from "../../frames/deflate.ts";
import type { Snapshot } from "../../frames/screen_state.ts";
import { MAX_DATAGRAM } from "../../transport/link.ts";

/** Bytes of one lossy part: all that fits a datagram whatever else the packet says. */
export const SMALL_PART = MAX_DATAGRAM - MAX_SNAPSHOT_HEAD;
/** Of more parts than these, one is lost too often. */
export const LOSSY_PARTS = 8;

export interface CutSnapshot {
  readonly parts: readonly SnapshotPart[];
  /** Bytes of all of them. */
  readonly bytes: number;
  /** Whether each fits a packet, so that they may go where messages are lost. */
  readonly small: boolean;
}

/**
 * Cuts `snapshot` of generation `gen` with number `id`.
 * @param lossyParts in small parts if there are no more than these; 0 where the link has no lossy channel
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
/** One that is whole, but as it came: `size` bytes when unpacked, or as it is if that is 0. */
export type PackedSnapshot = Omit<SnapshotPart, "type" | "part" | "parts">;

/** What is in `packed`: up to 40 ms of work, so only for one that is shown. Null if it does not unpack. */
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
   * Takes a part, in whatever order; returns the snapshot when it is whole. A part of a newer one begins anew, one of an older
   * one is dropped.
   */
  take(part: SnapshotPart): PackedSnapshot | null {
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

  /** A new link counts its snapshots as it likes. */
  reset(): void {
    this.#newest = undefined;
    this.#data = [];
  }
}
