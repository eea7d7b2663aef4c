/** Stream 1: the screen (`WIRE.md`, "Stream 1"). The output byte by byte, or a snapshot of what it came to. */
import { bytes, sack, side, u32, uint, upTo } from "./checks.ts";
import type { Layouts } from "./layout.ts";
import { MAX_PARTS, MAX_SNAPSHOT } from "./limits.ts";
import type { Size } from "./size.ts";

/** Output of generation `gen`, from `base` on. */
export interface Output {
  readonly type: "Output";
  readonly gen: number;
  readonly base: number;
  readonly data: Uint8Array;
}

/** What a viewer shows: everything below `have` of generation `gen`; and what it keeps aside above that. */
export interface OutputAck {
  readonly type: "OutputAck";
  readonly have: number;
  readonly gen: number;
  readonly sack: readonly number[];
}

export interface SnapshotPart extends Size {
  readonly type: "Snapshot";
  readonly id: number;
  readonly gen: number;
  readonly version: number;
  readonly line: number;
  readonly era: number;
  readonly size: number;
  readonly part: number;
  readonly parts: number;
  readonly data: Uint8Array;
}

/** A viewer can't go on from what it has: it needs a snapshot. */
export interface Resync {
  readonly type: "Resync";
  readonly have: number;
  readonly gen: number;
}

export type ScreenFrame = Output | OutputAck | SnapshotPart | Resync;

export const SCREEN_LAYOUTS: Layouts<ScreenFrame["type"]> = {
  Output: { code: 1, fields: [["gen", u32], ["base", uint], ["data", bytes(1)]] },
  OutputAck: { code: 2, fields: [["have", uint], ["gen", u32]], rest: ["sack", sack] },
  Snapshot: {
    code: 3,
    fields: [
      ["id", u32],
      ["gen", u32],
      ["version", uint],
      ["cols", side],
      ["rows", side],
      ["line", uint],
      ["era", u32],
      ["size", upTo(MAX_SNAPSHOT)],
      ["part", upTo(MAX_PARTS - 1)],
      ["parts", upTo(MAX_PARTS)],
      ["data", bytes(0)],
    ],
  },
  Resync: { code: 4, fields: [["have", uint], ["gen", u32]] },
};
