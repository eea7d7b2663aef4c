/** An xterm with a program that keeps each byte that is typed into it. */
import type { X11Display } from "../../../../cli/desktop/x11/display.ts";
import { poll } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { START, type XServer, xvfb } from "./x_server.ts";

/** What {@link TypedText} needs. */
export const typing = [xvfb, needs.program("xterm"), needs.program("setxkbmap")];

export class TypedText {
  private constructor(private readonly path: string, readonly display: X11Display) {}

  /** The window fills the screen, so that the pointer, wherever it is, gives it the keys. */
  static async start(server: XServer, display: X11Display): Promise<TypedText> {
    const path = server.dir.join(`typed-${crypto.randomUUID()}`);
    const look = [
      "-fa",
      "DejaVu Sans Mono",
      "-u8",
      "-geometry",
      "200x100+0+0",
      "-xrm",
      "*metaSendsEscape: true",
    ];
    const shell = `stty raw -echo; : > ${path}; exec cat >> ${path}`;
    server.spawn("xterm", ...look, "-e", "sh", "-c", shell);
    await poll(() => exists(path), START, "the program in the xterm");
    const text = new TypedText(path, display);
    display.input.move(300, 200);
    // The first key that arrives: from here on the window has the keys.
    for (;;) {
      display.input.text("~");
      await display.input.settled();
      if (await poll(() => text.read() !== "", 500, "the first key").catch(() => false)) break;
    }
    // Others that were late.
    display.input.text("\n");
    await poll(() => text.read().endsWith("\r"), START, "the line's end");
    text.#seen = text.read().length;
    return text;
  }

  /** Waits until just `text` was typed since the last time. */
  async expect(text: string): Promise<void> {
    const start = this.#seen;
    const typed = () => this.read().slice(start);
    await poll(() => typed().length >= text.length, START, "typed text").catch(() => {});
    this.#seen = this.read().length;
    const found = this.read().slice(start);
    if (found !== text) throw new Error(`typed ${JSON.stringify(found)}, wanted ${JSON.stringify(text)}`);
  }

  #seen = 0;

  read(): string {
    return new TextDecoder().decode(Deno.readFileSync(this.path));
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
