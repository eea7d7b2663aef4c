/** Puts a snapshot together from its parts, in bounded memory. */
import type { SnapshotPart } from "../frames/message.ts";

/** A whole snapshot, as `WIRE.md` describes it. */
export type WholeSnapshot = Omit<SnapshotPart, "type" | "part" | "parts">;

export class SnapshotParts {
  #first: SnapshotPart | undefined;
  #data: Uint8Array[] = [];

  /** Takes the next part; returns the snapshot when it is whole. Parts come in order; any other begins anew. */
  take(part: SnapshotPart): WholeSnapshot | null {
    if (part.part === 0) {
      this.#first = part;
      this.#data = [];
    }
    const first = this.#first;
    if (!first || part.id !== first.id || part.part !== this.#data.length || part.parts !== first.parts) {
      this.#first = undefined;
      return null;
    }
    this.#data.push(part.data);
    if (this.#data.length < part.parts) return null;
    const data = new Uint8Array(this.#data.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.#data) {
      data.set(piece, at);
      at += piece.length;
    }
    this.#first = undefined;
    this.#data = [];
    const { id, gen, version, cols, rows, line, era } = first;
    return { id, gen, version, cols, rows, line, era, data };
  }
}
