import assert from "node:assert/strict";
import fc from "fast-check";
import { WheelAxis } from "../../../../cli/desktop/x11/input/wheel.ts";

Deno.test("parts of a step add up, one way", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 500 })), (amounts) => {
    const axis = new WheelAxis();
    const steps = amounts.reduce((sum, amount) => sum + axis.turn(amount), 0);
    const whole = amounts.reduce((sum, amount) => sum + amount, 0);
    assert.equal(steps, Math.floor(whole / 120));
  }));
});

Deno.test("the other way begins anew; a swing and a lie are bounded", () => {
  const axis = new WheelAxis();
  assert.equal(axis.turn(119), 0);
  assert.equal(axis.turn(-120), -1);
  assert.ok(axis.turn(-60) === 0);
  assert.equal(axis.turn(-60), -1);
  assert.equal(axis.turn(1e9), 100);
  assert.equal(axis.turn(NaN), 0);
  assert.equal(axis.turn(Infinity), 0);
  axis.turn(100);
  axis.reset();
  assert.equal(axis.turn(100), 0);
});
