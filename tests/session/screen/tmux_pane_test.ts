/** What our emulator shows is what another terminal shows, and what a C library counts. */
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { program, testWith } from "../../support/needs.ts";
import { inTmuxPane } from "../tmux_pane.ts";
import { makeScreen } from "../vt_state.ts";

const [COLS, ROWS] = [40, 10];
const MARGINS = "\x1b[3;8r\x1b[?6h";

const CASES: Record<string, string> = {
  "moves from where the cursor stands, in origin mode":
    `${MARGINS}\x1b[2;5HA\x1b[BB\x1b[2AC\x1b[3CD\x1b[5DEF\x1b[EH\x1b[FI\x1b[9GJ\x1b[12\`K\x1b[4dL`,
  "moves against the margins, in origin mode": `${MARGINS}\x1b[99BA\x1b[99AB\x1b[99;99HC\x1b[99CD`,
  "a row that scrolls within the margins": `${MARGINS}one\x1b[6;1Htwo\r\nthree\r\nfour\x1b[1;9Hfive\x1bMsix`,
  "DECRC without origin mode behind it": "\x1b[2;3H\x1b7" + MARGINS + "\x1b[4;4HA\x1b8B\x1b[1;1HC",
  "DECSC of an origin mode that was left": MARGINS +
    "\x1b[2;3HA\x1b7\x1b[?6l\x1b[1;1HB\x1b8C\x1b[1;1HD\x1b[2BE",
  "DECRC with nothing saved": MARGINS + "\x1b[4;4HA\x1b8B",
  "columns of what is not seen": "a\u200bb\u2060c\u200e\u202ad\u202c\u061ce\u2066f\u2069|\x1b[2D<",
  "columns of CJK and of combining letters": "中文\u0301字|한국|e\u0301|ｱ|Ａ|\u1112\u1161\u11ab|ไทยกำ|",
  "a mark behind a move": "e\x1b[5G\x1b[2G\u0301f\x1b[2;1Hxy\x1b[2D\x1b[C\u0302z",
};

for (const [what, text] of Object.entries(CASES)) {
  testWith([program("tmux")], `tmux shows the same: ${what}`, async () => {
    const bytes = new TextEncoder().encode(text);
    const screen = makeScreen(COLS, ROWS);
    screen.write(bytes);
    const { active } = (screen.terminal as xterm.Terminal).buffer;
    const rows = Array.from({ length: ROWS }, (_, y) => active.getLine(y)!.translateToString(true).trimEnd());
    const cursor = { x: active.cursorX, y: active.cursorY };
    assert.deepEqual({ rows, cursor }, await inTmuxPane(bytes, COLS, ROWS));
  });
}
