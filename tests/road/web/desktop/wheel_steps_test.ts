import assert from "node:assert/strict";
import { WheelSteps } from "../../../../road/web/desktop/view/wheel_steps.ts";

Deno.test("a notch is 120, however the browser tells it", () => {
  const notch = { dx: 0, dy: 120 };
  assert.deepEqual(
    new WheelSteps().add({ deltaX: 0, deltaY: 53, deltaMode: 0, wheelDeltaX: 0, wheelDeltaY: -120 }),
    notch,
  );
  assert.deepEqual(new WheelSteps().add({ deltaX: 0, deltaY: 100, deltaMode: 0 }), notch);
  assert.deepEqual(new WheelSteps().add({ deltaX: 0, deltaY: 3, deltaMode: 1 }), notch);
  assert.deepEqual(new WheelSteps().add({ deltaX: -1, deltaY: 0, deltaMode: 2 }), { dx: -120, dy: 0 });
});

Deno.test("what is no whole step is kept, both ways", () => {
  const wheel = new WheelSteps();
  let sum = 0;
  for (let i = 0; i < 100; i++) sum += wheel.add({ deltaX: 0, deltaY: 0.7, deltaMode: 0 }).dy;
  assert.ok(Math.abs(sum - 84) <= 1, `${sum}`);
  for (let i = 0; i < 100; i++) sum += wheel.add({ deltaX: 0, deltaY: -0.7, deltaMode: 0 }).dy;
  assert.ok(Math.abs(sum) <= 1, `${sum}`);
});

Deno.test("an absurd turn comes in pieces that fit an event", () => {
  const wheel = new WheelSteps();
  assert.equal(wheel.add({ deltaX: 0, deltaY: 1e6, deltaMode: 0 }).dy, 32_767);
  assert.equal(wheel.add({ deltaX: 0, deltaY: 0, deltaMode: 0 }).dy, 32_767);
});
