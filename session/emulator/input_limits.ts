/** Guards against input that hangs, crashes or corrupts xterm.js 6.0.0. */

import type { Emulator } from "./xterm_internals.ts";
import { codesOf } from "./widths.ts";

/**
 * CSI functions that xterm.js repeats as often as the parameter says, up to 2^31 times: REP would need gigabytes, SU would run for minutes.
 * More than a screenful has no further effect.
 */
const REPEATED = ["L", "M", "S", "T", "b", "I", "Z", "^"];
/**
 * The most code points that one REP prints, as in VTE and kitty: eight bytes of a hostile stream would otherwise print a million on the
 * largest screen, and clearing that takes as long as printing 200,000.
 */
const MAX_REPEATED = 65_535;

/** The longest title that is kept, in characters: programs save ten of each kind, and all of them are in a snapshot. */
const MAX_TITLE = 1024;

/** Registers the guards. `cols` and `rows` return the current size. */
export function guard(emulator: Emulator, cols: () => number, rows: () => number): void {
  const input = emulator._inputHandler;
  for (const final of REPEATED) {
    const most = () => (final === "b" ? mostRepeated(emulator, cols() * rows()) : Math.max(cols(), rows()));
    input.registerCsiHandler({ final }, (p) => {
      if (p.params[0]! > most()) p.params[0] = most();
      return false;
    });
  }
  for (const final of ["L", "M", "S", "T"] as const) {
    input.registerCsiHandler({ final }, (p) => {
      if (p.params[0]! > 1) p.params[0] = scrollAtOnce(emulator, final, p.params[0]!);
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

/** How often REP may print the character before the cursor. */
function mostRepeated({ _inputHandler: { _parser } }: Emulator, cells: number): number {
  return Math.ceil(Math.min(cells, MAX_REPEATED) / codesOf(_parser.precedingJoinState));
}

/**
 * Does IL, DL, SU or SD for `count` rows but one, in one step; the last row is left to xterm.js. It moves each row of the screen for each
 * row that it inserts: a screen of 1,000 rows took 50 ms.
 */
function scrollAtOnce(emulator: Emulator, final: "L" | "M" | "S" | "T", count: number): number {
  const { _inputHandler: input, _bufferService: { buffers: { active } } } = emulator;
  const { y, ybase, scrollTop, scrollBottom, lines } = active;
  const byCursor = final === "L" || final === "M";
  if (byCursor && (y < scrollTop || y > scrollBottom)) return 1;
  const top = ybase + (byCursor ? y : scrollTop);
  const end = ybase + scrollBottom + 1;
  const rows = Math.min(count, end - top) - 1;
  if (rows <= 0) return 1;
  const up = final === "M" || final === "S";
  const attributes = final === "T" ? { ...input._curAttrData, fg: 0, bg: 0 } : input._eraseAttrData();
  lines.splice(up ? top : end - rows, rows);
  lines.splice(
    up ? end - rows : top,
    0,
    ...Array.from({ length: rows }, () => active.getBlankLine(attributes)),
  );
  return 1;
}
