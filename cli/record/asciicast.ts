/** Lines of an asciicast, versions 2 and 3 (docs.asciinema.org/manual/asciicast): a header, then one event a line. Pure. */
import type { Size } from "../../frames/size.ts";

export type CastFormat = "v2" | "v3";
/** Output, input, a new size, a marker, the command's exit status. */
export type CastKind = "o" | "i" | "r" | "m" | "x";

/** Makes the lines of one recording. Each ends with a line break. */
export class CastLines {
  /** Of the event before, µs since the begin. */
  #last = 0;

  /** @param begin of the recording, in steady ms */
  constructor(private readonly format: CastFormat, private readonly begin: number) {}

  /** The first line. `date`: Unix ms. */
  header({ cols, rows }: Size, date: number): string {
    const timestamp = Math.floor(date / 1000);
    return line(
      this.format === "v2"
        ? { version: 2, width: cols, height: rows, timestamp }
        : { version: 3, term: { cols, rows }, timestamp },
    );
  }

  /** What happened at `now`, steady ms. Version 2 counts from the begin, version 3 from the event before. */
  event(now: number, kind: CastKind, data: string): string {
    const at = Math.max(this.#last, Math.round((now - this.begin) * 1000));
    const shown = this.format === "v2" ? at : at - this.#last;
    this.#last = at;
    return line([shown / 1e6, kind, data]);
  }
}

function line(value: unknown): string {
  return JSON.stringify(value) + "\n";
}
