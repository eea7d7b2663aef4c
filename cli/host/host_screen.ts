/** The host's own terminal: shows the session, reads its person's typing, and asks who may join. */
import { Buffer } from "node:buffer";
import type { Size } from "../../frames/size.ts";
import { QueryFilter } from "../../session/vt/query_filter.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { type Answer, Approvals, type Asked, type Question } from "./approvals.ts";
import { ColourQuestion, QUESTION } from "../terminal/colour_question.ts";
import { Display } from "../terminal/display.ts";
import type { HostControls } from "../control/host_controls.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { FollowedScreen } from "../emulator/followed_screen.ts";
import type { Commands, Typed } from "../terminal/escape.ts";
import { DEFAULT_ESCAPE } from "../terminal/key_press.ts";
import { HostMenu } from "./host_menu.ts";
import { invitationPage, type Page, pageWords, ScreenTaken, turnsPage } from "./invitation_page.ts";
import { Tty } from "../terminal/tty.ts";
import { keysOf } from "../terminal/typed_keys.ts";
import { moment, Typing } from "../terminal/typing.ts";

export interface HostScreenOptions {
  readonly size: Size;
  /** The byte that the escape key sends, or null for none. */
  readonly escape: number | null;
  /** How to join now, in lines; `alone`: there is no viewer. */
  readonly invitation: () => string;
  readonly alone: () => boolean;
  /** For the menu. */
  readonly controls: HostControls;
  /** Follows the session; gets the terminal's colours. */
  readonly emulator: Pick<Emulator, "snapshot" | "colours">;
  /** Until the promise settles nothing more is read from the person. */
  readonly type: (bytes: Uint8Array) => Promise<void> | void;
  readonly resized: () => void;
  readonly gone: () => void;
}

/** How long a notice stays, in ms: enough to read a line twice. Who comes and goes is read at a glance. */
const [NOTICE, GLANCE] = [8000, 2500];
/** The menu's round trips and times are drawn anew so often, ms. */
const REFRESH = 1000;

/** What the person may type to us. */
type Command =
  | { readonly kind: "answer"; readonly asked: Asked; readonly answer: Answer }
  | { readonly kind: "code" | "help" | "menu" };

/** The host's screen, which viewers and the host's own terminal share. */
export class HostScreen implements Disposable {
  readonly #tty: Tty;
  readonly #display: Display;
  readonly #own: FollowedScreen;
  readonly #approvals: Approvals;
  readonly #key: number;
  readonly #beginning: ScreenTaken = new ScreenTaken(performance.now());
  /** The code covers the window: requested, or because a program took the screen. */
  #page: Page | null = null;
  #menu: HostMenu | null = null;
  #refresh: ReturnType<typeof setInterval> | undefined;
  readonly #typing: Typing<Command>;
  readonly #question: ColourQuestion;
  /** Settles when the last input was accepted. */
  #accepted: Promise<void> | void = undefined;
  #noticed: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(private readonly options: HostScreenOptions) {
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
        if (this.#approvals.first || this.#page || this.#menu) this.#show();
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
    this.#own = new FollowedScreen(options.size, options.emulator);
    this.#display = new Display(
      this.#tty,
      this.#own.screen,
      // What the host's own programs do to its terminal concerns only its person.
      () => new QueryFilter(),
      () => this.#own.catchUp(),
    );
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
    this.#own.output(bytes, this.#display.painted);
    void this.#display.output(bytes);
    if (this.#beginning.see(bytes, performance.now()) && this.options.alone()) this.#turn("first");
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

  /** Says for a moment who came or went, where a text does. */
  passing(text: string | null): void {
    this.#beginning.over();
    if (this.#page === "first") this.#turn(null);
    if (text !== null) this.notice(text, GLANCE);
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
    clearInterval(this.#refresh);
    this.#typing[Symbol.dispose]();
    this.#approvals[Symbol.dispose]();
  }

  /** Shows how to join, or the session again. */
  #turn(page: Page | null): void {
    this.#page = page;
    this.#show();
  }

  /** Opens the menu, or closes it. */
  #turnMenu(open: boolean): void {
    clearInterval(this.#refresh);
    this.#menu = open ? new HostMenu(this.options.controls) : null;
    if (open) this.#refresh = setInterval(() => this.#draw(), REFRESH);
    this.#turn(null);
  }

  /** Draws what lies over the session. */
  #draw(): void {
    const { cols } = this.#tty.size;
    const page = this.#page ? invitationPage(this.options.invitation(), cols) : null;
    this.#display.history(this.#menu?.view(this.#tty.size) ?? page);
  }

  #show(): void {
    this.#draw();
    // A status line begins with a space.
    this.#display.status(
      this.#approvals.words(this.#tty.size.cols - 1) ?? this.#menu?.words ?? pageWords(this.#page, this.#key),
    );
  }

  /** A letter alone may be meant for the shell: it answers only after the escape key, and only the question that was shown when that key was typed. */
  #commands(): Commands<Command> {
    const always: Commands<Command>["keys"] = {
      C: { kind: "code" },
      M: { kind: "menu" },
      "?": { kind: "help" },
    };
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
        this.#turnMenu(false);
        return this.#turn("asked");
      case "menu":
        return this.#turnMenu(this.#menu === null);
      case "help":
        return this.notice("escape key, then: m who is here  c shows how to join  y, n answer  itself: sent");
    }
  }

  /** What is typed while the menu is open is the menu's alone. */
  #toMenu(inputs: readonly Input[]): void {
    for (const key of inputs.filter(({ kind }) => kind !== "paste").flatMap(keysOf)) {
      const step = this.#menu?.key(key);
      if (step === "leaves") return this.#turnMenu(false);
      if (step === "codes") return this.#act({ kind: "code" });
    }
    this.#show();
  }

  #send(inputs: readonly Input[]): void {
    if (this.#menu) return this.#toMenu(inputs);
    if (this.#page && inputs.some(({ kind }) => kind === "text" || kind === "key" || kind === "paste")) {
      this.#turn(null);
      if (inputs.length === 1 && turnsPage(inputs[0]!.bytes)) return;
    }
    const bytes = Buffer.concat(inputs.map((input) => this.#display.typed(input)));
    if (bytes.length > 0) this.#accepted = this.options.type(bytes);
  }
}
