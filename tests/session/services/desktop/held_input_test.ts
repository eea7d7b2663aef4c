import assert from "node:assert/strict";
import { HeldInput } from "../../../../session/services/desktop/held_input.ts";
import { type InputEvent, InputEventReader } from "../../../../session/services/desktop/input_events.ts";
import { MAX_HELD } from "../../../../session/services/desktop/limits.ts";

function scene() {
  const reader = new InputEventReader();
  const events: InputEvent[] = [];
  const positions: [number, number, string][] = [];
  const input = new HeldInput({
    write: (bytes) => void events.push(...reader.push(bytes)),
    position: (x, y, held) => void positions.push([x, y, held.join(" ")]),
  });
  return { input, events, positions };
}

Deno.test("a key that is held is said each 100 ms, and let go by the name it went down with", () => {
  const { input, events, positions } = scene();
  assert.equal(input.due(), Infinity);
  input.press("ShiftLeft", "Shift", 0);
  input.press("KeyA", "A", 10);
  input.press("KeyA", "A", 40);
  assert.equal(input.due(), 110);
  input.poll(109);
  assert.equal(positions.length, 2);
  input.poll(110);
  assert.deepEqual(positions.at(-1), [0, 0, "ShiftLeft KeyA"]);
  assert.equal(input.due(), 210);
  input.release("ShiftLeft", 120);
  input.release("KeyA", 130);
  input.release("KeyA", 131);
  assert.equal(input.due(), Infinity);
  assert.deepEqual(events, [
    { is: "key", down: true, code: "ShiftLeft", key: "Shift" },
    { is: "key", down: true, code: "KeyA", key: "A" },
    { is: "key", down: false, code: "ShiftLeft", key: "Shift" },
    { is: "key", down: false, code: "KeyA", key: "A" },
  ]);
});

Deno.test("all is let go at once when the page loses the keyboard; a button counts as held", () => {
  const { input, events } = scene();
  input.press("KeyA", "a", 0);
  input.button(0, true, { x: 5, y: 6 }, 1);
  input.button(0, true, { x: 7, y: 7 }, 2);
  input.releaseAll(3);
  assert.deepEqual(events.slice(2), [
    { is: "key", down: false, code: "KeyA", key: "a" },
    { is: "button", down: false, button: 0, x: 5, y: 6 },
  ]);
  assert.equal(input.due(), Infinity);
  input.button(0, false, { x: 5, y: 6 }, 4);
  assert.equal(events.length, 4);
});

Deno.test("what is no key of a keyboard is let go at once; keys together are let go in turn", () => {
  const { input, events } = scene();
  input.press("", "日", 0);
  input.chord([["ControlLeft", "Control"], ["AltLeft", "Alt"], ["Delete", "Delete"]], 1);
  assert.deepEqual(
    events.map((event) => event.is === "key" && `${event.down ? "+" : "-"}${event.code || event.key}`),
    ["+日", "-日", "+ControlLeft", "+AltLeft", "+Delete", "-Delete", "-AltLeft", "-ControlLeft"],
  );
});

Deno.test("positions are whole and on the desktop; text goes in pieces that a host takes, no character cut", () => {
  const { input, events, positions } = scene();
  input.move({ x: -3, y: 1e9 }, 0);
  input.move({ x: 0.2, y: 1e9 }, 1);
  assert.deepEqual(positions, [[0, 16_383, ""]]);
  input.wheel(0, 0, { x: 1, y: 1 });
  input.wheel(-120, 60, { x: 1, y: 1 });
  const text = "😀a".repeat(3000);
  input.text(text);
  assert.deepEqual(events[0], { is: "wheel", dx: -120, dy: 60, x: 1, y: 1 });
  assert.equal(events.slice(1).map((event) => event.is === "text" && event.text).join(""), text);
  assert.ok(events.length > 4);
});

Deno.test("no more keys are held than a host keeps", () => {
  const { input, events } = scene();
  for (let i = 0; i < MAX_HELD + 5; i++) input.press(`Key${i}`, "x", 0);
  assert.equal(input.held.length, MAX_HELD);
  assert.equal(events.length, MAX_HELD);
});
