import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Finger,
  type Gesture,
  TouchGestures,
} from "../../../../road/web/desktop/view/touch_gestures.ts";

/** What it comes to, in short. */
function words(gestures: readonly Gesture[]): string[] {
  return gestures.map((gesture) => {
    switch (gesture.is) {
      case "move":
        return `at ${gesture.at.x},${gesture.at.y}`;
      case "button":
        return `${gesture.button}${gesture.down ? "+" : "-"}`;
      case "scroll":
        return `scroll ${gesture.dx},${gesture.dy}`;
      case "zoom":
        return `zoom ${gesture.factor.toFixed(2)}`;
    }
  });
}

const at = (...places: readonly (readonly [number, number])[]): Finger[] =>
  places.map(([x, y]) => ({ x, y }));

/** Fingers over time; a number alone lets that time pass. */
function play(
  ...steps: readonly (readonly [at: number, ...fingers: (readonly [number, number])[]] | number)[]
) {
  const gestures = new TouchGestures();
  return words(
    steps.flatMap((step) =>
      typeof step === "number"
        ? gestures.poll(step)
        : gestures.touch(at(...step.slice(1) as [number, number][]), step[0])
    ),
  );
}

Deno.test("a tap clicks where it is, however unsteady the finger", () => {
  assert.deepEqual(play([0, [50, 60]], [30, [53, 64]], [80]), ["at 50,60", "at 50,60", "0+", "0-"]);
});

Deno.test("a finger that moves points, and presses nothing", () => {
  assert.deepEqual(play([0, [50, 60]], [30, [80, 60]], [60, [90, 70]], [90]), [
    "at 50,60",
    "at 80,60",
    "at 90,70",
  ]);
});

Deno.test("a long press drags; where it goes nowhere it is the right button", () => {
  assert.deepEqual(play([0, [5, 5]], 449, 450, [500, [60, 5]], [600]), ["at 5,5", "0+", "at 60,5", "0-"]);
  assert.deepEqual(play([0, [5, 5]], 450, [700]), ["at 5,5", "0+", "0-", "at 5,5", "2+", "2-"]);
});

Deno.test("a second tap that moves drags", () => {
  assert.deepEqual(play([0, [5, 5]], [50], [150, [5, 5]], [180, [40, 5]], [300]).slice(4), [
    "at 5,5",
    "0+",
    "at 40,5",
    "0-",
  ]);
});

Deno.test("two fingers at once are the right button, two that move scroll, two that part zoom", () => {
  assert.deepEqual(play([0, [10, 10]], [10, [10, 10], [60, 10]], [90, [60, 10]], [95]).slice(1), [
    "at 10,10",
    "2+",
    "2-",
  ]);
  const scrolled = play(
    [0, [10, 10], [60, 10]],
    [20, [10, 25], [60, 25]],
    [40, [10, 45], [60, 45]],
    [60, [13, 45], [63, 45]],
    [80],
  );
  assert.deepEqual(scrolled, ["scroll 0,20", "scroll 3,0"]);
  const zoomed = play([0, [100, 10], [200, 10]], [20, [90, 10], [210, 10]], [40, [60, 10], [240, 10]], [60]);
  assert.deepEqual(zoomed, ["zoom 1.50"]);
});

Deno.test("a finger that stays after two does nothing more", () => {
  assert.deepEqual(
    play([0, [10, 10], [60, 10]], [20, [10, 40], [60, 40]], [40, [60, 40]], [60, [90, 90]], [80]),
    [],
  );
});

Deno.test("whatever fingers do, no button stays down, and none goes up that was not", () => {
  const place = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 }));
  const step = fc.record({
    after: fc.nat({ max: 600 }),
    fingers: fc.array(place, { maxLength: 4 }),
    kind: fc.constantFrom("touch", "touch", "touch", "cancel"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const gestures = new TouchGestures();
    const held = new Set<number>();
    let now = 0;
    const take = (all: readonly Gesture[]) => {
      for (const gesture of all) {
        if (gesture.is !== "button") continue;
        assert.notEqual(held.has(gesture.button), gesture.down, "a button goes down once, and up once");
        if (gesture.down) held.add(gesture.button);
        else held.delete(gesture.button);
      }
    };
    for (const { after, fingers, kind } of steps) {
      now += after;
      take(gestures.poll(now));
      take(kind === "cancel" ? gestures.cancel() : gestures.touch(at(...fingers), now));
    }
    take(gestures.touch([], now));
    assert.equal(held.size, 0);
  }));
});
