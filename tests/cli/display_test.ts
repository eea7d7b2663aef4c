import assert from "node:assert/strict";
import { Display } from "../../cli/display.ts";
import { newScreen } from "../../cli/new_screen.ts";
import type { Tty } from "../../cli/tty.ts";

Deno.test("display: another screen comes as one picture, whatever its length", async () => {
  const [cols, rows] = [120, 50];
  const host = newScreen(cols, rows, 0);
  host.write(new TextEncoder().encode(`${"all of a row ".repeat(9)}\r\n`.repeat(rows)));
  const snapshot = host.snapshot();
  assert.ok(snapshot.data.length > 4096);
  const written: string[] = [];
  const tty = {
    size: { cols, rows },
    pending: 0,
    restoring: "",
    write: (bytes: Uint8Array) => Promise.resolve(void written.push(new TextDecoder().decode(bytes))),
  };
  const screen = newScreen(cols, rows, 0);
  screen.load(snapshot);
  const display = new Display(tty as unknown as Tty, screen);
  await display.replace(snapshot);
  assert.equal(written.length, 2);
  assert.equal(written[0], `\x1b[50;1H${"\n".repeat(50)}`, "what the person had goes into the scrollback");
  const parts = ["\x1b[?2026h", "\x1b[2J", "all of a row", "\x1b[?2026l"];
  const places = parts.map((part) => written[1]!.indexOf(part));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.equal(places[0], 0);
  assert.equal(places[3], written[1]!.length - parts[3]!.length);
});
