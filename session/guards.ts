/** Keeps a stream from hanging, crashing or misleading xterm.js 6.0.0. */

import type { Emulator } from "./terminal_like.ts";

/**
 * CSI functions that xterm.js repeats as often as it is told, up to 2^31 times, one by one: REP would ask for gigabytes,
 * SU would run for minutes. No more than a screenful has an effect.
 */
const REPEATED = ["L", "M", "S", "T", "b", "I", "Z", "^"];

/** Titles are kept up to here, characters: programs save ten of each kind, and all of them are in a snapshot. */
const MAX_TITLE = 1024;

/** Registers the guards. */
export function guard(emulator: Emulator, cols: () => number, rows: () => number): void {
  const input = emulator._inputHandler;
  for (const final of REPEATED) {
    const most = () => (final === "b" ? cols() * rows() : Math.max(cols(), rows()));
    input.registerCsiHandler({ final }, (p) => {
      if (p.params[0]! > most()) p.params[0] = most();
      return false;
    });
  }
  const titles: Record<number, (title: string) => void> = {
    0: (title) => (input.setTitle(title), input.setIconName(title)),
    1: (title) => input.setIconName(title),
    2: (title) => input.setTitle(title),
  };
  for (const [code, set] of Object.entries(titles)) {
    input.registerOscHandler(Number(code), (title) => {
      if (title.length > MAX_TITLE) set(title.slice(0, MAX_TITLE));
      return title.length > MAX_TITLE;
    });
  }
  // ED 1 at the last cell reads a row that may not exist, and throws.
  for (const prefix of ["", "?"]) {
    input.registerCsiHandler({ ...(prefix ? { prefix } : {}), final: "J" }, (p) => {
      const active = emulator._bufferService.buffers.active;
      if (p.params[0] !== 1 || active.x + 1 < cols() || active.lines.get(active.y + 1)) return false;
      input.eraseInLine({ params: [2], length: 1 }, prefix !== "");
      if (active.y > 0) {
        active.y--;
        input.eraseInDisplay({ params: [1], length: 1 }, prefix !== "");
        active.y++;
      }
      return true;
    });
  }
}
