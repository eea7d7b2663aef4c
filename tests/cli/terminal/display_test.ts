import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { Display } from "../../../cli/terminal/display.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";
import type { Tty } from "../../../cli/terminal/tty.ts";
import { MAX_SIDE } from "../../../frames/limits.ts";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { poll } from "../../support/deadline.ts";
import { readCells, screenText } from "../../support/screen.ts";

/** What was written to a terminal: as text, and as the bytes that it was. */
type Written = string[] & { readonly bytes: Uint8Array[] };

/** A terminal of this size that notes what is written. */
function terminal(cols: number, rows: number): { tty: Tty; written: Written } {
  const written: Written = Object.assign([], { bytes: [] });
  const tty = {
    size: { cols, rows },
    pending: 0,
    restoring: "",
    write: (bytes: Uint8Array) => {
      written.bytes.push(bytes);
      return Promise.resolve(void written.push(new TextDecoder().decode(bytes)));
    },
  };
  return { tty: tty as unknown as Tty, written };
}

Deno.test("display: another screen comes as one picture, whatever its length", async () => {
  const [cols, rows] = [120, 50];
  const host = newScreen(cols, rows, 0);
  host.write(new TextEncoder().encode(`${"all of a row ".repeat(9)}\r\n`.repeat(rows)));
  const snapshot = host.snapshot();
  assert.ok(snapshot.data.length > 4096);
  const { tty, written } = terminal(cols, rows);
  const screen = newScreen(cols, rows, 0);
  screen.load(snapshot);
  const display = new Display(tty, screen, () => new QueryFilter());
  await display.replace(snapshot);
  assert.equal(written.length, 1);
  const put = `\x1b[50H${"\n".repeat(50)}`;
  const parts = ["\x1b[?2026h", put, "\x1b[K", "all of a row", "\x1b[?2026l"];
  const places = parts.map((part) => written[0]!.indexOf(part));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.equal(places[0], 0);
  assert.match(
    written[0]!.slice(places[4]),
    // deno-lint-ignore no-control-regex -- sequences begin with one
    /^\x1b\[\?2026l\x1b\[50H[^\x1b]*$/,
    "nothing but the cursor is placed behind it",
  );
  assert.ok(!written.join("").includes("J"), "terminals keep in their scrollback what ED erases");
});

/** Streams that may be cut anywhere, and what they must look like then. */
const CUT = [
  "b日!",
  "be\u0301!",
  "👩‍👩‍👧|",
  "🇩🇪🇫🇷|",
  "\x1b]8;;https://example.org/\x1b\\link\x1b]8;;\x1b\\ after",
  "\x1b]2;a title\x07after",
  "\x1b]7;file://host/tmp\x1b\\after",
  "\x1b]133;A\x07$ after",
  "X\x1b[3bY",
  "中\x1b[2bY",
  "\x1b[31;1mred\x1b[m plain",
  `${"x".repeat(20)}wrapped`,
  `${"x".repeat(19)}e\u0301\u0302next`,
  "\x1b(0lqk\x1b(B|",
  "\x1b[2;3r\x1b[?6h\x1b[1;1Hin\x1b[2;2Hmargins",
  "\x1b[2;3r\x1b[?1049h\x1b[4Hx\x1b[?6h\x1b[?1049lhere",
  "\x1b[4h\x1b[Hab\x1b[He\u0301f",
];

Deno.test("display: who joins inside a character, cluster or sequence sees what all others see", async () => {
  const [cols, rows] = [20, 4];
  for (const text of CUT) {
    const bytes = new TextEncoder().encode(text);
    const whole = newScreen(cols, rows, 0);
    whole.write(bytes);
    for (let at = 0; at <= bytes.length; at++) {
      const host = newScreen(cols, rows, 0);
      host.write(bytes.subarray(0, at));
      const { tty, written } = terminal(cols, rows);
      const screen = newScreen(cols, rows, 0);
      screen.load(host.snapshot());
      const display = new Display(tty, screen, () => new QueryFilter());
      await display.replace(host.snapshot());
      for (const byte of bytes.subarray(at)) await display.output(Uint8Array.of(byte));
      const window = newScreen(cols, rows, 0);
      for (const piece of written.bytes) window.write(piece);
      const tell = (screen: Screen) => [
        readCells(screen.terminal as xterm.Terminal),
        screen.emulator._bufferService.buffers.active.x,
        screen.emulator._bufferService.buffers.active.y,
        screen.emulator._inputHandler._windowTitle,
      ];
      assert.deepEqual(tell(window), tell(whole), `${JSON.stringify(text)} joined after ${at} bytes`);
    }
  }
});

Deno.test("display: a window beyond the limit has a margin, though the screen was made for all that may be told of it", async () => {
  const screen = newScreen(MAX_SIDE, 3, 0);
  screen.write(new TextEncoder().encode(`${"x".repeat(MAX_SIDE)}next`));
  const { tty, written } = terminal(MAX_SIDE + 1, 3);
  const display = new Display(tty, screen, () => new QueryFilter());
  await display.replace(screen.snapshot());
  const window = newScreen(MAX_SIDE + 1, 3, 0);
  for (const text of written) window.write(new TextEncoder().encode(text));
  // Passed through, `next` would go on in the first row.
  assert.deepEqual(screenText(window.terminal as xterm.Terminal).split("\n").slice(0, 2), [
    "x".repeat(MAX_SIDE),
    "next",
  ]);
  await display.finish();
});

Deno.test("display: a frame that changed nothing does not hold up the one after it", async () => {
  const screen = newScreen(40, 3, 0);
  const { tty, written } = terminal(41, 3);
  const display = new Display(tty, screen, () => new QueryFilter());
  await display.replace(screen.snapshot());
  const show = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    screen.write(bytes);
    return display.output(bytes);
  };
  await show("prompt ");
  // Time stands still from when that frame is over: none may be waited for.
  const clock = performance.now;
  const then = clock.call(performance) + 20;
  performance.now = () => then;
  try {
    await show("");
    const before = written.length;
    const shown = show("x").then(() => "at once");
    const later = new Promise<string>((resolve) => setTimeout(resolve, 0, "later"));
    assert.equal(await Promise.race([shown, later]), "at once");
    assert.equal(written.length, before + 1);
  } finally {
    performance.now = clock;
  }
  await display.finish();
});

Deno.test("display: a picture that a program brings as one is painted as one, and one that it never ends after a second", async () => {
  const screen = newScreen(40, 3, 0);
  const { tty, written } = terminal(41, 3);
  const display = new Display(tty, screen, () => new QueryFilter());
  await display.replace(screen.snapshot());
  const show = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    screen.write(bytes);
    return display.output(bytes);
  };
  const before = written.length;
  for (const text of ["\x1b[?2026h\x1b[H\x1b[2Khalf", " of", " it"]) await show(text);
  assert.equal(written.length, before);
  await show(" all\x1b[?2026l");
  assert.equal(written.length, before + 1);
  assert.match(written.at(-1)!, /half.*of.*it.*all/);
  await show("\x1b[?2026h\r\nnever ended");
  assert.equal(written.length, before + 1);
  await poll(() => written.length === before + 2, 5000, "the unfinished picture");
  await show(" any more");
  assert.match(written.at(-1)!, /any.*more/);
  await display.finish();
});
