/** How large the letters are: the session's exact screen has to fit the window, whatever size the host gave it. */
import type { Terminal } from "@xterm/xterm";
import { bounded } from "../../../frames/size.ts";
import type { Size } from "../../../frames/size.ts";
import { FONT_SIZES } from "../settings/settings.ts";

/** Letters get no smaller than this to make a screen fit: smaller ones can't be read, so one moves the screen. CSS pixels. */
const READABLE = 8;
/** A small screen in a large window gets letters up to so many times as large as chosen. */
const GROWTH = 2;
/** With two fingers, to see all of a large screen; CSS pixels. */
const SMALLEST = 2;
/** A screen of more pixels of the device than this is drawn smaller: browsers draw none of more than 64 Mi, or none so wide. */
const MOST_PIXELS = 24 * 1024 * 1024;
/** Room for the scroll bar beside the last column; CSS pixels. */
const SCROLL_BAR = 10;

/** Width and height of one cell in CSS pixels. */
export interface Cell {
  readonly width: number;
  readonly height: number;
}

interface Measured {
  readonly _core?: {
    readonly _renderService?: { readonly dimensions?: { readonly css?: { readonly cell?: Cell } } };
  };
}

/** The cell as the renderer draws it now. */
export function cellOf(terminal: Terminal): Cell {
  const cell = (terminal as unknown as Measured)._core?._renderService?.dimensions?.css?.cell;
  const size = terminal.options.fontSize ?? 14;
  // A copy: the renderer changes its own in place.
  return cell && cell.width > 0 ? { ...cell } : { width: size * 0.6, height: size * 1.2 };
}

/** Fits the terminal into its element. */
export class Fit {
  /** Pinched larger than the window allows; 1 is fitted. */
  #zoom = 1;
  /** With it all of the screen is in the window. */
  #least = 1;
  /** Cells as they were measured, by size of letters. */
  readonly #measured = new Map<number, Cell>();
  #pixels = devicePixelRatio;
  /** Where {@link follow} put the stage last. */
  readonly #followed = { left: 0, top: 0 };

  /**
   * @param preferred the size of letters that was chosen; CSS pixels
   */
  constructor(
    private readonly terminal: Terminal,
    private readonly stage: HTMLElement,
    private readonly box: HTMLElement,
    private readonly preferred: () => number,
  ) {}

