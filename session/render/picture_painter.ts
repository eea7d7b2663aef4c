/**
 * Draws pictures in a painted terminal, over blanks in place of their boxes: those that are visible whole, and those that were drawn and
 * have scrolled off in part. For any other, and where the terminal cannot, the box stays.
 */
import type { HistoryRow } from "../../frames/history_frames.ts";
import { EMPTY, type Grid } from "./grid.ts";
import type { Look } from "./cell_painter.ts";
import { moveTo } from "../screen/paint.ts";
import { type PictureAbilities } from "../pictures/picture_abilities.ts";
import type { PicturePart } from "../pictures/picture_place.ts";
import { type Draw, pictureSequence, withoutPicture } from "../pictures/picture_sequences.ts";
import type { Screen } from "../screen/screen.ts";
import { seenPictures } from "../emulator/seen_pictures.ts";
import type { Viewport } from "./viewport.ts";

/** A blank that differs from an erased cell: a picture on it is removed when anything else is written there. */
const UNDER: Readonly<Look> = { ...EMPTY, chars: "\u00a0" };
/** A row of a box in a row of history: its link with attributes, the picture's part, and the printed text. */
// deno-lint-ignore no-control-regex -- sequences begin with one
const BOX = /(\x1b\]8;;beach-picture:([0-9a-f]{32})\/[^\x1b]*\x1b\\(?:\x1b\[[\d;:]*m)?)([^\x1b]*)/g;
/** The first number for kitty and compatible terminals, which programs in the same terminal hardly use. */
const FIRST_NUMBER = 0x6265_6163;

/** Sequences that are kept: to make one may take 100 ms. */
const MAX_MADE = 8;

interface Place {
  readonly part: PicturePart;
  /** The window position of the first cell of the whole picture. */
  readonly row: number;
  readonly col: number;
  readonly cells: { readonly row: number; readonly col: number; readonly look: Look }[];
}

interface Drawn {
  readonly id: string;
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly number: number;
}

export interface PictureSource {
  readonly abilities: PictureAbilities;
  /** A picture is visible. */
  seen(): void;
  /** Told which visible pictures are missing from the store. */
  want(ids: ReadonlySet<string>): void;
}

/** The pictures in one real terminal. */
export class PicturePainter {
  #drawn: Drawn[] = [];
  #gone: number[] = [];
  #next = FIRST_NUMBER;
  #places: Place[] = [];

  constructor(private readonly screen: Screen, private readonly source: PictureSource) {}

  /** The terminal's content is unknown: all pictures are drawn again. */
  forget(): void {
    this.#gone.push(...this.#drawn.map(({ number }) => number));
    this.#drawn = [];
  }

  /** These rows scroll off a terminal of `height` rows. Returns them with blanks where a picture is drawn, which scrolls with them. */
  scrollOff(rows: readonly HistoryRow[], height: number): readonly HistoryRow[] {
    const drawn = new Set(this.#drawn.map(({ id }) => id));
    // The terminal never showed all of them.
    if (rows.length >= height) this.#drawn = [];
    else {
      this.#drawn = this.#drawn.map((one) => ({ ...one, row: one.row - rows.length }))
        // The part that has left the window stays in the terminal's scrollback.
        .filter((one) => one.row + one.rows > 0);
    }
    if (drawn.size === 0) return rows;
    return rows.map(([text, goesOn]) => [
      text.replaceAll(
        BOX,
        (all, opening, id, box) => drawn.has(id) ? opening + UNDER.chars.repeat(box.length) : all,
      ),
      goesOn,
    ]);
  }

  /** Makes room, in a frame of the screen, for pictures that can be shown. */
  compose(grid: Grid, port: Viewport): void {
    const { emulator, pictures: { store } } = this.screen;
    const { ybase } = emulator._bufferService.buffers.active;
    const places = new Map<string, Place>();
    for (const { part, x, y, from, cols } of seenPictures(emulator, ybase + port.top, port.rows)) {
      const [row, col] = [y - part.row, x - from - port.left];
      const key = `${part.id} ${row} ${col}`;
      const place = places.get(key) ?? { part, row, col, cells: [] };
      places.set(key, place);
      for (let k = 0; k < cols; k++) {
        const at = x - port.left + k;
        if (at >= 0 && at < port.cols) place.cells.push({ row: y, col: at, look: { ...grid.at(y, at) } });
      }
    }
    if (places.size > 0) this.source.seen();
    const wanted = new Set<string>();
    this.#places = [...places.values()].filter((place) => {
      const { part, row } = place;
      const rows = row < 0 && this.#drawnAt(place) ? part.rows + row : part.rows;
      if (place.cells.length !== part.cols * rows) return false;
      if (!store.get(part.id)) wanted.add(part.id);
      return store.get(part.id) !== undefined && this.#can(place);
    });
    this.source.want(wanted);
    for (const { cells } of this.#places) for (const { row, col } of cells) grid.put(row, col, UNDER);
  }

  /**
   * Bytes that draw new pictures, and remove those that are not visible any more, once `grid` is complete: a box returns where something
   * covers the picture.
   */
  draw(grid: Grid): string {
    const places = this.#places.filter(({ cells }) => {
      const whole = cells.every(({ row, col }) => grid.at(row, col).chars === UNDER.chars);
      if (!whole) {
        for (const { row, col, look } of cells) {
          if (grid.at(row, col).chars === UNDER.chars) grid.put(row, col, look);
        }
      }
      return whole;
    });
    this.#places = [];
    let out = "";
    const now: Drawn[] = [];
    for (const place of places) {
      const before = this.#drawnAt(place);
      const { part, row, col } = place;
      const number = before?.number ?? this.#next++;
      now.push({ id: part.id, row, col, rows: part.rows, number });
      if (!before) out += moveTo(row, col) + (this.#drawing(part)?.(number) ?? "");
    }
    this.#gone.push(
      ...this.#drawn.filter((old) => !now.some(({ number }) => number === old.number)).map((old) =>
        old.number
      ),
    );
    this.#drawn = now;
    const { kitty } = this.source.abilities;
    const gone = this.#gone.splice(0);
    return (kitty ? gone.map(withoutPicture).join("") : "") + out;
  }

  /** Bytes that remove all pictures before the terminal is given back. */
  leave(): string {
    this.forget();
    const gone = this.#gone.splice(0);
    return this.source.abilities.kitty ? gone.map(withoutPicture).join("") : "";
  }

  #drawnAt({ part, row, col }: Place): Drawn | undefined {
    return this.#drawn.find((drawn) => drawn.id === part.id && drawn.row === row && drawn.col === col);
  }

  #can(place: Place): boolean {
    return this.#drawnAt(place) !== undefined || this.#drawing(place.part) !== undefined;
  }

  /** The last sequences made, by picture and size. */
  readonly #made = new Map<string, Draw | undefined>();

  #drawing(part: PicturePart): Draw | undefined {
    const picture = this.screen.pictures.store.get(part.id);
    const { cell, kitty, iterm, sixel } = this.source.abilities;
    if (!picture || !(kitty || iterm || sixel)) return undefined;
    const key = JSON.stringify([part.id, part.cols, part.rows, cell, kitty, iterm, sixel]);
    if (!this.#made.has(key)) {
      this.#made.set(key, pictureSequence(picture, part, this.source.abilities));
      if (this.#made.size > MAX_MADE) this.#made.delete(this.#made.keys().next().value!);
    }
    return this.#made.get(key);
  }
}
