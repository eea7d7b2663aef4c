/** Events of a screen that leave no trace on it, for a terminal that shows the screen painted. */

import type { OutputFilter } from "../vt/output_filter.ts";
import type { Screen } from "./screen.ts";

/** Strings (OSC) that are such events: the directory, notifications and progress, the pointer, the clipboard, shell marks. */
const CODES = [7, 9, 22, 52, 99, 133, 777];
/** The most events kept for the next frame; beyond it the oldest are dropped. */
const MOST = 16;
/** The longest event kept, in characters: as long as a clipboard write that passes the filter. */
const LONGEST = 1024 * 1024;

/** Collects the events of a screen. */
export class Signals {
  /** Whether there is a terminal for them. */
  listening = false;
  #waiting: string[] = [];

  /** @param passes what to write for a string: {@link OutputFilter.string} */
  constructor(screen: Screen, passes: OutputFilter["string"]) {
    screen.terminal.onBell(() => this.listening && this.#add(passes("\x07")));
    for (const code of CODES) {
      screen.emulator._inputHandler.registerOscHandler(code, (data) => {
        if (this.listening) this.#add(passes(`]${code};${data}`));
        return false;
      });
    }
  }

  /** Returns the bytes of all events since the last call. */
  drain(): string {
    return this.#waiting.splice(0).join("");
  }

  #add(bytes: string): void {
    if (!this.listening || bytes === "" || bytes.length > LONGEST) return;
    this.#waiting.push(bytes);
    if (this.#waiting.length > MOST) this.#waiting.shift();
  }
}
