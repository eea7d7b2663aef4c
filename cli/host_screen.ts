/** The host's own terminal: shows the session, takes what is typed here, and asks its person who may join. */
import type { Size } from "../frames/message.ts";
import type { Snapshot } from "../session/host_context.ts";
import { QueryFilter } from "../session/query_filter.ts";
import type { Screen } from "../session/screen.ts";
import { Display } from "./display.ts";
import { newScreen } from "./new_screen.ts";
import { type Asker, question } from "./question.ts";
import { Tty } from "./tty.ts";

export interface HostScreenOptions {
  readonly size: Size;
  readonly snapshot: () => Promise<Snapshot>;
  /** A promise: nothing more is read from the person before it settles. */
  readonly type: (bytes: Uint8Array) => Promise<void> | void;
  readonly resized: () => void;
  readonly gone: () => void;
}

const CTRL_CARET = 0x1e;
/** How long a notice stays, ms: long enough to read a line twice. */
const NOTICE = 8000;

interface Question {
  readonly asker: Asker;
  answer(yes: boolean): void;
}

export class HostScreen implements Disposable {
  readonly #tty: Tty;
  readonly #display: Display;
  readonly #screen: Screen;
  #version = 0;
  #recent: Uint8Array[] | undefined;
  readonly #questions: Question[] = [];
  /** The question that stood when Ctrl-^ was typed: the letter after it answers no other. */
  #escaped: Question | undefined;
  #noticed: ReturnType<typeof setTimeout> | undefined;

  private constructor(private readonly options: HostScreenOptions) {
    this.#tty = Tty.open({
      oninput: (bytes) => this.#typed(bytes),
      onresize: () => {
        options.resized();
        if (this.#questions.length > 0) this.#show();
        void this.#display.repaint();
      },
      onresume: () => void this.#display.repaint(),
      ongone: () => options.gone(),
    });
    this.#screen = newScreen(options.size.cols, options.size.rows, 0);
    this.#display = new Display(
      this.#tty,
      this.#screen,
      // What the host's own programs do to its own terminal is its person's affair.
      () => new QueryFilter(),
      () => this.#follow(),
    );
  }

  static open(options: HostScreenOptions): HostScreen {
    return new HostScreen(options);
  }

  get window(): Size {
    return this.#tty.size;
  }

  get pending(): number {
    return this.#display.pending;
  }

  output(bytes: Uint8Array): void {
    this.#version += bytes.length;
    // While a snapshot is awaited, what comes is kept to go on from it.
    this.#recent?.push(bytes);
    if (this.#display.painted && !this.#recent) this.#screen.write(bytes);
    void this.#display.output(bytes);
  }

  /** Brings the screen, which follows only while it is painted, up to date. */
  async #follow(): Promise<void> {
    const recent: Uint8Array[] = this.#recent = [];
    const snapshot = await this.options.snapshot();
    if (this.#recent !== recent) return;
    this.#recent = undefined;
    this.#screen.load(snapshot);
    let at = this.#version - recent.reduce((sum, bytes) => sum + bytes.length, 0);
    for (const bytes of recent) {
      if (at + bytes.length > snapshot.version) {
        this.#screen.write(bytes.subarray(Math.max(0, snapshot.version - at)));
      }
      at += bytes.length;
    }
  }

  resize(cols: number, rows: number): void {
    void this.#display.resize({ cols, rows });
  }

  /** Shows a line for a few seconds. */
  notice(text: string): void {
    clearTimeout(this.#noticed);
    this.#noticed = setTimeout(() => this.#show(), NOTICE);
    if (this.#questions.length === 0) this.#display.status(text);
  }

  /** Asks the person here whether someone may join (`--approve`); one question at a time. It vanishes, as a no, when `gone` aborts. */
  ask(asker: Asker, gone: AbortSignal): Promise<boolean> {
    if (gone.aborted) return Promise.resolve(false);
    const { promise, resolve: answer } = Promise.withResolvers<boolean>();
    const asked = { asker, answer };
    this.#questions.push(asked);
    gone.addEventListener("abort", () => this.#withdraw(asked), { once: true });
    this.#show();
    return promise;
  }

  #withdraw(asked: Question): void {
    const at = this.#questions.indexOf(asked);
    if (at < 0) return;
    this.#questions.splice(at, 1);
    asked.answer(false);
    this.#show();
  }

  /** Leaves the terminal as it was found. */
  async close(): Promise<void> {
    this.#dispose();
    await this.#display.finish();
    await this.#tty.close();
  }

  [Symbol.dispose](): void {
    this.#dispose();
    this.#tty.restoreNow();
  }

  #dispose(): void {
    clearTimeout(this.#noticed);
    for (const question of this.#questions.splice(0)) question.answer(false);
  }

  #show(): void {
    const [first] = this.#questions;
    // A status line begins with a space.
    const room = this.#tty.size.cols - 1;
    this.#display.status(first ? question(first.asker, room) : null);
  }

  /** While a question stands, Ctrl-^ and a letter answer it; a letter alone may be meant for the shell. */
  #typed(bytes: Uint8Array): Promise<void> | void {
    const rest: number[] = [];
    for (const byte of bytes) {
      const [first] = this.#questions;
      if (this.#escaped) {
        if (this.#escaped === first) this.#answer(String.fromCharCode(byte).toLowerCase());
        this.#escaped = undefined;
      } else if (first && byte === CTRL_CARET) this.#escaped = first;
      else rest.push(byte);
    }
    if (rest.length > 0) return this.options.type(this.#display.typed(Uint8Array.from(rest)));
  }

  #answer(key: string): void {
    if (key !== "y" && key !== "n") return;
    this.#questions.shift()?.answer(key === "y");
    this.#show();
  }
}
