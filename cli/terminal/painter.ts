/** Paints a screen into our terminal, at the terminal's pace: one frame at a time, always the newest. */
import { bounded } from "../../frames/size.ts";
import type { Size } from "../../frames/size.ts";
import type { OutputFilter } from "../../session/vt/output_filter.ts";
import type { PictureSource } from "../../session/render/picture_painter.ts";
import { Renderer } from "../../session/render/renderer.ts";
import type { Screen } from "../../session/screen/screen.ts";
import type { Tty } from "./tty.ts";

/** The shortest time between two frames, in ms: faster than any monitor, and cheap during a flood. */
const FRAME = 8;

/** Paints frames of one screen. */
export class Painter {
  readonly renderer: Renderer;
  #on = false;
  #paintedAt = -Infinity;
  #next: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #holding: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tty: Tty,
    screen: Screen,
    passes: OutputFilter["string"],
    pictures: PictureSource | undefined,
  ) {
    const { cols, rows } = bounded(tty.size);
    this.renderer = new Renderer(screen, cols, rows, passes, pictures);
    this.resize(tty.size);
  }

  get on(): boolean {
    return this.#on;
  }

  /** Begins to use the terminal: saves its content and resets every mode that a program set there. */
  enter(): void {
    if (this.#on) return;
    this.#on = true;
    this.resize(this.tty.size);
    this.renderer.enter();
    void this.tty.write(new TextEncoder().encode(this.tty.restoring));
    void this.paint();
  }

  /** Gives the terminal back; its next content follows. */
  leave(): void {
    if (!this.#on) return;
    this.#on = false;
    clearTimeout(this.#holding);
    void this.tty.write(this.renderer.leave());
  }

  /** The window has another size. No screen exceeds the limit: the rest of the window stays blank. */
  resize(window: Size): void {
    const { cols, rows } = bounded(window);
    this.renderer.resize(cols, rows, window.cols > cols);
  }

  /** Paints the changes up to the next frame; settles when the terminal has accepted it. */
  paint(): Promise<void> {
    return this.#next ??= this.#frame().finally(() => this.#next = undefined);
  }

  /** A program has not completed its frame: paints when it has, or when that takes too long. */
  #later(): void {
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => void this.paint(), this.renderer.held(performance.now()));
  }

  async #frame(): Promise<void> {
    // A terminal that is still busy with the last frame gets fewer frames.
    await this.#writing;
    const wait = this.#paintedAt + FRAME - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // Later changes belong to the next frame.
    this.#next = undefined;
    if (!this.#on) return;
    if (this.renderer.held(performance.now()) > 0) return this.#later();
    const began = performance.now();
    const bytes = this.renderer.render();
    const now = performance.now();
    // An empty frame, as for a key that is not guessed, must not delay the echo; but many of them may use at most half of the time.
    this.#paintedAt = bytes.length === 0 ? 2 * now - began - FRAME : now;
    if (bytes.length > 0) await (this.#writing = this.tty.write(bytes));
  }
}
