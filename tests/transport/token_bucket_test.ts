import assert from "node:assert/strict";
import fc from "fast-check";
import { MOST_BUCKETS, TokenBucket, TokenBuckets } from "../../transport/token_bucket.ts";

Deno.test("a bucket gives its burst, then its rate, whatever the times between", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2000), { maxLength: 200 }), (gaps) => {
      const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, 0);
      let now = 0, taken = 0;
      for (const gap of gaps) {
        now += gap;
        if (bucket.tryConsume(now)) taken++;
        assert.ok(taken <= 5 + now * 2 / 1000 + 1e-6);
      }
    }),
  );
  const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 0);
  assert.deepEqual([1, 2, 3].map(() => bucket.tryConsume(0)), [true, true, false]);
  assert.equal(bucket.tryConsume(999), false);
  assert.equal(bucket.tryConsume(1000), true);
});

Deno.test("charging goes below zero no further than the burst; a refund goes no higher; time backwards gives nothing", () => {
  const bucket = new TokenBucket({ burst: 4, perSecond: 1 }, 1000);
  for (let i = 0; i < 10; i++) bucket.charge(1000, 3);
  assert.equal(bucket.level(1000), -4);
  bucket.refund(1000, 100);
  assert.equal(bucket.level(1000), 4);
  bucket.tryConsume(1000, 4);
  assert.equal(bucket.level(0), 0);
});

Deno.test("what is consumed in any case is owed, within a limit, and waited for", () => {
  const bucket = new TokenBucket({ burst: 4, perSecond: 2 }, 0);
  assert.equal(bucket.consume(0, 4), 0);
  assert.equal(bucket.consume(0, 1), 500);
  assert.equal(bucket.wait(0, 1), 1000);
  assert.equal(bucket.consume(0, 100, 10), 5000);
  assert.equal(bucket.wait(5000, 0), 0);
  assert.equal(bucket.tryConsume(5000, 0.25), false);
  assert.equal(bucket.tryConsume(5125, 0.25), true);
});

Deno.test("after the wait there is what was waited for, but for a ms of rounding", () => {
  const rate = fc.record({
    burst: fc.integer({ min: 1, max: 50 }),
    perSecond: fc.double({ min: 0.01, max: 50_000, noNaN: true }),
  });
  fc.assert(fc.property(rate, fc.nat(1000), (rate, at) => {
    const bucket = new TokenBucket(rate, 0);
    bucket.consume(at, rate.burst);
    const then = at + bucket.wait(at, 1);
    assert.ok(bucket.tryConsume(then) || bucket.tryConsume(then + 1));
  }));
});

Deno.test("addresses that wait for nothing are forgotten when there are many", () => {
  const limits = new TokenBuckets({ burst: 1, perSecond: 1 });
  const busy = limits.of("busy", 0);
  busy.charge(0, 2);
  for (let i = 0; i < 50_001; i++) limits.of(`a${i}`, 0);
  assert.ok(limits.size < 100);
  assert.equal(limits.of("busy", 0), busy);
  // However many addresses somebody has, and owes with each.
  for (let i = 0; i < 2 * MOST_BUCKETS; i++) {
    limits.of(`b${i}`, 0).charge(0, 1);
    assert.ok(limits.size <= MOST_BUCKETS);
  }
});
