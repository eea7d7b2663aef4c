/** What a screen says once, which leaves no trace on it: for a terminal that shows it painted. */

import type { OutputFilter } from "../vt/output_filter.ts";
import type { Screen } from "./screen.ts";

/** Strings (OSC) that do so: the folder, notifications and progress, the pointer, the clipboard, shell marks. */
const CODES = [7, 9, 22, 52, 99, 133, 777];
/** Signals that wait for the next frame; more are dropped, oldest first. */
const MOST = 16;
/** The longest that waits, characters: a longer clipboard is one that passes through. */
const LONGEST = 1024 * 1024;

export class Signals {
  /** Whether there is a terminal to tell. */
  listening = false;
  #waiting: string[] = [];

  /** @param passes what to write for a string: {@link OutputFilter.string} */
  constructor(screen: Screen, passes: OutputFilter["string"]) {
    screen.terminal.onBell(() => this.#add("\x07"));
    for (const code of CODES) {
      screen.emulator._inputHandler.registerOscHandler(code, (data) => {
        if (this.listening) this.#add(passes(`]${code};${data}`));
        return false;
      });
    }
  }

  /** The bytes for all that was said since the last call. */
  take(): string {
    return this.#waiting.splice(0).join("");
  }

  #add(bytes: string): void {
    if (!this.listening || bytes === "" || bytes.length > LONGEST) return;
    this.#waiting.push(bytes);
    if (this.#waiting.length > MOST) this.#waiting.shift();
  }
}
