/** The host's own terminal: shows the session, takes what is typed here, and asks its person who may join. */
import type { Size } from "../frames/message.ts";
import type { Snapshot } from "../session/host_context.ts";
import type { Screen } from "../session/screen.ts";
import { Display } from "./display.ts";
import { newScreen } from "./new_screen.ts";
import { Tty } from "./tty.ts";

export interface HostScreenOptions {
  readonly size: Size;
  readonly snapshot: () => Promise<Snapshot>;
  readonly type: (bytes: Uint8Array) => void;
  readonly resized: () => void;
  readonly gone: () => void;
}

const CTRL_CARET = 0x1e;
/** How long a notice stays, ms: long enough to read a line twice. */
const NOTICE = 8000;

interface Question {
  readonly text: string;
  answer(yes: boolean): void;
}

export class HostScreen implements Disposable {
  readonly #tty: Tty;
  readonly #display: Display;
  readonly #screen: Screen;
  #version = 0;
  #recent: Uint8Array[] | undefined;
  readonly #questions: Question[] = [];
  #escaped = false;
  #noticed: ReturnType<typeof setTimeout> | undefined;

  private constructor(private readonly options: HostScreenOptions) {
    this.#tty = Tty.open({
      oninput: (bytes) => this.#typed(bytes),
      onresize: () => {
        options.resized();
        void this.#display.repaint();
      },
      onresume: () => void this.#display.repaint(),
      ongone: () => options.gone(),
    });
    this.#screen = newScreen(options.size.cols, options.size.rows, 0);
    this.#display = new Display(this.#tty, this.#screen, () => this.#follow());
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

  /** Asks the person here whether someone may join (`--approve`); one question at a time. */
  ask({ name, role }: { readonly name: string; readonly role: string }): Promise<boolean> {
    const who = name === "" ? "Someone" : JSON.stringify(name);
    const what = role === "write" ? "join and type" : "watch";
    return new Promise((answer) => {
      this.#questions.push({
        text: `${who} wants to ${what}. Ctrl-^ y lets them, Ctrl-^ n refuses.`,
        answer,
      });
      this.#show();
    });
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
    this.#display.status(this.#questions[0]?.text ?? null);
  }

  /** While a question stands, Ctrl-^ and a letter answer it; a letter alone may be meant for the shell. */
  #typed(bytes: Uint8Array): void {
    const rest: number[] = [];
    for (const byte of bytes) {
      if (this.#questions.length > 0 && !this.#escaped && byte === CTRL_CARET) this.#escaped = true;
      else if (this.#escaped) {
        this.#escaped = false;
        this.#answer(String.fromCharCode(byte).toLowerCase());
      } else rest.push(byte);
    }
    if (rest.length > 0) this.options.type(this.#display.typed(Uint8Array.from(rest)));
  }

  #answer(key: string): void {
    if (key !== "y" && key !== "n") return;
    this.#questions.shift()?.answer(key === "y");
    this.#show();
  }
}
