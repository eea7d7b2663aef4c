/** Draws pictures over the cells that they take (`session/pictures/picture_place.ts`), and fetches those that were printed before this page was there. */
import type { Terminal } from "@xterm/xterm";
import type { PicturePiece } from "../../../frames/history_frames.ts";
import { PictureFetcher } from "../../../session/pictures/picture_fetcher.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { type PictureStrip, seenPictures } from "../../../session/emulator/seen_pictures.ts";
import { cellOf } from "./fit.ts";
import { make } from "../dom/elements.ts";
import { PictureBitmaps } from "./picture_bitmaps.ts";

/** The interval of checks whether a requested picture must be requested again; ms. */
const LOOK = 1000;

/** Draws the visible pictures over the terminal. */
export class PictureLayer {
  readonly #canvas = make("canvas", { className: "pictures", ariaHidden: "true" });
  readonly #bitmaps: PictureBitmaps;
  readonly #fetcher: PictureFetcher;
  #drawing = 0;
  #looking: ReturnType<typeof setTimeout> | undefined;

  /** @param ask asks for a picture from a byte on; false if there is no link */
  constructor(
    private readonly terminal: Terminal,
    private readonly screen: Screen,
    ask: (id: string, from: number) => boolean,
  ) {
    const { store } = screen.pictures;
    this.#bitmaps = new PictureBitmaps(store, () => this.#soon());
    this.#fetcher = new PictureFetcher(store, ask, () => this.#soon());
    this.#canvas.hidden = true;
    terminal.element?.querySelector(".xterm-screen")?.append(this.#canvas);
    terminal.onRender(() => this.#soon());
    terminal.onScroll(() => this.#soon());
    terminal.onResize(() => this.#soon());
  }

  /** Handles a piece of a requested picture. */
  receive(piece: PicturePiece): void {
    this.#fetcher.receive(piece, performance.now());
  }

  #soon(): void {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
  }

  #draw(): void {
    clearTimeout(this.#looking);
    const { terminal, screen: { emulator } } = this;
    const strips = seenPictures(emulator, terminal.buffer.active.viewportY, terminal.rows);
    this.#canvas.hidden = strips.length === 0;
    if (strips.length === 0) return;
    const { width, height } = cellOf(terminal);
    const scale = devicePixelRatio;
    const size = {
      width: Math.ceil(terminal.cols * width * scale),
      height: Math.ceil(terminal.rows * height * scale),
    };
    // To set its size clears it too.
    Object.assign(this.#canvas, size);
    Object.assign(this.#canvas.style, {
      width: `${terminal.cols * width}px`,
      height: `${terminal.rows * height}px`,
    });
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = terminal.options.theme?.background ?? "#000";
    const missing = new Set<string>();
    for (const strip of strips) {
      const bitmap = this.#bitmaps.get(strip.part.id);
      if (bitmap) drawStrip(context, bitmap, strip, width * scale, height * scale);
      else missing.add(strip.part.id);
    }
    this.#fetcher.want(missing, performance.now());
    if (missing.size > 0) this.#looking = setTimeout(() => this.#soon(), LOOK);
  }
}

/** Draws a strip into its cells, `width` x `height` pixels of the canvas each. */
function drawStrip(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  { part, x, y, from, cols }: PictureStrip,
  width: number,
  height: number,
): void {
  const [partWidth, partHeight] = [bitmap.width / part.cols, bitmap.height / part.rows];
  // Whole pixels: between two strips the box below would shine through.
  const [left, right, top, bottom] = [x * width, (x + cols) * width, y * height, (y + 1) * height].map(
    Math.round,
  );
  const place = [left!, top!, right! - left!, bottom! - top!] as const;
  context.fillRect(...place);
  context.drawImage(bitmap, from * partWidth, part.row * partHeight, cols * partWidth, partHeight, ...place);
}
