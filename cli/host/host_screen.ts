/** The host's own terminal: shows the session, reads its person's typing, and asks who may join. */
import { Buffer } from "node:buffer";
import type { Size } from "../../frames/size.ts";
import { QueryFilter } from "../../session/vt/query_filter.ts";
import type { Screen } from "../../session/screen/screen.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { type Answer, Approvals, type Asked, type Question } from "./approvals.ts";
import { ColourQuestion, QUESTION } from "../terminal/colour_question.ts";
import { Display } from "../terminal/display.ts";
import type { Emulator } from "../emulator/emulator.ts";
import type { Commands, Typed } from "../terminal/escape.ts";
import { DEFAULT_ESCAPE, escapeName } from "../terminal/key_press.ts";
import { invitationPage, ScreenTaken } from "./invitation_page.ts";
import { newScreen } from "../emulator/new_screen.ts";
import { Tty } from "../terminal/tty.ts";
import { moment, Typing } from "../terminal/typing.ts";

export interface HostScreenOptions {
  readonly size: Size;
  /** The byte that the escape key sends, or null for none. */
  readonly escape: number | null;
  /** How to join now, in lines; `alone`: there is no viewer. */
  readonly invitation: () => string;
  readonly alone: () => boolean;
  /** Follows the session; gets the terminal's colours. */
  readonly emulator: Pick<Emulator, "snapshot" | "colours">;
  /** Until the promise settles nothing more is read from the person. */
  readonly type: (bytes: Uint8Array) => Promise<void> | void;
  readonly resized: () => void;
  readonly gone: () => void;
}

/** How long a notice stays, in ms: enough to read a line twice. Who comes and goes is read at a glance. */
const NOTICE = 8000;
const GLANCE = 2500;

/** What the person may type to us. */
type Command =
  | { readonly kind: "answer"; readonly asked: Asked; readonly answer: Answer }
  | { readonly kind: "code" | "help" };
/** Keys that only take the page with the code away: Enter, Esc, Space, `q`. */
const TURNS_PAGE = new Set(["\r", "\n", " ", "q", "\x1b", "\x1b[27u"]);

