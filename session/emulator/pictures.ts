/**
 * Pictures in a terminal's stream: sixel, iTerm's and kitty's. A guarded emulator prints each as cells (`picture_place.ts`) by one rule,
 * and keeps its bytes for views that show pictures.
 */
import { BLANK, HAS_EXTENDED, readCell } from "./attributes.ts";
import { CUT_OSC } from "../vt/boundary.ts";
import { FIRST_PICTURE } from "./hyperlinks.ts";
import { KittyPictures } from "../pictures/kitty_pictures.ts";
import { longString } from "./long_strings.ts";
import { boxRows, cellsOf, partLink, readPart } from "../pictures/picture_place.ts";
import { fileShown, fromBase64, itermCells, pairs, type Shown } from "../pictures/picture_protocols.ts";
import { sixelSize } from "../pictures/picture_sizes.ts";
import { MAX_PICTURE } from "../../frames/limits.ts";
import { pictureId, PictureStore } from "../pictures/picture_store.ts";
import { holdsPictures } from "./seen_pictures.ts";
import { APC } from "../vt/vt_states.ts";
import type { Emulator, PackedAttributes } from "./xterm_internals.ts";

/** The layout of xterm.js's parser table, and the action that begins a DCS. */
const TABLE = { stateShift: 8, ground: 0, escape: 1, states: 14 };
/** Pictures on the screen that have a number of the program's; beyond this the oldest numbers are forgotten. */
const MAX_NUMBERS = 256;

/** The pictures of one emulator. */
export class Pictures {
  readonly store = new PictureStore();
  /**
   * Called for a command about a picture whose beginning came before this emulator existed: only a new snapshot shows what other emulators
   * show now.
   */
  onmissed: () => void = () => {};
  readonly #kitty = new KittyPictures();
  /** The picture id for a program's number. */
  readonly #numbers = new Map<string, string>();
  #file: { readonly keys: ReadonlyMap<string, string>; data: string } | undefined;

  constructor(private readonly emulator: Emulator) {
    const input = emulator._inputHandler;
    takeApcAsDcs(emulator);
    underlineNoPicture(emulator);
    const sixel = longString((body, params) => {
      const said = `${params?.params.subarray(0, params.length).join(";")}q`;
      const pixels = sixelSize(body);
      if (pixels) this.#show(sixelShown(said, body, pixels), "below");
      return true;
    });
    input._parser.registerDcsHandler({ final: "q" }, sixel);
    input._parser.registerOscHandler(1337, longString((data) => this.#iterm(data)));
    const kitty = longString((content) => {
      const command = this.#kitty.receive(content);
      if (command?.kind === "missed") this.onmissed();
      else if (command?.kind === "delete") this.#erase(command.number);
      else if (command) {
        const id = this.#show(command.shown, "beside");
        if (command.number !== "" && id !== undefined) this.#number(command.number, id);
      }
      return true;
    });
    input._parser.registerDcsHandler({ final: "G" }, kitty);
    const missed = () => (this.onmissed(), true);
    const nothing = () => {};
    input._parser.registerDcsHandler({ prefix: "=", final: "B" }, {
      hook: nothing,
      put: nothing,
      unhook: missed,
    });
    input._parser.registerOscHandler(CUT_OSC, { start: nothing, put: nothing, end: missed });
    input.registerEscHandler({ final: "c" }, () => (this.reset(), false));
  }

  /** Forgets unfinished transfers; pictures on the screen stay. */
  reset(): void {
    this.#kitty.reset();
    this.#numbers.clear();
    this.#file = undefined;
  }

  /** Handles iTerm's pictures, in one part or several. Returns false for iTerm's other strings. */
  #iterm(data: string): boolean {
    const what = /^(File|MultipartFile|FilePart)=/.exec(data)?.[1];
    const rest = what === undefined ? "" : data.slice(what.length + 1);
    if (what === "File") {
      const at = rest.indexOf(":");
      this.#showFile(pairs(rest.slice(0, Math.max(at, 0)), ";"), rest.slice(at + 1));
    } else if (what === "MultipartFile") this.#file = { keys: pairs(rest, ";"), data: "" };
    else if (what === "FilePart" && this.#file) {
      // Base64 of more than views accept: the beginning is enough to know the size.
      if (this.#file.data.length < 2 * MAX_PICTURE) this.#file.data += rest;
    } else if (what === "FilePart") return true;
    else if (data === "FileEnd") {
      const file = this.#file;
      this.#file = undefined;
      if (file) this.#showFile(file.keys, file.data);
      else this.onmissed();
    } else return false;
    return true;
  }

  #showFile(keys: ReadonlyMap<string, string>, base64: string): void {
    const file = keys.get("inline") === "1" ? fromBase64(base64) : undefined;
    const shown = file && fileShown(file, {}, keys.get("doNotMoveCursor") === "1");
    if (!shown) return;
    const { cols, rows } = this.emulator._bufferService;
    this.#show({ ...shown, wanted: itermCells(keys, shown.pixels, { cols, rows }) }, "beside");
  }

  /**
   * Prints a picture's cells at the cursor, which ends in their last row: below the start column, or beside the picture. Returns the
   * picture's id.
   */
  #show({ picture, pixels, wanted, stay }: Shown, cursor: "below" | "beside"): string | undefined {
    const { _inputHandler: input, _bufferService: { buffers: { active }, cols, rows } } = this.emulator;
    const left = Math.min(active.x, cols - 1);
    const [startX, startY, startBase] = [active.x, active.y, active.ybase];
    const cells = cellsOf(pixels, wanted, { cols: cols - left, rows });
    const id = picture && pictureId(picture);
    if (picture) this.store.keep(id!, picture);
    boxRows(cells, pixels).forEach((text, row) => {
      active.x = left;
      if (row > 0) input.lineFeed();
      active.x = left;
      this.#printRow(text, left, id === undefined ? undefined : partLink({ id, ...cells, left, row }));
    });
    active.x = cursor === "below" ? left : Math.min(left + cells.cols, cols - 1);
    // If the screen scrolled, the start position has moved up.
    if (stay) [active.x, active.y] = [startX, Math.max(0, startY - (active.ybase - startBase))];
    return id;
  }

