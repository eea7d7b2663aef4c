import assert from "node:assert/strict";
import { HeldInput } from "../../../../session/services/desktop/held_input.ts";
import { type InputEvent, InputEventReader } from "../../../../session/services/desktop/input_events.ts";
import { MAX_HELD } from "../../../../session/services/desktop/limits.ts";

function scene() {
  const reader = new InputEventReader();
  const events: InputEvent[] = [];
  const places: [number, number, boolean][] = [];
  const input = new HeldInput({
    send: (bytes) => void events.push(...reader.push(bytes)),
    place: (x, y, holds) => void places.push([x, y, holds]),
  });
  return { input, events, places };
}

Deno.test("a key is held until it is let go, by the name it went down with; its repeats are the host's", () => {
  const { input, events, places } = scene();
  input.press("ShiftLeft", "Shift");
  input.press("KeyA", "A");
  input.press("KeyA", "A");
  assert.deepEqual(places, [[0, 0, true], [0, 0, true]]);
  input.release("ShiftLeft");
  assert.deepEqual(places.at(-1), [0, 0, true]);
  input.release("KeyA");
  input.release("KeyA");
  assert.deepEqual(places.at(-1), [0, 0, false]);
  assert.equal(places.length, 4);
  assert.deepEqual(events, [
    { is: "key", down: true, code: "ShiftLeft", key: "Shift" },
    { is: "key", down: true, code: "KeyA", key: "A" },
    { is: "key", down: false, code: "ShiftLeft", key: "Shift" },
    { is: "key", down: false, code: "KeyA", key: "A" },
  ]);
});

Deno.test("all is let go at once when the page loses the keyboard; a button counts as held", () => {
  const { input, events, places } = scene();
  input.press("KeyA", "a");
  input.button(0, true, { x: 5, y: 6 });
  input.button(0, true, { x: 7, y: 7 });
  input.releaseAll();
  assert.deepEqual(events.slice(2), [
    { is: "key", down: false, code: "KeyA", key: "a" },
    { is: "button", down: false, button: 0, x: 5, y: 6 },
  ]);
  assert.deepEqual(places.at(-1), [5, 6, false]);
  input.button(0, false, { x: 5, y: 6 });
  assert.equal(events.length, 4);
});

Deno.test("what is no key of a keyboard is let go at once; keys together are let go in turn", () => {
  const { input, events } = scene();
  input.press("", "日");
  input.chord([["ControlLeft", "Control"], ["AltLeft", "Alt"], ["Delete", "Delete"]]);
  assert.deepEqual(
    events.map((event) => event.is === "key" && `${event.down ? "+" : "-"}${event.code || event.key}`),
    ["+日", "-日", "+ControlLeft", "+AltLeft", "+Delete", "-Delete", "-AltLeft", "-ControlLeft"],
  );
});

Deno.test("positions are whole and on the desktop; text goes in pieces that a host takes, no character cut", () => {
  const { input, events, places } = scene();
  input.move({ x: -3, y: 1e9 });
  input.move({ x: 0.2, y: 1e9 });
  assert.deepEqual(places, [[0, 16_383, false]]);
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
  for (let i = 0; i < MAX_HELD + 5; i++) input.press(`Key${i}`, "x");
  assert.equal(input.held.length, MAX_HELD);
  assert.equal(events.length, MAX_HELD);
});
