/** Recordings for tests. */
import { readRecording, type Recording } from "../../../cli/play/recording.ts";

/** A recording of `lines`, the header first, one value a line. */
export function cast(...lines: readonly unknown[]): Recording {
  return readRecording(castBytes(...lines), "test.cast");
}

/** Its bytes. */
export function castBytes(...lines: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => JSON.stringify(line) + "\n").join(""));
}

export const V2 = { version: 2, width: 40, height: 6 };
export const V3 = { version: 3, term: { cols: 40, rows: 6 } };
