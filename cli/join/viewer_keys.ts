/** Typing at `beach join`: keys for the session, and commands to the viewer itself. */
import type { Input } from "../../session/vt/terminal_input.ts";
import type { Clipboard } from "./clipboard.ts";
import { EarlyKeys } from "./early_keys.ts";
import type { Commands, Typed } from "../terminal/escape.ts";
import { moment, Typing } from "../terminal/typing.ts";
import type { ViewerBar } from "./viewer_bar.ts";
import type { ViewerTerminal } from "./viewer_terminal.ts";

type Command = "leave" | "help" | "scroll" | "numbers" | "forwards" | "copy" | "copy always";

const KEYS: Commands<Command>["keys"] = {
  ".": "leave",
  "?": "help",
  "[": "scroll",
  S: "numbers",
  F: "forwards",
};
/** The commands while the person is asked about the clipboard. */
const COPY: Commands<Command>["keys"] = { ...KEYS, C: "copy", A: "copy always" };
const ESC = new Set(["\x1b", "\x1b[27u", "\x1b[27;1u", "\x1b[27;1:1u"]);
const HELP = "escape key, then:  . leaves   [ looks back   s numbers   f forwards   itself: is sent";

export interface ViewerKeysOptions {
  /** The byte that the escape key sends, or null for none. */
  readonly key: number | null;
  readonly terminal: ViewerTerminal;
  readonly clipboard: Clipboard;
  /** Handles keys for the session. */
  readonly send: (inputs: readonly Input[]) => void;
  /** The person leaves; `interrupted`: by Ctrl-C, before the session was there. */
  readonly leave: (interrupted: boolean) => void;
  readonly bar: ViewerBar;
  /** The person wants to see the forwards. */
  readonly forwards: () => void;
}

/** What is typed at a viewer: commands to it, and input for the session. */
export class ViewerKeys implements Disposable {
  /** Keys from before the session. */
  readonly early: EarlyKeys;
  readonly #typing: Typing<Command>;

  constructor(private readonly options: ViewerKeysOptions) {
    const { key, terminal, clipboard } = options;
    this.early = new EarlyKeys((inputs) => options.send(inputs), () => options.leave(true));
    this.#typing = new Typing<Command>(
      key,
      () => ({ keys: clipboard.asks ? COPY : KEYS, moment: moment(terminal.fullScreen) }),
      (parts) => parts.forEach((part) => this.#act(part)),
      (answer) => terminal.pictures.answered(answer),
    );
  }

  /** Handles the terminal's input. */
  read(bytes: Uint8Array): void {
    this.#typing.read(bytes);
  }

  [Symbol.dispose](): void {
    this.#typing[Symbol.dispose]();
  }

  #act(part: Typed<Command>): void {
    if (part.kind === "send") {
      if (!isEsc(part.inputs) || !this.options.bar.close()) this.early.typed(part.inputs);
      return;
    }
    const { terminal, leave, bar, forwards } = this.options;
    switch (part.command) {
      case "leave":
        return leave(false);
      case "scroll":
        return terminal.scroll();
      case "numbers":
        return bar.toggleNumbers();
      case "forwards":
        return forwards();
      case "help":
        return bar.say(HELP, true);
      case "copy":
        return this.#copy(false);
      case "copy always":
        return this.#copy(true);
    }
  }

  #copy(always: boolean): void {
    const { terminal, clipboard } = this.options;
    terminal.copy(clipboard.answer(always));
    terminal.status(null);
  }
}

/** Esc alone, in its forms: it closes what is drawn over the screen before the program gets it. */
function isEsc(inputs: readonly Input[]): boolean {
  const [first, ...others] = inputs.filter(({ kind }) => kind !== "quiet");
  return others.length === 0 && first?.kind === "key" && ESC.has(new TextDecoder().decode(first.bytes));
}
