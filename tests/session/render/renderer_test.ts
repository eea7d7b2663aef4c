// deno-lint-ignore-file no-control-regex -- terminal output is made of them
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import fc from "fast-check";
import { mouseReport } from "../../../session/render/mouse_reports.ts";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { describe, makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const passes = (text: string) => new QueryFilter().string(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 200);

/** One cell of what is shown, `[text, width, looks]`; `edge`: the first column that is cut off. */
function cellOf(
  screen: Screen,
  row: number,
  col: number,
  from: number,
  edge: number,
): [string, number, string] {
  const buffer = (screen.terminal as xterm.Terminal).buffer.active;
  const line = buffer.getLine(buffer.baseY + row)!;
  const cell = line.getCell(col)!;
  let [text, width] = [cell.getChars() || " ", cell.getWidth()];
  const orphan = width === 0 && (col === from || line.getCell(col - 1)?.getWidth() !== 2);
  const cut = width === 2 && (col + 1 >= edge || line.getCell(col + 1)?.getWidth() !== 0);
  if (orphan || cut) [text, width] = [" ", 1];
  if (width === 0) return ["", 0, ""];
  const visible = text !== " " || cell.isUnderline() || cell.isInverse() || cell.isStrikethrough() ||
    cell.isOverline();
  const flags = [cell.isInverse(), cell.isUnderline(), cell.isStrikethrough(), cell.isOverline()].map((
    flag,
  ) => flag ? 1 : 0)
    .join();
  const more = text === " "
    ? ""
    : [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isBlink(), cell.isInvisible()].map((flag) =>
      flag ? 1 : 0
    ).join();
  const foreground = visible ? `${cell.getFgColorMode()}:${cell.getFgColor()}` : "";
  return [text, width, `${foreground}/${cell.getBgColorMode()}:${cell.getBgColor()}/${flags}/${more}`];
}

/** Mode 1049 saves the cursor where it finds it: what was saved before is gone. */
function unsaved(screen: Screen): string {
  return describe(screen).replace(/"saved": \[[^\]]*\]/g, "");
}

const blank = [" ", 1, "/0:-1/0,0,0,0/"];

/** Fails unless `terminal` shows the part of `screen` that the renderer says it shows, and blanks around it. */
function assertShows(terminal: Screen, screen: Screen, renderer: Renderer): void {
  const port = renderer.viewport;
  for (let y = 0; y < terminal.rows; y++) {
    for (let x = 0; x < terminal.cols; x++) {
      const inside = y < port.rows && x < port.cols;
      const expected = inside
        ? cellOf(screen, port.top + y, port.left + x, port.left, port.left + port.cols)
        : blank;
      assert.deepEqual(cellOf(terminal, y, x, 0, terminal.cols), expected, `row ${y}, column ${x}`);
    }
  }
  const { active } = screen.emulator._bufferService.buffers;
  const shown = terminal.emulator._bufferService.buffers.active;
  const hidden = screen.emulator.coreService.isCursorHidden;
  assert.equal(terminal.emulator.coreService.isCursorHidden, hidden);
  assert.deepEqual([shown.y + port.top, shown.x + port.left], [
    active.y,
    Math.min(active.x, screen.cols - 1),
  ]);
}

