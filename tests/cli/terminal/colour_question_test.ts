import assert from "node:assert/strict";
import { ColourQuestion, QUESTION } from "../../../cli/terminal/colour_question.ts";
import { TtyModes } from "../../../cli/terminal/tty_modes.ts";
import { dynamicColour, type Rgb } from "../../../session/vt/colours.ts";
import { until } from "../../support/deadline.ts";
import { Listeners } from "../../support/listeners.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** What a terminal with dark blue on white says, keys before, between and behind. */
const SAYS = [
  ["a\x1b[A", ""],
  ["", "\x1b]10;rgb:0000/0000/8080\x1b\\"],
  ["é\x1b]", ""],
  ["", "\x1b]11;rgb:ffff/ffff/ffff\x07"],
  ["", "\x1b]4;1;rgb:aa/00/00\x1b\\"],
  ["\x1b[Ab\x1b", ""],
  ["\x1b[200~x\x1b]q\x1b[201~", ""],
  ["", "\x1b[?62;22c"],
  ["z\x1b]11;rgb:1/2/3\x07", ""],
] as const;
const KEYS = SAYS.map(([keys]) => keys).join("");

class Asked {
  readonly #changed = new Listeners();
  keys = "";
  told: [code: number, Rgb][] = [];
  readonly question = new ColourQuestion((bytes) => {
    this.#text.push(...bytes);
    this.keys = new TextDecoder().decode(Uint8Array.from(this.#text));
    this.#changed.notify();
  }, (colours) => {
    this.told = [10, 11, 12].map((code) => [code, dynamicColour(colours, code)]);
    this.told.push([1, colours.palette.get(1) ?? [0, 0, 0]]);
  });
  readonly #text: number[] = [];

  typed(keys: string): Promise<unknown> {
    return until(
      () => this.keys === keys,
      this.#changed.subscribe,
      5000,
      JSON.stringify(keys),
      () => JSON.stringify(this.keys),
    );
  }
}

Deno.test("answers are taken out of the keys, whole or byte by byte, and no key is lost", async () => {
  for (const cut of [Infinity, 1, 3, 7]) {
    const asked = new Asked();
    using question = asked.question;
    const all = encode(SAYS.flat().join(""));
    for (let at = 0; at < all.length; at += cut) question.read(all.subarray(at, at + cut));
    await question.over;
    await asked.typed(KEYS);
    assert.deepEqual(asked.told, [[10, [0, 0, 128]], [11, [255, 255, 255]], [12, [0, 0, 128]], [1, [
      170,
      0,
      0,
    ]]]);
  }
});

Deno.test("an Escape alone is typed a moment later; a terminal that says nothing holds nobody up", async () => {
  const asked = new Asked();
  using question = asked.question;
  question.read(encode("\x1b"));
  await asked.typed("\x1b");
  question.read(encode("\x1b]"));
  await asked.typed("\x1b\x1b]");
  await question.settled;
  assert.deepEqual(asked.told[1], [11, [0, 0, 0]]);
  // A late answer is still none of the shell's.
  question.read(encode("\x1b]11;rgb:ffff/ffff/ffff\x1b\\x\x1b[?1;2c"));
  await question.over;
  await asked.typed("\x1b\x1b]x");
  assert.deepEqual(asked.told[1], [11, [255, 255, 255]]);
});

Deno.test("an answer whose end got lost keeps no keys: Enter and Ctrl-C are in none, and nobody waits for long", async () => {
  for (const keys of ["ls\r", "\x03", ""]) {
    const asked = new Asked();
    using question = asked.question;
    question.read(encode("\x1b]10;rgb:12/3"));
    for (const key of keys) question.read(encode(key));
    await asked.typed(`\x1b]10;rgb:12/3${keys}`);
  }
});

Deno.test("to ask for colours sets none that would be undone on leaving", () => {
  const modes = new TtyModes();
  const before = modes.restore(80);
  modes.read(encode(QUESTION));
  assert.equal(modes.restore(80), before);
});
