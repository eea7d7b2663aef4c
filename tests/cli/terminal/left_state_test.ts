/** Whatever a program sets in a terminal that shows a session: it is gone with a new screen, and when the session is left. */
import assert from "node:assert/strict";
import { Display } from "../../../cli/terminal/display.ts";
import type { Tty } from "../../../cli/terminal/tty.ts";
import { TtyModes } from "../../../cli/terminal/tty_modes.ts";
import type { OutputFilter } from "../../../session/vt/output_filter.ts";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { TERMINAL_STATE } from "../../../session/screen/terminal_state.ts";
import { ViewerFilter } from "../../../session/vt/viewer_filter.ts";
import { describe, makeScreen } from "../../session/vt_state.ts";

const [COLS, ROWS] = [80, 24];
const encode = (text: string) => new TextEncoder().encode(text);

/** What a person's terminal is like after `act` showed a session in it. */
async function after(
  filter: () => OutputFilter,
  act: (display: Display, show: (text: string) => Promise<void>, tty: Tty) => Promise<void>,
): Promise<string> {
  const terminal = makeScreen(COLS, ROWS);
  terminal.write(encode("\x1b]0;mine\x07"));
  const modes = new TtyModes();
  const tty = {
    size: { cols: COLS, rows: ROWS },
    pending: 0,
    get restoring() {
      return modes.restore(COLS);
    },
    write: (bytes: Uint8Array) => {
      modes.read(bytes);
      terminal.write(bytes);
      return Promise.resolve(true);
    },
  } as unknown as Tty;
  const screen = makeScreen(COLS, ROWS);
  const display = new Display(tty, screen, filter);
  await display.replace(screen.snapshot());
  await act(display, async (text) => {
    screen.write(encode(text));
    await display.output(encode(text));
  }, tty);
  terminal.write(encode("\x1b[m\x1b[H\x1b7\x1b[2J"));
  // Modes that xterm.js does not know, said to be off, are off.
  return describe(terminal).replaceAll(/\\u001b\[\?\d+l/g, "");
}

for (
  const [whose, filter] of [
    ["a viewer's", () => new ViewerFilter(() => "")],
    ["the host's", () => new QueryFilter()],
  ] as const
) {
  for (const { name, set } of TERMINAL_STATE) {
    Deno.test(`${whose} terminal: ${name}, is undone by a new screen and on leaving`, async () => {
      const leave = (display: Display, tty: Tty) =>
        display.finish().then(() => tty.write(encode(tty.restoring)));
      const untouched = await after(filter, (display, _show, tty) => leave(display, tty).then(() => {}));
      const left = await after(filter, async (display, show, tty) => {
        await show(set);
        await leave(display, tty);
      });
      assert.equal(left, untouched, "on leaving");
      const painted = await after(filter, async (display, show, tty) => {
        display.status("a line over it");
        await show(set);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await leave(display, tty);
      });
      assert.equal(painted, untouched, "on leaving, painted");
      const blank = makeScreen(COLS, ROWS).snapshot();
      const fresh = await after(filter, (display) => display.replace(blank));
      const renewed = await after(filter, async (display, show) => {
        await show(set);
        await display.replace(blank);
      });
      assert.equal(renewed, fresh, "by a new screen");
    });
  }
}
