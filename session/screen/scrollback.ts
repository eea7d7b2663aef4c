/** The rows above a screen: their memory, their limit, and how rows are added above and removed. */
import { MAX_SCROLLBACK } from "../sync/limits.ts";
import type { Screen } from "./screen.ts";
import type { EmulatorLine } from "../emulator/xterm_internals.ts";

/** A parsed row, and whether it continues in the next one. */
export type ParsedRow = readonly [line: EmulatorLine, goesOn: boolean];

/**
 * The memory for the rows above the screen in a page or a host, in bytes: 100,000 rows (`MAX_SCROLLBACK`) of 200 columns of plain text need
 * 280 MB.
 */
const BUDGET = 320 * 1024 * 1024;
/** A row without its cells, in bytes; measured. */
const ROW = 400;
/** A cell in bytes: three words of 32 bits. */
const CELL = 12;
/** The extra bytes of a cell with combining marks (without their text), or with a link or a coloured underline. */
const ODD_CELL = 100;
/** Rows are measured, and later removed, in blocks of so many rows, or of so many cells if that is less. */
const BLOCK = { rows: 1000, cells: 100_000 } as const;
/** Rows per call of `splice`, whose arguments they are: browsers accept at least 65,536. */
const SPLICE = 10_000;

/** More of an emulator's internals than `xterm_internals.ts` lists; that file has checked the version. */
interface Inside {
  readonly _bufferService: {
    readonly buffer: { readonly ydisp: number };
    readonly buffers: {
      readonly normal: {
        ybase: number;
        ydisp: number;
        readonly lines: {
          readonly length: number;
          readonly maxLength: number;
          get(index: number): EmulatorLine | undefined;
          splice(start: number, deleted: number, ...lines: EmulatorLine[]): void;
          trimStart(count: number): void;
        };
      };
    };
    readonly _onScroll: { fire(position: number): void };
  };
}

/** The memory of a row, in bytes, never less than it really is. */
export function weigh(line: EmulatorLine): number {
  let bytes = ROW + CELL * line.length;
  for (const column in line._combined) bytes += ODD_CELL + 2 * line._combined[column]!.length;
  for (const _ in line._extendedAttrs) bytes += ODD_CELL;
  return bytes;
}

/** Keeps the rows above the screen within a budget of bytes: the emulator itself only counts rows. */
export class Scrollback {
  /** From the oldest to the newest: the rows up to number `end` need so many bytes. */
  #blocks: { readonly end: number; readonly bytes: number }[] = [];
  #bytes = 0;
  #era = -1;
  /** Rows below this number are measured. */
  #weighed = 0;

  constructor(private readonly screen: Screen, private readonly budget = BUDGET) {}

  /** Bytes that may still be added above. */
  get room(): number {
    return Math.max(0, this.budget - this.#bytes);
  }

  /** Measures what has scrolled off; call after each write. */
  follow(): void {
    const { history, cols } = this.screen;
    if (history.era !== this.#era) this.restart();
    const size = Math.max(1, Math.min(BLOCK.rows, Math.floor(BLOCK.cells / cols)));
    while (history.top - this.#weighed >= size) this.#weigh(Math.max(this.#weighed, history.first), size);
    this.#shrink();
  }

  /** The screen and the rows above it were replaced. */
  restart(): void {
    const { era, first } = this.screen.history;
    this.#era = era;
    this.#blocks = [];
    this.#bytes = 0;
    this.#weighed = first;
  }

  /**
   * Adds as many of the newest `rows` above the screen's own as fit. Where the host keeps more rows than usual, so does the page from then
   * on. The visible part stays, also where a person has scrolled to.
   */
  putAbove(rows: readonly ParsedRow[]): void {
    const { history, emulator } = this.screen;
    const service = this.#service;
    const { normal } = service.buffers;
    const { lines } = normal;
    const { options } = emulator.optionsService;
    options.scrollback = Math.max(options.scrollback, Math.min(MAX_SCROLLBACK, normal.ybase + rows.length));
    const fitting = rows.slice(Math.max(0, rows.length - (lines.maxLength - lines.length)));
    if (fitting.length === 0) return;
    const below = [...fitting.slice(1).map(([line]) => line), lines.get(0)];
    fitting.forEach(([, goesOn], i) => {
      const next = below[i];
      if (next) next.isWrapped = goesOn;
    });
    for (let to = fitting.length; to > 0; to -= SPLICE) {
      lines.splice(0, 0, ...fitting.slice(Math.max(0, to - SPLICE), to).map(([line]) => line));
    }
    normal.ybase += fitting.length;
    normal.ydisp += fitting.length;
    const { first, era } = history;
    if (era !== this.#era) this.restart();
    history.restart(first - fitting.length, era);
    for (let to = fitting.length; to > 0; to -= BLOCK.rows) {
      const block = fitting.slice(Math.max(0, to - BLOCK.rows), to);
      const bytes = block.reduce((sum, [line]) => sum + weigh(line), 0);
      this.#blocks.unshift({ end: first - fitting.length + to, bytes });
      this.#bytes += bytes;
    }
    this.#shrink();
    service._onScroll.fire(service.buffer.ydisp);
  }

  get #service(): Inside["_bufferService"] {
    return (this.screen.emulator as unknown as Inside)._bufferService;
  }

  #weigh(from: number, size: number): void {
    const { first, top } = this.screen.history;
    const { lines } = this.#service.buffers.normal;
    const end = Math.min(top, from + size);
    let bytes = 0;
    for (let n = from; n < end; n++) bytes += weigh(lines.get(n - first)!);
    this.#blocks.push({ end, bytes });
    this.#bytes += bytes;
    this.#weighed = end;
  }

  /** Forgets blocks whose rows the emulator has removed, and the oldest rows beyond the budget. */
  #shrink(): void {
    const { first } = this.screen.history;
    let keep = first;
    for (let oldest; (oldest = this.#blocks[0]) && (oldest.end <= first || this.#bytes > this.budget);) {
      this.#blocks.shift();
      this.#bytes -= oldest.bytes;
      keep = Math.max(keep, oldest.end);
    }
    if (keep === first) return;
    const service = this.#service;
    const { normal } = service.buffers;
    const gone = Math.min(keep - first, normal.ybase);
    normal.lines.trimStart(gone);
    normal.ybase -= gone;
    normal.ydisp = Math.max(0, normal.ydisp - gone);
    service._onScroll.fire(service.buffer.ydisp);
  }
}
