import assert from "node:assert/strict";
import { ClockOffset, RtpClock } from "../../../../session/services/desktop/clock_offset.ts";
import { ageOf, legsOf } from "../../../../session/services/desktop/picture_age.ts";

Deno.test("the host's clock is that of the answer that took the shortest", () => {
  const clock = new ClockOffset();
  assert.equal(clock.ours(5), undefined);
  assert.equal(clock.rtt, undefined);
  clock.add(0, 1_000_090, 100); // late on the way back
  assert.equal(clock.ours(1_000_040), 0);
  clock.add(200, 1_000_210, 220);
  assert.equal(clock.ours(1_000_210), 210);
  clock.add(400, 1_000_800, 500);
  assert.equal(clock.ours(1_000_210), 210);
  assert.equal(clock.rtt, 20);
  clock.add(600, 1, 500); // a clock that went back
  assert.equal(clock.rtt, 20);
});

Deno.test("an answer of long ago counts no more: clocks drift", () => {
  const clock = new ClockOffset();
  clock.add(0, 1010, 0);
  for (let i = 1; i <= 60; i++) clock.add(1000 * i, 1000 * i + 20 + 25, 1000 * i + 50);
  assert.equal(clock.rtt, 50);
  assert.equal(clock.ours(100_020), 100_000);
});

Deno.test("RTP timestamps are times, also before the clock was told and past 2^32", () => {
  const clock = new RtpClock();
  assert.equal(clock.at(1), undefined);
  clock.set({ rtp: 4_294_967_295, at: 500 });
  assert.equal(clock.at(89_999), 1500);
  assert.equal(clock.at(4_294_967_295 - 9000), 400);
});

Deno.test("the legs of a picture's way are its age, and none is below 0", () => {
  const legs = legsOf({ captured: 100, received: 130, shown: 141, atHost: 12 });
  assert.deepEqual(legs, { host: 12, way: 18, here: 11 });
  assert.equal(ageOf(legs), 41);
  assert.deepEqual(legsOf({ captured: 100, received: 95, shown: 99, atHost: 12 }), {
    host: 0,
    way: 0,
    here: 4,
  });
  assert.deepEqual(legsOf({ captured: 100, received: 105, shown: 104, atHost: 12 }), {
    host: 5,
    way: 0,
    here: 0,
  });
});