/** The host's screen, which viewers and the host's own terminal share. */
export class HostScreen implements Disposable {
  readonly #tty: Tty;
  readonly #display: Display;
  readonly #screen: Screen;
  #version = 0;
  #recent: Uint8Array[] | undefined;
  readonly #approvals: Approvals;
  readonly #key: number;
  readonly #beginning: ScreenTaken = new ScreenTaken(performance.now());
  /** The code covers the window: requested, or because a program took the screen. */
  #page: "asked" | "first" | null = null;
  readonly #typing: Typing<Command>;
  readonly #question: ColourQuestion;
  /** Settles when the last input was accepted. */
  #accepted: Promise<void> | void = undefined;
  #noticed: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  private constructor(private readonly options: HostScreenOptions) {
    this.#key = options.escape ?? DEFAULT_ESCAPE;
    this.#approvals = new Approvals(this.#key, () => this.#show());
    this.#tty = Tty.open({
      oninput: (bytes) => {
        this.#accepted = undefined;
        this.#question.read(bytes);
        return this.#accepted;
      },
      onresize: () => {
        options.resized();
        if (this.#approvals.first || this.#page) this.#show();
        void this.#display.repaint();
      },
      onresume: () => void this.#display.repaint(),
      ongone: () => options.gone(),
    });
    this.#typing = new Typing(options.escape, () => this.#commands(), (parts) => this.#typed(parts));
    this.#question = new ColourQuestion(
      (bytes) => this.#typing.read(bytes),
      (colours) => options.emulator.colours = colours,
    );
    void this.#tty.write(new TextEncoder().encode(QUESTION));
    this.#screen = newScreen(options.size.cols, options.size.rows, 0);
    this.#display = new Display(
      this.#tty,
      this.#screen,
      // What the host's own programs do to its terminal concerns only its person.
      () => new QueryFilter(),
      () => this.#follow(),
    );
  }

  static open(options: HostScreenOptions): HostScreen {
    return new HostScreen(options);
  }

  /** Settles when the terminal has reported its colours, or does not seem to. */
  get asked(): Promise<void> {
    return this.#question.settled;
  }

  get window(): Size {
    return this.#tty.size;
  }

  get pending(): number {
    return this.#display.pending;
  }

  output(bytes: Uint8Array): void {
    this.#version += bytes.length;
    // While a snapshot is awaited, output is kept to continue from it.
    this.#recent?.push(bytes);
    if (this.#display.painted && !this.#recent) this.#screen.write(bytes);
    void this.#display.output(bytes);
    if (this.#beginning.see(bytes, performance.now()) && this.options.alone()) this.#turn("first");
  }

  /** Brings the screen, which follows only while it is painted, up to date. */
  async #follow(): Promise<void> {
    const recent: Uint8Array[] = this.#recent = [];
    const snapshot = await this.options.emulator.snapshot();
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
  notice(text: string, ms = NOTICE): void {
    if (this.#closed) return;
    clearTimeout(this.#noticed);
    this.#noticed = setTimeout(() => this.#show(), ms);
    if (!this.#approvals.first) this.#display.status(text);
  }

  /** Says for a moment who came or went. */
  passing(text: string): void {
    this.#beginning.over();
    if (this.#page === "first") this.#turn(null);
    this.notice(text, GLANCE);
  }

  /** Asks the person here, one question at a time. */
  ask(question: Question, gone: AbortSignal): Promise<Answer> {
    return this.#approvals.ask(question, gone);
  }

  /** Restores the terminal. */
  async close(): Promise<void> {
    this.#dispose();
    await this.#question.over;
    this.#question[Symbol.dispose]();
    await this.#display.finish();
    await this.#tty.close();
  }

  [Symbol.dispose](): void {
    this.#dispose();
    this.#question[Symbol.dispose]();
    this.#tty.restoreNow();
  }

  #dispose(): void {
    this.#closed = true;
    clearTimeout(this.#noticed);
    this.#typing[Symbol.dispose]();
    this.#approvals[Symbol.dispose]();
  }

  /** Shows how to join, or the session again. */
  #turn(page: "asked" | "first" | null): void {
    this.#page = page;
    this.#show();
  }

  #show(): void {
    const { cols } = this.#tty.size;
    this.#display.history(this.#page ? invitationPage(this.options.invitation(), cols) : null);
    // A status line begins with a space.
    this.#display.status(this.#approvals.words(cols - 1) ?? this.#pageWords());
  }

  #pageWords(): string | null {
    const again = `${escapeName(this.#key)} c shows this again`;
    switch (this.#page) {
      case "asked":
        return "Enter goes back to the session";
      case "first":
        return `The program runs: Enter, or the first who joins, shows it; ${again}`;
      case null:
        return null;
    }
  }

  /** A letter alone may be meant for the shell: it answers only after the escape key, and only the question that was shown when that key was typed. */
  #commands(): Commands<Command> {
    const always: Commands<Command>["keys"] = { C: { kind: "code" }, "?": { kind: "help" } };
    const asked = this.#approvals.first;
    if (!asked) return { keys: always, moment: moment(this.#display.fullScreen) };
    const answer = (answer: Answer): Command => ({ kind: "answer", asked, answer });
    const keys = { ...always, Y: answer("yes"), N: answer("no") };
    return { keys: asked.question.always ? { ...keys, A: answer("always") } : keys, moment: Infinity };
  }

  #typed(parts: readonly Typed<Command>[]): void {
    this.#beginning.over();
    for (const part of parts) {
      if (part.kind === "send") this.#send(part.inputs);
      else this.#act(part.command);
    }
  }

  #act(command: Command): void {
    switch (command.kind) {
      case "answer":
        return this.#approvals.answer(command.asked, command.answer);
      case "code":
        return this.#turn("asked");
      case "help":
        return this.notice(
          "escape key, then:  c shows how to join   y, n answer   itself: is sent",
        );
    }
  }

  #send(inputs: readonly Input[]): void {
    if (this.#page && inputs.some(({ kind }) => kind === "text" || kind === "key" || kind === "paste")) {
      this.#turn(null);
      const [first, ...others] = inputs;
      if (others.length === 0 && TURNS_PAGE.has(new TextDecoder().decode(first!.bytes))) return;
    }
    const bytes = Buffer.concat(inputs.map((input) => this.#display.typed(input)));
    if (bytes.length > 0) this.#accepted = this.options.type(bytes);
  }
}
