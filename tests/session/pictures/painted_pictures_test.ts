/** Pictures in a painted terminal. The terminal is one of ours: it reads what it gets as any would, and says which picture stands where. */
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { PictureAbilities } from "../../../session/pictures/picture_abilities.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { seenPictures } from "../../../session/emulator/seen_pictures.ts";
import { ViewerFilter } from "../../../session/vt/viewer_filter.ts";
import { iterm, kitty, png, sixel } from "../../support/pictures.ts";
import { screenText } from "../../support/screen.ts";
import { makeScreen } from "../vt_state.ts";

const TERMINALS = {
  kitty: ["\x1bP>|kitty(0.36.4)\x1b\\", "\x1b[6;20;10t", "\x1b[?62c"],
  iterm: ["\x1bP>|iTerm2 3.5.0\x1b\\", "\x1b[6;20;10t", "\x1b[?62c"],
  sixel: ["\x1bP>|foot(1.16.2)\x1b\\", "\x1b[4;200;400t", "\x1b[?62;4;22c"],
  plain: ["\x1b[?1;2c"],
};
const PICTURES = {
  png: iterm(png(100, 60)),
  "png by kitty": kitty(png(100, 60)),
  sixel: sixel(100, 60),
  pixels: kitty(new Uint8Array(100 * 60 * 3).fill(9), "a=T,f=24,s=100,v=60"),
};
const SHOWN: Record<keyof typeof TERMINALS, readonly (keyof typeof PICTURES)[]> = {
  kitty: ["png", "png by kitty", "sixel", "pixels"],
  iterm: ["png", "png by kitty"],
  sixel: ["sixel", "pixels"],
  plain: [],
};

/** A session's screen painted into a terminal that shows pictures as `name` does. */
class Painted {
  readonly screen: Screen;
  readonly terminal: Screen;
  readonly renderer: Renderer;
  readonly wanted = new Set<string>();
  seen = 0;
  raw = "";

  constructor(name: keyof typeof TERMINALS, cols = 40, rows = 10, window = { cols: 40, rows: 10 }) {
    this.screen = makeScreen(cols, rows);
    this.terminal = makeScreen(window.cols, window.rows);
    const abilities = new PictureAbilities(() => {});
    for (const answer of TERMINALS[name]) abilities.receive(answer, window);
    const filter = new ViewerFilter(() => "");
    this.renderer = new Renderer(this.screen, window.cols, window.rows, (text) => filter.string(text), {
      abilities,
      seen: () => this.seen++,
      want: (ids) => ids.forEach((id) => this.wanted.add(id)),
    });
    this.renderer.begin(false);
  }

  show(text: string): void {
    this.screen.write(new TextEncoder().encode(text));
    this.paint();
  }

  paint(): void {
    const bytes = this.renderer.render();
    this.raw += new TextDecoder().decode(bytes);
    this.terminal.write(bytes);
  }

  /** Where pictures stand in the terminal: rows and columns of their first cells. */
  get places(): string[] {
    const { emulator, rows } = this.terminal;
    const { ybase } = emulator._bufferService.buffers.active;
    const strips = seenPictures(emulator, ybase, rows);
    return [
      ...new Set(
        strips.map(({ part, x, y, from }) => `${y - part.row},${x - from} ${part.cols}x${part.rows}`),
      ),
    ];
  }

  get text(): string {
    return screenText(this.terminal.terminal as xterm.Terminal).replaceAll("\u00a0", " ");
  }
}

for (const [name, shown] of Object.entries(SHOWN) as [keyof typeof TERMINALS, readonly string[]][]) {
  Deno.test(`a terminal like ${name} gets pictures that it can show, in their cells, and the box of others`, () => {
    for (const [kind, bytes] of Object.entries(PICTURES)) {
      const painted = new Painted(name);
      painted.show(`a\r\n   ${bytes}`);
      assert.deepEqual(painted.places, shown.includes(kind) ? ["1,3 10x3"] : [], kind);
      if (!shown.includes(kind)) assert.match(painted.text, /┌────────┐\n {3}│ {8}│/, kind);
      assert.ok(painted.seen > 0);
      assert.doesNotMatch(painted.raw, /beach-picture/);
      const { length } = painted.raw;
      painted.show("\x1b[9;1Hmore");
      assert.ok(painted.raw.length - length < 200, "it is drawn once");
    }
  });
}

Deno.test("a picture moves, is covered, uncovered, cleared and scrolls off with what is around it", () => {
  for (const name of ["kitty", "iterm", "sixel"] as const) {
    const painted = new Painted(name);
    const picture = name === "sixel" ? PICTURES.sixel : PICTURES.png;
    painted.show(`one\r\n${picture}\r\n`);
    assert.deepEqual(painted.places, ["1,0 10x3"], name);
    painted.renderer.overlay("a line over it");
    painted.show("\x1b[10;1H");
    painted.renderer.overlay(null);
    painted.show("\x1b[2;4HX");
    assert.match(painted.text, /┌──X─────┐/, "what was written over is a box");
    if (name === "kitty") assert.match(painted.raw, /a=d,d=I/);
    painted.show("\x1b[2J\x1b[H");
    assert.equal(painted.text, "", name);
    painted.show(`${picture}\r\n`);
    assert.deepEqual(painted.places, ["0,0 10x3"]);
    const { length } = painted.raw;
    painted.show(`${"\r\n".repeat(8)}end`);
    assert.ok(painted.raw.length - length < 400, "it scrolls as the terminal scrolls");
    const scrolled = painted.terminal.lines(10, 20).rows.map(([text]) => text).join("\n");
    assert.match(scrolled, /beach-picture/, name);
    assert.doesNotMatch(painted.raw.slice(length), /[┌│]/);
    painted.show("\x1b[?1049h\x1b[Hfull\x1b[?1049l");
    painted.show(`\x1b[?1049h\x1b[H${picture}`);
    assert.deepEqual(painted.places, ["0,0 10x3"]);
  }
});

Deno.test("a picture of which only a part is in the window is its box; one whose bytes are missing too, and is asked for", () => {
  const small = new Painted("sixel", 40, 10, { cols: 8, rows: 10 });
  small.show(`${PICTURES.sixel}\x1b[9;1H`);
  assert.deepEqual(small.places, []);
  assert.match(small.text, /┌──────/);
  const host = makeScreen(40, 10);
  host.write(new TextEncoder().encode(PICTURES.sixel));
  const late = new Painted("sixel");
  late.screen.load(host.snapshot());
  late.paint();
  assert.deepEqual(late.places, []);
  const [id] = late.wanted;
  late.screen.pictures.store.keep(id!, host.pictures.store.get(id!)!);
  late.paint();
  assert.deepEqual(late.places, ["0,0 10x3"]);
});

Deno.test("a sixel picture is drawn to the measure of the terminal's cells, in its own colours", () => {
  const screen = new Painted("sixel");
  screen.show(sixel(200, 120, [0, 100, 0]));
  const [, width, height] = /P0;1;0q"1;1;(\d+);(\d+)#0;2;0;100;0/.exec(screen.raw)!;
  assert.deepEqual([width, height], ["200", "120"]);
});
