/** A painted session on a terminal's main screen: what scrolls off it goes into the terminal's own scrollback, once. */
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import fc from "fast-check";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 200);
const [COLS, ROWS] = [20, 6];

/** The rows of the main screen and its scrollback from row `from` on, without blanks at the end; those that go on in the next are `joined`. */
function lines(screen: Screen, from: number, to: number, joined: boolean): string[] {
  const buffer = (screen.terminal as xterm.Terminal).buffer.normal;
  const out: string[] = [];
  for (let y = from; y < to; y++) {
    const line = buffer.getLine(y)!;
    const text = line.translateToString(!(joined && buffer.getLine(y + 1)?.isWrapped));
    if (joined && line.isWrapped && out.length > 0) out.push(out.pop()! + text);
    else out.push(text);
  }
  return out.map((line) => line.trimEnd()).join("\n").trimEnd().split("\n");
}

class Painted {
  readonly screen = makeScreen(COLS, ROWS);
  readonly terminal: Screen;
  readonly renderer: Renderer;
  readonly #before: number;

  constructor(cols: number, rows: number) {
    this.terminal = makeScreen(cols, rows);
    this.terminal.write(encode("$ beach join\r\n"));
    this.renderer = new Renderer(this.screen, cols, rows, (text) => new QueryFilter().string(text));
    this.renderer.begin(false);
    this.terminal.write(this.renderer.render());
    this.#before = this.terminal.history.top;
  }

  show(text: string): void {
    this.screen.write(encode(text));
    this.terminal.write(this.renderer.render());
  }

  /** What the terminal has of the session: scrollback, and all of it. */
  scrollback(joined = false): string[] {
    return lines(this.terminal, this.#before, this.terminal.history.top, joined);
  }
  all(joined = false): string[] {
    return lines(this.terminal, this.#before, this.terminal.history.end, joined);
  }
}

const line = fc.oneof(
  fc.stringMatching(/^[a-z]{0,19}$/),
  fc.stringMatching(/^[a-z]{21,70}$/),
  fc.constantFrom(
    "\x1b[31mred\x1b[m and plain",
    "wide 中文 and e\u0301",
    "\x1b[44mwith a background\x1b[K\x1b[m",
    "",
    "x".repeat(20),
  ),
);
const frame = fc.array(line, { maxLength: 20 }).map((all) => all.map((one) => `${one}\r\n`).join(""));

for (const [name, rows] of [["the same size", ROWS], ["more rows", ROWS + 3]] as const) {
  Deno.test(`painted into a window of ${name}: scrollback and screen are the session's, lines in one piece`, () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), (frames) => {
        const painted = new Painted(COLS, rows);
        for (const text of frames) {
          painted.show(text);
          assert.deepEqual(painted.all(true), lines(painted.screen, 0, painted.screen.history.end, true));
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
}

Deno.test("painted into a wider window: the same rows", () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), (frames) => {
      const painted = new Painted(COLS + 7, ROWS + 1);
      for (const text of frames) painted.show(text);
      const { top } = painted.screen.history;
      const wanted = top === 0 ? [""] : lines(painted.screen, 0, top, false);
      const got = painted.scrollback();
      // A long line that the terminal never showed is printed as one.
      assert.equal(got.join(""), wanted.join(""));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

Deno.test("painted into a smaller window: its scrollback has whole lines", () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), (frames) => {
      const painted = new Painted(COLS - 7, ROWS - 2);
      for (const text of frames) painted.show(text);
      const { top } = painted.screen.history;
      const wanted = top === 0 ? [""] : lines(painted.screen, 0, top, false);
      assert.equal(painted.scrollback(true).join(""), wanted.join(""));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

Deno.test("painted: what a full-screen program, history and a line over the screen show leaves no copies in the scrollback", () => {
  const painted = new Painted(COLS, ROWS);
  painted.show("MARK\r\none\r\ntwo");
  for (let i = 0; i < 3; i++) {
    painted.show("\x1b[?1049h\x1b[H\x1b[2Jfull\x1b[5Hscreen");
    assert.equal((painted.terminal.terminal as xterm.Terminal).buffer.active.type, "alternate");
    painted.show("\x1b[?1049l");
    painted.renderer.history({ top: 0, row: () => ["history", false] });
    painted.show("");
    painted.renderer.history(null);
    painted.renderer.overlay("a line over it");
    painted.show("");
    painted.renderer.overlay(null);
    painted.show("");
    painted.renderer.invalidate();
    painted.show("");
  }
  assert.deepEqual(painted.all(), ["MARK", "one", "two"]);
  assert.equal((painted.terminal.terminal as xterm.Terminal).buffer.active.type, "normal");
  // Lines that come while history is shown scroll off when the screen is shown again; the line over the screen never does.
  painted.renderer.history({ top: 0, row: () => ["history", false] });
  painted.show("\r\nthree\r\nfour\r\nfive\r\nsix\r\nseven");
  painted.renderer.history(null);
  painted.renderer.overlay("a line over it");
  painted.show("\r\neight\r\nnine");
  painted.renderer.overlay(null);
  painted.show("");
  assert.deepEqual(painted.all(), "MARK one two three four five six seven eight nine".split(" "));
  painted.terminal.write(painted.renderer.leave());
  assert.deepEqual(painted.all(), "MARK one two three four five six seven eight nine".split(" "));
});