  /** How many cells of the chosen size the window has: what the host is told. */
  window(): Size {
    const { width, height } = this.#cellAt(this.preferred());
    const side = (pixels: number, cell: number) => Math.max(2, Math.floor(pixels / cell));
    return bounded({
      cols: side(this.#room.width - SCROLL_BAR, width),
      rows: side(this.#room.height, height),
    });
  }

  /** Makes the terminal as large as its screen, its letters as large as fits. */
  apply(): void {
    const { terminal, box } = this;
    const { cols, rows } = terminal;
    const room = this.#room;
    const window = this.window();
    const same = window.cols === cols && window.rows === rows;
    const fitted = this.#fitted(same ? this.preferred() : this.preferred() * GROWTH);
    let size = fitted;
    if (size < READABLE) {
      // Its whole height, then: the rest is to the side.
      size = this.preferred();
      while (size > READABLE && rows * this.#cellAt(size).height > room.height) size -= 0.5;
      while (size > fitted && this.#pixelsAt(size) > MOST_PIXELS) size -= 0.5;
    }
    // Two fingers may still make it small enough to see all of it.
    this.#least = Math.min(1, fitted / size);
    this.#zoom = Math.max(this.#least, this.#zoom);
    size = Math.min(FONT_SIZES.most, Math.max(SMALLEST, Math.round(size * this.#zoom * 2) / 2));
    if (terminal.options.fontSize !== size) terminal.options.fontSize = size;
    const { width, height } = cellOf(terminal);
    const bar = room.width - cols * width >= SCROLL_BAR ? SCROLL_BAR : 0;
    box.style.width = `${Math.ceil(cols * width) + bar}px`;
    box.style.height = `${Math.ceil(rows * height)}px`;
    const app = document.getElementById("app");
    if (app) app.dataset.fit = same ? "exact" : "letterbox";
    this.follow();
  }

  /** The largest letters up to `most` with which the whole screen is in the window; CSS pixels. */
  #fitted(most: number): number {
    const { cols, rows } = this.terminal;
    const room = this.#room;
    const fits = (size: number) => {
      const { width, height } = this.#cellAt(size);
      return cols * width <= room.width && rows * height <= room.height;
    };
    const now = this.terminal.options.fontSize ?? most;
    const { width, height } = this.#cellAt(now);
    // Each size that is tried is laid out: so only those near what these cells make likely.
    const likely = now * Math.min(room.width / (cols * width), room.height / (rows * height));
    let size = Math.max(SMALLEST, Math.min(FONT_SIZES.most, most, Math.floor(likely * 2 + 2) / 2));
    while (size > SMALLEST && !fits(size)) size -= 0.5;
    return size;
  }

  /** Pixels of the device that the whole screen has with letters of `size`. */
  #pixelsAt(size: number): number {
    const { cols, rows } = this.terminal;
    const { width, height } = this.#cellAt(size);
    return cols * width * rows * height * devicePixelRatio ** 2;
  }

  /** Another renderer draws: its cells are others. */
  remeasure(): void {
    this.#measured.clear();
  }

  /** Multiplies the size of the letters: beyond what fits, or down to where all of the screen is seen. */
  zoom(factor: number): void {
    this.#zoom = Math.min(4, Math.max(this.#least, this.#zoom * factor));
    this.apply();
  }

  /** Where the screen is larger than the window, keeps the cursor in sight. */
  follow(): void {
    const { terminal, stage } = this;
    if (stage.scrollWidth <= stage.clientWidth && stage.scrollHeight <= stage.clientHeight) return;
    const { width, height } = cellOf(terminal);
    const { cursorX, cursorY } = terminal.buffer.active;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = stage;
    const { left, top } = this.#followed;
    const x = scrolled(scrollLeft, scrollLeft === left, cursorX * width, width, clientWidth);
    const y = scrolled(scrollTop, scrollTop === top, cursorY * height, height, clientHeight);
    if (x !== scrollLeft) {
      stage.scrollLeft = x;
      this.#followed.left = stage.scrollLeft;
    }
    if (y !== scrollTop) {
      stage.scrollTop = y;
      this.#followed.top = stage.scrollTop;
    }
  }

  /** The stage within its padding; CSS pixels. */
  get #room(): { readonly width: number; readonly height: number } {
    const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(this.stage);
    return {
      width: this.stage.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight),
      height: this.stage.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom),
    };
  }

  /**
   * The cell that letters of `size` have. Tried, not guessed from another size: renderers round to device pixels, and a
   * guess that is a pixel off leaves letters smaller than the host's screen was made for.
   */
  #cellAt(size: number): Cell {
    const { options } = this.terminal;
    const now = options.fontSize ?? size;
    // Another screen, or the browser's own zoom.
    if (this.#pixels !== devicePixelRatio) this.remeasure();
    this.#pixels = devicePixelRatio;
    if (now !== size && !this.#measured.has(size)) {
      options.fontSize = size;
      this.#measured.set(size, cellOf(this.terminal));
      options.fontSize = now;
    }
    return now === size ? cellOf(this.terminal) : this.#measured.get(size)!;
  }
}

/**
 * How far a stage with `room` pixels is to be scrolled for a cell of `size` at `at`, from `before`: as little as keeps it in sight, and
 * back to the beginning when it is well within the first window, as `follow` in `viewport.ts` does; but not from where a person
 * has scrolled to (`ours` is false).
 */
function scrolled(before: number, ours: boolean, at: number, size: number, room: number): number {
  if (ours && at + size <= room * 0.75) return 0;
  if (at >= before && at + size <= before + room) return before;
  return at + size <= room ? 0 : at - room / 2;
}