  #printRow(text: string, left: number, uri: string | undefined): void {
    const { _inputHandler: input, _bufferService: { buffers: { active }, cols }, _oscLinkService } =
      this.emulator;
    const line = active.lines.get(active.ybase + active.y);
    if (!line) return;
    const { extended } = active.getNullCell();
    const plain = { fg: 0, bg: 0, extended };
    const pen = { fg: 0, bg: uri === undefined ? 0 : HAS_EXTENDED, extended: extended.clone() };
    if (uri !== undefined) pen.extended.urlId = _oscLinkService.registerLink({ uri });
    // Half of a wide character cannot remain.
    const right = left + text.length;
    if (left > 0 && line.getWidth(left - 1) === 2) line.setCellFromCodepoint(left - 1, 0, 1, plain);
    if (right < cols && line.getWidth(right) === 0) line.setCellFromCodepoint(right, 0, 1, plain);
    for (let i = 0; i < text.length; i++) line.setCellFromCodepoint(left + i, text.charCodeAt(i), 1, pen);
    input._dirtyRowTracker.markDirty(active.y);
  }

  #number(number: string, id: string): void {
    this.#numbers.delete(number);
    this.#numbers.set(number, id);
    if (this.#numbers.size > MAX_NUMBERS) this.#numbers.delete(this.#numbers.keys().next().value!);
  }

  /** Erases the cells of one of kitty's pictures, or of all, from the screen. */
  #erase(number: string | undefined): void {
    const { _inputHandler: input, _bufferService: { buffers: { active }, rows }, _oscLinkService } =
      this.emulator;
    const id = number === undefined ? undefined : this.#numbers.get(number);
    // It may be a picture that was on the screen before this emulator existed.
    if (number !== undefined && id === undefined) {
      return holdsPictures(this.emulator) ? this.onmissed() : undefined;
    }
    const cell = { ...BLANK };
    const blank = { fg: 0, bg: 0, extended: active.getNullCell().extended };
    for (let y = 0; y < rows; y++) {
      const line = active.lines.get(active.ybase + y);
      for (const x in line?._extendedAttrs) {
        const { link } = Number(x) < line!.length ? readCell(line!, Number(x), cell) : BLANK;
        const part = link === 0 ? undefined : readPart(_oscLinkService.getLinkData(link)?.uri ?? "");
        if (part && (id === undefined || part.id === id)) line!.setCellFromCodepoint(Number(x), 0, 1, blank);
      }
      input._dirtyRowTracker.markDirty(y);
    }
  }
}

function sixelShown(said: string, body: string, pixels: Shown["pixels"]): Shown {
  // Other characters are invalid in sixel data.
  const data = new TextEncoder().encode(said + body.replace(/[^\x20-\x7e]/g, ""));
  const picture = data.length <= MAX_PICTURE ? { kind: "sixel" as const, data } : undefined;
  return { picture, pixels, wanted: {}, stay: false };
}

/** Classes of builds of xterm.js that are patched. */
const patched = new WeakSet<object>();

/** Removes the underline of picture cells: xterm.js 6.0.0 underlines every cell with a link. */
function underlineNoPicture(emulator: Emulator): void {
  const prototype: object = Object.getPrototypeOf(emulator._inputHandler._curAttrData.extended);
  const { get } = Object.getOwnPropertyDescriptor(prototype, "underlineStyle") ?? {};
  if (patched.has(prototype) || !get) return;
  patched.add(prototype);
  Object.defineProperty(prototype, "underlineStyle", {
    ...Object.getOwnPropertyDescriptor(prototype, "underlineStyle"),
    get(this: PackedAttributes["extended"]) {
      return this.urlId >= FIRST_PICTURE ? 0 : get.call(this);
    },
  });
}

/**
 * Makes the parser read APC strings, which xterm.js 6.0.0 ignores, as DCS with a function of their own, `G`. All emulators of a build share
 * the table.
 */
function takeApcAsDcs(emulator: Emulator): void {
  const { table } = emulator._inputHandler._parser._transitions;
  const { stateShift, escape, ground, states } = TABLE;
  for (let state = ground; state < states; state++) {
    table[state << stateShift | APC.c1] = table[state << stateShift | 0x90]!;
  }
  table[escape << stateShift | APC.letter] = table[escape << stateShift | 0x50]!;
}
