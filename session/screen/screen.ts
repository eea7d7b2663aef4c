/** A terminal's screen that follows a stream by offset, and can be handed on exactly at any byte. */

import { Boundary, type Broken } from "../vt/boundary.ts";
import { concat } from "../../frames/bytes.ts";
import { guardedEmulator } from "../emulator/guarded_emulator.ts";
import { History } from "./history.ts";
import type { Lines, Snapshot } from "../../frames/screen_state.ts";
import { SavedCursors } from "../emulator/saved_cursor.ts";
import type { Pictures } from "../emulator/pictures.ts";
import type { FastLines } from "../emulator/fast_lines.ts";
import { ExtraModes } from "../emulator/extra_modes.ts";
import { snapshotBytes } from "./snapshot.ts";
import type { Emulator, TerminalLike } from "../emulator/xterm_internals.ts";
import { scrollsPlainly, unseenLines } from "../emulator/skippable_lines.ts";
import { REPLACEMENT } from "../vt/utf8.ts";
import type { Widths } from "../emulator/widths.ts";

/** A snapshot together with the era of its line number. */
export interface ScreenSnapshot extends Snapshot {
  readonly era: number;
}

/** The parts of a snapshot other than its data. */
export type Loaded = Omit<ScreenSnapshot, "era" | "data"> & { readonly era?: number };

/**
 * Wraps an emulator to which nothing else writes. Unlike `Terminal.write()`, which returns before anything is parsed, {@link write} has
 * parsed all its bytes when it returns, so every question to a screen is answered for exactly {@link version}.
 */
export class Screen {
  readonly terminal: TerminalLike;
  readonly emulator: Emulator;
  readonly widths: Widths;
  readonly pictures: Pictures;
  readonly shadow: ExtraModes;
  readonly history: History;
  /** Null: the parser gets every byte. */
  readonly plain: FastLines | null;
  readonly #saved: SavedCursors;
  #boundary = new Boundary();
  /** The beginning of an incomplete character, 0 to 3 bytes. */
  #partial = new Uint8Array(0);
  #faults = 0;
  #leftOut = 0;

