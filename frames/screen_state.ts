/** What a host tells of its screen and of its command, as values: messages carry them in parts. */
import type { HistoryRow } from "./history_frames.ts";
import type { Size } from "./size.ts";

/** The state of the screen at `version`: `WIRE.md`, Snapshot. */
export interface Snapshot extends Size {
  readonly version: number;
  readonly data: Uint8Array;
  /** The absolute number of the top row of the normal screen. */
  readonly line: number;
  /** Counts the times that line numbers began anew. */
  readonly era: number;
}

/** History rows as the host holds them: `[first, end)` are there, `rows` begin at `from`. */
export interface Lines {
  readonly era: number;
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly rows: readonly HistoryRow[];
}

/** How the command ended: its exit code, or 128 + signal, with the signal (0: none). */
export interface ExitStatus {
  readonly code: number;
  readonly signal: number;
}
