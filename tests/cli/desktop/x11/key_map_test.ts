import assert from "node:assert/strict";
import fc from "fast-check";
import { keycodeAt } from "../../../../cli/desktop/x11/input/key_codes.ts";
import { KeyMap } from "../../../../cli/desktop/x11/input/key_map.ts";
import { fit, type KeyState, type Stroke, tap } from "../../../../cli/desktop/x11/input/key_plan.ts";
import { canonicalKeysym, isLetterPair, keysymOf } from "../../../../cli/desktop/x11/input/keysyms.ts";

const FIRST = 8;
const [SHIFT_KEY, ALTGR, TWO, A, RU, EMPTY] = [9, 10, 11, 12, 13, 14];
const sym = (key: string) => keysymOf(key, "")!;
/** A German number row and letters, and a key with a second layout. */
const map = new KeyMap(FIRST, [
  [],
  [0xffe1],
  [0xfe03],
  [sym("2"), sym('"'), sym("2"), sym('"'), 0xb2, 0xbd],
  [sym("a"), sym("A"), sym("a"), sym("A")],
  [sym("q"), sym("Q"), 0x6ca, 0x6ea],
  [0, 0, 0, 0],
]);

function state(over: Partial<KeyState> = {}): KeyState {
  return { modifiers: 0, group: 0, held: new Set(), ...over };
}

function fits(key: string, over?: Partial<KeyState>): readonly Stroke[] {
  const at = state(over);
  const place = map.find(sym(key), at.group);
  assert.ok(place, key);
  return tap(place.keycode, fit(map, place, at));
}

Deno.test("a character is found on its key and level, in the layout that is on", () => {
  assert.deepEqual(map.find(sym("½"), 0), { keycode: TWO, level: 3, cost: 3 });
  assert.equal(map.find(sym("й"), 0), undefined);
  assert.equal(map.find(sym("й"), 1)?.keycode, RU);
  assert.equal(map.find(sym("a"), 1)?.keycode, A);
  assert.equal(map.find(sym("é"), 0), undefined);
  assert.deepEqual(map.spare, [EMPTY]);
});

Deno.test("modifiers that are missing are pressed around the key, and only those", () => {
  assert.deepEqual(fits("2"), [[TWO, true], [TWO, false]]);
  assert.deepEqual(fits('"'), [[SHIFT_KEY, true], [TWO, true], [TWO, false], [SHIFT_KEY, false]]);
  assert.deepEqual(fits("²"), [[ALTGR, true], [TWO, true], [TWO, false], [ALTGR, false]]);
  assert.deepEqual(fits('"', { modifiers: 1, held: new Set([SHIFT_KEY]) }), [[TWO, true], [TWO, false]]);
});

Deno.test("modifiers that the viewer holds for another layout are let go around the key", () => {
  const held = new Set([SHIFT_KEY, ALTGR]);
  assert.deepEqual(fits("2", { modifiers: 1 | 128, held }), [
    ...[[SHIFT_KEY, false], [ALTGR, false]] as const,
    ...[[TWO, true], [TWO, false]] as const,
    ...[[ALTGR, true], [SHIFT_KEY, true]] as const,
  ]);
  // Somebody else's Shift can't be let go.
  assert.deepEqual(fits("2", { modifiers: 1 }), [[TWO, true], [TWO, false]]);
});

Deno.test("Caps Lock turns letters, and nothing else", () => {
  assert.deepEqual(fits("A", { modifiers: 2 }), [[A, true], [A, false]]);
  assert.deepEqual(fits("a", { modifiers: 2 })[0], [SHIFT_KEY, true]);
  assert.deepEqual(fits("2", { modifiers: 2 }), [[TWO, true], [TWO, false]]);
});

Deno.test("strokes leave what is held as it was, whatever the state", () => {
  const keys = fc.constantFrom("2", '"', "²", "½", "a", "A", "q");
  const heldKeys = fc.subarray([SHIFT_KEY, ALTGR]);
  fc.assert(fc.property(keys, heldKeys, fc.boolean(), (key, held, caps) => {
    const modifiers = (held.includes(SHIFT_KEY) ? 1 : 0) | (held.includes(ALTGR) ? 128 : 0) | (caps ? 2 : 0);
    const down = new Set(held);
    for (const [keycode, isDown] of fits(key, { modifiers, held: new Set(held) })) {
      assert.notEqual(down.has(keycode), isDown, "each stroke changes something");
      if (isDown) down.add(keycode);
      else down.delete(keycode);
    }
    assert.deepEqual([...down].sort(), [...held].sort());
  }));
});

Deno.test("keys have the keysyms and places of X", () => {
  assert.equal(keysymOf("é", "Digit2"), 0xe9);
  assert.equal(keysymOf("日", ""), 0x0100_65e5);
  assert.equal(keysymOf("😀", ""), 0x0101_f600);
  assert.equal(keysymOf("F12", "F12"), 0xffc9);
  assert.equal(keysymOf("Shift", "ShiftRight"), 0xffe2);
  assert.equal(keysymOf("AltGraph", "AltRight"), 0xfe03);
  for (const key of ["Dead", "Process", "CapsLock", "F25", "LaunchApplication1", "\u0007", "\ud800"]) {
    assert.equal(keysymOf(key, ""), undefined, key);
  }
  assert.equal(canonicalKeysym(0x6ca), sym("й"));
  assert.ok(isLetterPair(0x6ca, 0x6ea));
  assert.ok(!isLetterPair(sym("1"), sym("!")));
  const places = { Escape: 9, KeyA: 38, Enter: 36, IntlBackslash: 94, ArrowUp: 111, MetaLeft: 133, F13: 191 };
  for (const [code, keycode] of Object.entries(places)) assert.equal(keycodeAt(code), keycode, code);
  assert.equal(keycodeAt("Fn"), undefined);
});
