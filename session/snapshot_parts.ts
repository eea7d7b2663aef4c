/** Snapshots in parts: cut by the host, put together by the viewer in bounded memory. */
import { MAX_DATA, type SnapshotPart } from "../frames/message.ts";
import type { Conversation } from "./conversation.ts";
import type { Snapshot } from "./host_context.ts";

/** Sends `snapshot` of generation `gen` as number `id`. A link that does not take it is on its way out. */
export function sendSnapshot(snapshot: Snapshot, id: number, gen: number, conversation: Conversation): void {
  const { version, cols, rows, line, era, data } = snapshot;
  const parts = Math.max(1, Math.ceil(data.length / MAX_DATA));
  const head = { type: "Snapshot", id, gen, version, cols, rows, line, era, parts } as const;
  for (let part = 0; part < parts; part++) {
    conversation.tell({ ...head, part, data: data.subarray(part * MAX_DATA, (part + 1) * MAX_DATA) });
  }
}

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
