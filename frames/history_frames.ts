/** Stream 3: rows of history and pictures, each asked for (`WIRE.md`, "Stream 3"). */
import { bytes, hash, rows, u32, uint, upTo } from "./checks.ts";
import type { Layouts } from "./layout.ts";
import { MAX_PICTURE, MAX_UNPACKED } from "./limits.ts";

/** One row of history: its text with SGR sequences, and whether it goes on in the next row. */
export type HistoryRow = readonly [text: string, wrapped: boolean];

export interface LinesRequest {
  readonly type: "LinesRequest";
  readonly id: number;
  readonly era: number;
  readonly from: number;
  readonly to: number;
}

export interface LinesFrame {
  readonly type: "Lines";
  readonly id: number;
  readonly era: number;
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly rows: readonly HistoryRow[];
}

/** A whole `Lines` frame, packed. */
export interface PackedLines {
  readonly type: "PackedLines";
  readonly size: number;
  readonly data: Uint8Array;
}

/** What a picture's bytes are (`WIRE.md`); `none`: the host does not have it, or not any more. */
export const PICTURE_KINDS = ["none", "sixel", "file", "rgb", "rgba"] as const;

export interface PictureRequest {
  readonly type: "PictureRequest";
  readonly id: string;
  readonly from: number;
}

export interface PicturePiece {
  readonly type: "Picture";
  readonly id: string;
  /** An index in {@link PICTURE_KINDS}. */
  readonly kind: number;
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly data: Uint8Array;
}

export type HistoryFrame = LinesRequest | LinesFrame | PackedLines | PictureRequest | PicturePiece;

export const HISTORY_LAYOUTS: Layouts<HistoryFrame["type"]> = {
  LinesRequest: { code: 1, fields: [["id", uint], ["era", u32], ["from", uint], ["to", uint]] },
  Lines: {
    code: 2,
    fields: [["id", uint], ["era", u32], ["first", uint], ["end", uint], ["from", uint], ["rows", rows]],
  },
  PackedLines: { code: 3, fields: [["size", upTo(MAX_UNPACKED)], ["data", bytes(1)]] },
  PictureRequest: { code: 4, fields: [["id", hash], ["from", upTo(MAX_PICTURE)]] },
  Picture: {
    code: 5,
    fields: [
      ["id", hash],
      ["kind", upTo(PICTURE_KINDS.length - 1)],
      ["size", upTo(MAX_PICTURE)],
      ["from", upTo(MAX_PICTURE)],
      ["to", upTo(MAX_PICTURE)],
      ["data", bytes(0)],
    ],
  },
};
