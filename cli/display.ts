/** A session on a real terminal: its bytes pass straight through where the window has the screen's size, else it is painted. */
import type { Size } from "../frames/message.ts";
import type { Snapshot } from "../session/host_context.ts";
import { QueryFilter } from "../session/query_filter.ts";
import type { Tty } from "./tty.ts";

/** Everything that a program may have changed, back to what a terminal starts with; then an empty screen. */
const RESET = "\x1b[!p\x1b[?1049l\x1b[r\x1b[m\x1b(B\x0f\x1b[4l\x1b[?7h\x1b[?25h\x1b[H\x1b[2J";

const encoder = new TextEncoder();

export class Display {
  #filter = new QueryFilter();
  #status: string | null = null;
  #size: Size;

  /** @param snapshot the screen as it is now: for painting it anew */
  constructor(
    private readonly tty: Tty,
    size: Size,
    private readonly snapshot: () => Promise<Snapshot> | Snapshot,
  ) {
    this.#size = size;
  }

  /** Bytes that the terminal has not taken. */
  get pending(): number {
    return this.tty.pending;
  }

  /** Shows the next output; settles when the terminal has taken it. */
  async output(bytes: Uint8Array): Promise<void> {
    await this.tty.write(this.#filter.push(bytes));
    if (this.#status !== null) this.#drawStatus();
  }

  /** Shows another screen instead; settles when the terminal has taken it. */
  async replace(snapshot: Snapshot): Promise<void> {
    this.#size = { cols: snapshot.cols, rows: snapshot.rows };
    this.#filter = new QueryFilter();
    void this.tty.write(encoder.encode(RESET));
    await this.tty.write(this.#filter.push(snapshot.data));
    if (this.#status !== null) this.#drawStatus();
  }

  /** Shows the whole screen anew. */
  async repaint(): Promise<void> {
    await this.replace(await this.snapshot());
  }

  /** The shared screen has this size now. */
  async resize(size: Size): Promise<void> {
    this.#size = size;
    await this.repaint();
  }

  /** The real window has another size. */
  async windowChanged(): Promise<void> {
    await this.repaint();
  }

  /** Shows a line above the bottom row, or takes it away. */
  status(text: string | null): void {
    if (text === this.#status) return;
    this.#status = text;
    if (text === null) void this.repaint();
    else this.#drawStatus();
  }

  #drawStatus(): void {
    const { cols, rows } = this.tty.size;
    const text = ` ${this.#status} `.slice(0, cols).padEnd(Math.min(cols, this.#size.cols));
    void this.tty.write(encoder.encode(`\x1b7\x1b[${rows};1H\x1b[0;7m${text}\x1b[m\x1b8`));
  }
}
