/** What viewers do with the desktop, and that nothing stays down when they fall silent, leave or say nonsense. */
import assert from "node:assert/strict";
import { DesktopInputs } from "../../../../cli/desktop/host/desktop_inputs.ts";
import { encodeInputEvent, type InputEvent } from "../../../../session/services/desktop/input_events.ts";
import { grantOf } from "../../../../session/roster/grant.ts";
import { pass, runtimeClock } from "../../../session/runtime/simulated_clock.ts";
import { Clock } from "../../../session/world.ts";

const ADA = { peer: "ada", grant: grantOf("write") };
const BEN = { peer: "ben", grant: grantOf("write") };

function desktop() {
  const clock = new Clock();
  const done: string[] = [];
  const lines: string[] = [];
  const note = (words: string) => done.push(words) > 0;
  const inputs = new DesktopInputs({
    input: {
      move: (x, y) => note(`move ${x},${y}`),
      button: (button, down) => note(`button ${button} ${down ? "down" : "up"}`),
      wheel: (dx, dy) => note(`wheel ${dx},${dy}`),
      key: ({ code, key, down, by }) => note(`key ${code} ${key} ${down ? "down" : "up"} by ${by}`),
      text: (text) => note(`text ${text}`),
      releaseAll: () => void note("release all"),
      settled: () => Promise.resolve(),
    },
    area: () => ({ x: 100, y: 50, width: 640, height: 480 }),
    clock: runtimeClock(clock),
    log: (words) => lines.push(words),
    used: () => {},
  });
  const say = (member: typeof ADA, ...events: InputEvent[]) => {
    for (const event of events) void inputs.events(member, encodeInputEvent(event));
  };
  return { clock, done, lines, inputs, say };
}

const A_DOWN: InputEvent = { is: "key", down: true, code: "KeyA", key: "a" };
const SHIFT_DOWN: InputEvent = { is: "key", down: true, code: "ShiftLeft", key: "Shift" };

Deno.test("events are done in order, at places within what is shared; letters by what they say, other keys by their place", () => {
  const { done, say, inputs } = desktop();
  say(
    ADA,
    { is: "button", down: true, button: 0, x: 10, y: 20 },
    {
      is: "button",
      down: false,
      button: 0,
      x: 65535,
      y: 20,
    },
    { is: "wheel", dx: 0, dy: -120, x: 1, y: 1 },
    A_DOWN,
    { ...A_DOWN, down: false },
    SHIFT_DOWN,
    {
      is: "text",
      text: "é日😀",
    },
  );
  assert.deepEqual(done, [
    "move 110,70",
    "button 0 down",
    "move 739,70",
    "button 0 up",
    "move 101,51",
    "wheel 0,-120",
    "key KeyA a down by character",
    "key KeyA a up by character",
    "key ShiftLeft Shift down by position",
    "text é日😀",
  ]);
  inputs[Symbol.dispose]();
});

Deno.test("after 250 ms of silence everything that a viewer holds is let go, what another holds is not", async () => {
  const { clock, done, say, inputs } = desktop();
  say(ADA, A_DOWN);
  say(BEN, SHIFT_DOWN, { is: "button", down: true, button: 2, x: 0, y: 0 });
  for (let i = 0; i < 6; i++) {
    await pass(clock, 100);
    inputs.position(BEN, { x: 0, y: 0 });
  }
  assert.ok(done.includes("key KeyA a up by character"));
  assert.ok(!done.some((words) => words.startsWith("key ShiftLeft Shift up") || words === "button 2 up"));
  await pass(clock, 400);
  assert.ok(done.includes("key ShiftLeft Shift up by position") && done.includes("button 2 up"));
  inputs[Symbol.dispose]();
});

Deno.test("a viewer that leaves holds nothing; a key that was not pressed is not let go", () => {
  const { done, say, inputs } = desktop();
  say(ADA, A_DOWN, { ...A_DOWN, code: "KeyB", key: "b", down: false });
  assert.deepEqual(done, ["key KeyA a down by character"]);
  inputs.release("ada");
  assert.deepEqual(done.slice(1), ["key KeyA a up by character"]);
  inputs[Symbol.dispose]();
});

Deno.test("a key is let go as it was pressed, whatever its release says", () => {
  const { done, say, inputs } = desktop();
  // Shift was let go before the letter: the browser says another character.
  say(ADA, { ...A_DOWN, key: "A" }, { ...A_DOWN, down: false });
  assert.deepEqual(done, ["key KeyA A down by character", "key KeyA A up by character"]);
  inputs[Symbol.dispose]();
});

Deno.test("bytes that are no event end this viewer's input, with a line, and let go of what it holds", () => {
  const { done, lines, say, inputs } = desktop();
  say(ADA, A_DOWN);
  void inputs.events(ADA, Uint8Array.of(99, 1, 2));
  assert.equal(done.at(-1), "key KeyA a up by character");
  assert.match(lines[0]!, /^ada: its input for the desktop can't be read/);
  const before = done.length;
  say(ADA, A_DOWN);
  assert.equal(done.length, before);
  say(BEN, A_DOWN);
  assert.equal(done.length, before + 1);
  inputs[Symbol.dispose]();
});

Deno.test("a viewer presses 32 keys at once and no more", () => {
  const { done, say, inputs } = desktop();
  for (let i = 0; i < 40; i++) say(ADA, { is: "key", down: true, code: `Key${i}`, key: "x" });
  assert.equal(done.length, 32);
  inputs[Symbol.dispose]();
});