  /** Throws Error if the terminal has an unknown version: {@link guardedEmulator}. */
  constructor(terminal: TerminalLike, plain?: (emulator: Emulator) => FastLines) {
    this.terminal = terminal;
    ({ emulator: this.emulator, widths: this.widths, pictures: this.pictures } = guardedEmulator(terminal));
    this.#saved = new SavedCursors(this.emulator);
    this.shadow = new ExtraModes(this.emulator, () => this.#resetLeft());
    this.history = new History(this.emulator, this.shadow);
    this.plain = plain?.(this.emulator) ?? null;
  }

  /** The stream offset up to which everything is on the screen. */
  get version(): number {
    return this.#boundary.offset;
  }
  get cols(): number {
    return this.terminal.cols;
  }
  get rows(): number {
    return this.terminal.rows;
  }
  /** The scanner of the stream's escape sequences, which knows where it may be cut. */
  get boundary(): Boundary {
    return this.#boundary;
  }
  /** How often the emulator threw; its input may then be lost in part. */
  get faults(): number {
    return this.#faults;
  }
  /** Bytes that did not have to be parsed. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Shows the next bytes of the stream. Never throws, whatever they are. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const start = this.version - this.#partial.length;
    this.#boundary.push(bytes);
    // xterm.js garbles a character that is split after a byte 0x80 (for example U+3001), so it gets only whole ones.
    const whole = this.#partial.length === 0 ? bytes : concat([this.#partial, bytes]);
    const end = whole.length - this.#boundary.partialCharacter;
    this.#partial = whole.slice(end);
    const { broken } = this.#boundary;
    const given = end === whole.length ? whole : whole.subarray(0, end);
    this.#show(broken.length === 0 ? given : repaired(given, start, broken));
  }

  resize(cols: number, rows: number): void {
    if (cols === this.cols && rows === this.rows) return;
    const reflows = cols !== this.cols;
    this.terminal.resize(cols, rows);
    if (reflows) this.history.reflowed();
  }

  /** The state at {@link version}. */
  snapshot(): ScreenSnapshot {
    this.#saved.apply();
    const { cols, rows } = this;
    const data = snapshotBytes({
      emulator: this.emulator,
      widths: this.widths,
      shadow: this.shadow,
      saved: this.#saved,
      cols,
      rows,
      resume: this.#boundary.resume(),
    });
    return { version: this.version, cols, rows, data, line: this.history.top, era: this.history.era };
  }

  /** Replaces everything by the snapshot's content; the stream continues at its version. */
  load(snapshot: Loaded & { readonly data: Uint8Array }): void {
    const loaded = this.loading(snapshot);
    this.write(snapshot.data);
    loaded();
  }

  /** Begins to {@link load} a snapshot: write its data next, in any pieces, and then call the result. */
  loading(snapshot: Loaded): () => void {
    const { era } = this.history;
    const input = this.emulator._inputHandler;
    const titled = input._windowTitle !== "";
    this.#reset();
    this.terminal.resize(snapshot.cols, snapshot.rows);
    this.#boundary = new Boundary(0);
    this.history.restart(snapshot.line, snapshot.era ?? era);
    return () => {
      // A listener that shows the title must also learn that there is none.
      if (titled && input._windowTitle === "") input.setTitle("");
      this.#boundary.rebase(snapshot.version);
    };
  }

  /** History rows `[from, to)` as far as they are held; rows of the normal screen are included. */
  lines(from: number, to: number): Lines {
    return this.history.lines(from, to);
  }

  /** Parses `bytes`, except for lines that would be forgotten at their end. */
  #show(bytes: Uint8Array): void {
    const { cols, rows } = this;
    let at = 0;
    for (const unseen of unseenLines(bytes, { cols, rows, kept: this.history.capacity })) {
      this.#parse(bytes.subarray(at, at = unseen.from));
      if (!scrollsPlainly(this.emulator, rows)) continue;
      this.history.leaveOut(unseen.rows);
      this.#leftOut += unseen.to - unseen.from;
      at = unseen.to;
    }
    this.#parse(at === 0 ? bytes : bytes.subarray(at));
  }

  #parse(bytes: Uint8Array): void {
    try {
      (this.plain ?? this.emulator._inputHandler).parse(bytes);
    } catch {
      this.#faults++;
    }
  }

  #reset(): void {
    this.terminal.reset();
    this.shadow.reset();
    this.widths.clusters = false;
    this.pictures.reset();
    this.#resetLeft();
    this.#partial = new Uint8Array(0);
    const input = this.emulator._inputHandler;
    input._parser.reset();
    input._utf8Decoder.clear();
    input._windowTitle = input._iconName = "";
    input._windowTitleStack.length = input._iconNameStack.length = 0;
  }

  /** Resets what neither RIS nor the reset of xterm.js 6.0.0 resets: LNM and the cursor's blinking are in its options. */
  #resetLeft(): void {
    const { coreService, optionsService: { options } } = this.emulator;
    coreService.isCursorHidden = false;
    options.convertEol = options.cursorBlink = false;
    this.#saved.reset();
  }
}

/**
 * `bytes`, which begin at offset `start`, with U+FFFD for invalid UTF-8, or nothing inside sequences: xterm.js would skip it everywhere.
 */
function repaired(bytes: Uint8Array, start: number, broken: readonly Broken[]): Uint8Array {
  const out = new Uint8Array(bytes.length + REPLACEMENT.length * broken.length);
  let [size, at] = [0, 0];
  const add = (part: ArrayLike<number>) => {
    out.set(part, size);
    size += part.length;
  };
  for (const { from, to, printed } of broken) {
    add(bytes.subarray(at, from - start));
    if (printed) add(REPLACEMENT);
    at = to - start;
  }
  add(bytes.subarray(at));
  return out.subarray(0, size);
}
