import assert from "node:assert/strict";
import fc from "fast-check";
import { newScreen } from "../../../cli/emulator/new_screen.ts";
import { FoundText } from "../../../cli/play/found_text.ts";
import { Player } from "../../../cli/play/player.ts";
import type { CastEvent } from "../../../cli/play/recording.ts";

const PIECES = [
  "ab",
  "\x1b[3",
  "1mred",
  "\r\n",
  "\x1b[H\x1b[2J",
  "é世\ud83d\ude00",
  "\x1b[?1049h",
  "\x1b]0;t",
  "itle\x07",
  "\x1b[?1049l",
];
const event = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...PIECES).map((text) => ({ kind: "output" as const, text })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 2, max: 30 }).map((cols) => ({
      kind: "size" as const,
      size: { cols, rows: 5 },
    })),
  },
);

function playTo(events: readonly CastEvent[], goals: readonly number[]): string {
  const screen = newScreen(20, 5, 0);
  const player = new Player(events, screen);
  for (const goal of goals) {
    player.show(goal);
    while (!player.work());
  }
  return new TextDecoder().decode(screen.snapshot().data) + `${screen.cols}x${screen.rows}`;
}

Deno.test("player: wherever one goes, the screen is what playing to there shows", () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60 }),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }),
      (some, goals) => {
        const events = some.map((event, at): CastEvent => ({ at, ...event }));
        assert.equal(playTo(events, goals), playTo(events, [goals.at(-1)!]));
      },
    ),
  );
});

Deno.test("player: a long recording is shown in parts, and states are kept on the way, not more than a few", () => {
  const text = `\x1b[32m${"x".repeat(78)}\r\n`.repeat(2000);
  const events = Array.from(
    { length: 220 },
    (_, at): CastEvent => ({ at, kind: "output", text: `${at}${text}` }),
  );
  const player = new Player(events, newScreen(80, 24, 0));
  player.show(220);
  let parts = 0;
  while (!player.work()) parts++;
  assert.ok(parts > 50, `${parts}`);
  // Back to the middle is a few parts, not half of all.
  player.show(110);
  let back = 0;
  while (!player.work()) back++;
  assert.ok(back <= 12, `${back} of ${parts}`);
  // One event alone may be long.
  const one = new Player([{ at: 0, kind: "output", text: text.repeat(20) }], newScreen(80, 24, 0));
  one.show(1);
  assert.equal(one.work(), false);
});

Deno.test("found text: across events and colours, not across moves; small letters match large ones", () => {
  const events = [
    "Hel",
    "\x1b[1",
    "mlo w",
    "orld\x1b[5;1Hnext",
    "\x1b]0;hello in a title\x07",
    "hello\x1b[Cagain\r\n",
  ].map((
    text,
    at,
  ): CastEvent => ({ at, kind: "output", text }));
  const found = new FoundText(events);
  assert.equal(found.find("hello", -1, 1), 2);
  assert.equal(found.find("hello", 2, 1), 5);
  assert.equal(found.find("hello", 5, 1), null);
  assert.equal(found.find("hello", 5, -1), 2);
  assert.equal(found.find("Hello", 2, 1), null);
  assert.equal(found.find("hello again", -1, 1), 5);
  assert.equal(found.find("worldnext", -1, 1), null);
  assert.equal(found.find("in a title", -1, 1), null);
  assert.equal(found.find(".*", -1, 1), null);
  assert.equal(new FoundText([]).find("x", -1, 1), null);
});