Deno.test("a window of any size shows the screen around its cursor, and leaving leaves nothing behind", () => {
  const size = fc.record({ cols: fc.integer({ min: 2, max: 30 }), rows: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(stream, { minLength: 1, maxLength: 4 }), size, size, (parts, window, other) => {
      const screen = makeScreen(20, 8);
      const terminal = makeScreen(window.cols, window.rows);
      terminal.write(encode("$ beach join\r\n\x1b]0;mine\x07"));
      const before = unsaved(terminal);
      const renderer = new Renderer(screen, window.cols, window.rows, passes);
      for (const part of parts) {
        screen.write(part);
        terminal.write(renderer.render());
        assertShows(terminal, screen, renderer);
        assert.equal(renderer.render().length, 0, "nothing changed, nothing is painted");
      }
      terminal.resize(other.cols, other.rows);
      renderer.resize(other.cols, other.rows);
      terminal.write(renderer.render());
      assertShows(terminal, screen, renderer);
      terminal.resize(window.cols, window.rows);
      terminal.write(renderer.leave());
      if (other.cols === window.cols && other.rows >= window.rows) assert.equal(unsaved(terminal), before);
      assert.equal(
        terminal.emulator._bufferService.buffers.active,
        terminal.emulator._bufferService.buffers.normal,
      );
    }),
    { numRuns: RUNS },
  );
});

