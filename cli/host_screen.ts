/** The host's own terminal: shows the session, takes what is typed here, and asks its person who may join. */
import { Buffer } from "node:buffer";
import type { Size } from "../frames/message.ts";
import type { Snapshot } from "../session/host_context.ts";
import { QueryFilter } from "../session/query_filter.ts";
import type { Screen } from "../session/screen.ts";
import type { Input } from "../session/terminal_input.ts";
import { Approvals, type Asked } from "./approvals.ts";
import { Display } from "./display.ts";
import type { Commands, Typed } from "./escape.ts";
import { newScreen } from "./new_screen.ts";
import type { Asker } from "./question.ts";
import { Tty } from "./tty.ts";
import { moment, Typing } from "./typing.ts";

export interface HostScreenOptions {
  readonly size: Size;
  /** The byte that the escape key sends, or null for none. */
  readonly escape: number | null;
  readonly snapshot: () => Promise<Snapshot>;
  /** A promise: nothing more is read from the person before it settles. */
  readonly type: (bytes: Uint8Array) => Promise<void> | void;
  readonly resized: () => void;
  readonly gone: () => void;
}

/** How long a notice stays, ms: long enough to read a line twice. */
const NOTICE = 8000;

/** What the person may type to us. */
type Command = { readonly kind: "answer"; readonly asked: Asked; readonly yes: boolean };

export class HostScreen implements Disposable {
  readonly #tty: Tty;
  readonly #display: Display;
  readonly #screen: Screen;
  #version = 0;
  #recent: Uint8Array[] | undefined;
  readonly #approvals = new Approvals(() => this.#show());
  readonly #typing: Typing<Command>;
  /** Settles when what was typed last is taken. */
  #taken: Promise<void> | void = undefined;
  #noticed: ReturnType<typeof setTimeout> | undefined;

  private constructor(private readonly options: HostScreenOptions) {
    this.#tty = Tty.open({
      oninput: (bytes) => {
        this.#taken = undefined;
        this.#typing.read(bytes);
        return this.#taken;
      },
      onresize: () => {
        options.resized();
        if (this.#approvals.first) this.#show();
        void this.#display.repaint();
      },
      onresume: () => void this.#display.repaint(),
      ongone: () => options.gone(),
    });
    this.#typing = new Typing(options.escape, () => this.#commands(), (parts) => this.#typed(parts));
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
    if (!this.#approvals.first) this.#display.status(text);
  }

  /** Asks the person here whether someone may join (`--approve`); one question at a time. It vanishes, as a no, when `gone` aborts. */
  ask(asker: Asker, gone: AbortSignal): Promise<boolean> {
    return this.#approvals.ask(asker, gone);
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
    this.#typing[Symbol.dispose]();
    this.#approvals[Symbol.dispose]();
  }

  #show(): void {
    // A status line begins with a space.
    this.#display.status(this.#approvals.words(this.#tty.size.cols - 1));
  }

  /** A letter alone may be meant for the shell: it answers only after the escape key, and the question that stood when that was typed. */
  #commands(): Commands<Command> {
    const asked = this.#approvals.first;
    if (!asked) return { keys: {}, moment: moment(this.#display.fullScreen) };
    const answer = (yes: boolean): Command => ({ kind: "answer", asked, yes });
    return { keys: { Y: answer(true), N: answer(false) }, moment: Infinity };
  }

  #typed(parts: readonly Typed<Command>[]): void {
    for (const part of parts) {
      if (part.kind === "command") this.#approvals.answer(part.command.asked, part.command.yes);
      else this.#send(part.inputs);
    }
  }

  #send(inputs: readonly Input[]): void {
    const bytes = Buffer.concat(inputs.map((input) => this.#display.typed(input)));
    if (bytes.length > 0) this.#taken = this.options.type(bytes);
  }
}