Deno.test("leaving sets every mode back", () => {
  const screen = makeScreen(20, 8);
  const terminal = makeScreen(20, 8);
  const before = describe(terminal);
  const renderer = new Renderer(screen, 20, 8, passes);
  screen.write(
    encode(
      "\x1b[?1h\x1b=\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[5 q\x1b[?25l\x1b[>5u\x1b[>4;2m\x1b]2;vim\x07" +
        "\x1b]11;#101010\x07\x1b[?5h\x1b]8;;http://a\x07link\x1b[1;31m",
    ),
  );
  terminal.write(renderer.render());
  const { decPrivateModes } = terminal.emulator.coreService;
  assert.deepEqual(
    [decPrivateModes.applicationCursorKeys, decPrivateModes.bracketedPasteMode, decPrivateModes.sendFocus],
    [true, true, true],
  );
  assert.equal(terminal.emulator._inputHandler._windowTitle, "vim");
  assert.deepEqual(terminal.shadow.kitty("alt"), [5]);
  terminal.write(renderer.leave());
  const tidy = (text: string) => text.replace(/\\u001b\[\?(5|1007)l/g, "");
  assert.equal(tidy(describe(terminal)), before);
  assert.equal(renderer.leave().length, 0);
});

Deno.test("a change costs about as many bytes as it has characters", () => {
  const screen = makeScreen(80, 24);
  const renderer = new Renderer(screen, 80, 24, passes);
  screen.write(encode("hello world\r\n".repeat(20)));
  renderer.render();
  screen.write(encode("x"));
  const bytes = decode(renderer.render());
  assert.equal(bytes, "\x1b[?2026h\x1b[?25l\x1b[21Hx\x1b[21;2H\x1b[?25h\x1b[?2026l");
});

Deno.test("a status line covers a row and gives it back; bells and clipboard writes pass, clipboard reads do not", () => {
  const screen = makeScreen(20, 4);
  const terminal = makeScreen(20, 4);
  const renderer = new Renderer(screen, 20, 4, passes);
  screen.write(encode("one\r\ntwo\r\nthree\r\nfour\x1b[H"));
  terminal.write(renderer.render());
  renderer.overlay("no answer for 3 s");
  terminal.write(renderer.render());
  const bottom = () =>
    (terminal.terminal as xterm.Terminal).buffer.active.getLine(3)!.translateToString(true).trimEnd();
  assert.equal(bottom(), " no answer for 3 s");
  // As wide as it is shown, so that nothing is pushed out or left over; what steers a terminal does not.
  renderer.overlay("\x1b[31m界界界界界界界界界界");
  terminal.write(renderer.render());
  assert.equal(bottom(), "  [31m界界界界界界界");
  renderer.overlay("e\u0301\u0301");
  terminal.write(renderer.render());
  assert.equal(bottom(), " e\u0301\u0301");
  renderer.overlay(null);
  terminal.write(renderer.render());
  assert.equal(bottom(), "four");
  assertShows(terminal, screen, renderer);
  screen.write(encode("\x07\x1b]52;c;aGk=\x07\x1b]52;c;?\x07"));
  assert.match(decode(renderer.render()), /\x1b\[H\x1b\[\?25h\x07\x1b\]52;c;aGk=\x1b\\\x1b\[\?2026l$/);
  assert.equal(renderer.render().length, 0);
});

Deno.test("history rows show instead of the screen, with their looks", () => {
  const screen = makeScreen(20, 3);
  const terminal = makeScreen(24, 3);
  const renderer = new Renderer(screen, 24, 3, passes);
  screen.write(
    encode(
      "\x1b[1;38;2;1;2;3mbold\x1b[m 中文\r\n\x1b[4:3;58:5:9mwavy\x1b[m\r\n\x1b[7mlast of it\x1b[m\r\n\r\n\r\n\r\n",
    ),
  );
  const { rows } = screen.lines(0, 3);
  renderer.history({ top: 0, row: (n) => rows[n] });
  terminal.write(renderer.render());
  const whole = makeScreen(24, 3);
  whole.write(
    encode("\x1b[1;38;2;1;2;3mbold\x1b[m 中文\r\n\x1b[4:3;58:5:9mwavy\x1b[m\r\n\x1b[7mlast of it\x1b[m"),
  );
  for (let y = 0; y < 3; y++) {
    for (let x = 0; x < 24; x++) {
      assert.deepEqual(cellOf(terminal, y, x, 0, 24), cellOf(whole, y, x, 0, 24), `row ${y}, column ${x}`);
    }
  }
  assert.equal(terminal.emulator.coreService.isCursorHidden, true);
  renderer.history(null);
  terminal.write(renderer.render());
  assertShows(terminal, screen, renderer);
  // A peer's row may hold anything: only text and looks come through.
  renderer.history({ top: 0, row: () => ["\x1b[2J\x1b]52;c;eA==\x07ok\x9b6n\x1b]8;;http://a\x07", false] });
  const out = decode(renderer.render()).replaceAll(/\x1b\[\?(?:2026|1000|1006)[hl]|\x1b\[\?25l/g, "");
  assert.deepEqual(
    out.match(/[\x00-\x1a\x7f-\x9f]|\x1b[^[]|\x1b\[[0-9;]*[^0-9;mHKCG]/g),
    null,
    JSON.stringify(out),
  );
});

Deno.test("guesses are drawn over the screen and go away again", () => {
  const screen = makeScreen(20, 3);
  const terminal = makeScreen(20, 3);
  const renderer = new Renderer(screen, 20, 3, passes);
  screen.write(encode("$ l"));
  renderer.predict({
    cells: [{ row: 0, col: 3, char: "s", width: 1 }],
    cursor: { row: 0, col: 4 },
    mark: true,
  });
  terminal.write(renderer.render());
  assert.deepEqual(cellOf(terminal, 0, 3, 0, 20).slice(0, 2), ["s", 1]);
  assert.match(cellOf(terminal, 0, 3, 0, 20)[2], /0,1,0,0/);
  assert.equal(terminal.emulator._bufferService.buffers.active.x, 4);
  renderer.predict(null);
  terminal.write(renderer.render());
  assertShows(terminal, screen, renderer);
});

Deno.test("mouse reports are moved to the screen's coordinates and encoded as the program asked", () => {
  const port = { top: 10, left: 5, rows: 8, cols: 20 };
  const reports = ["\x1b[<0;3;4M", "\x1b[<0;3;4m", "\x1b[<64;21;1M"].map(encode);
  const as = (encoding: "SGR" | "DEFAULT" | "URXVT") =>
    reports.map((one) => decode(mouseReport(one, port, encoding)));
  assert.deepEqual(as("SGR"), ["\x1b[<0;8;14M", "\x1b[<0;8;14m", ""]);
  assert.deepEqual(as("DEFAULT"), ["\x1b[M (.", "\x1b[M#(.", ""]);
  assert.deepEqual(as("URXVT"), ["\x1b[32;8;14M", "\x1b[35;8;14M", ""]);
});
