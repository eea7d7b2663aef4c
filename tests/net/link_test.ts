import assert from "node:assert/strict";
import fc from "fast-check";
import { DueQueue } from "./due_queue.ts";
import { checkShape, CLEAR_LINK, DirectedLink, type LinkShape } from "./link.ts";

const TCP = 6;
const UDP = 17;

function fates(seed: string, shape: Partial<LinkShape>, count: number, protocol = UDP) {
  const link = new DirectedLink(seed);
  link.reshape({ ...CLEAR_LINK, ...shape });
  const arrivals = new Float64Array(2);
  const all = Array.from({ length: count }, (_, at) => {
    return [...arrivals.subarray(0, link.send(at, 1000, protocol, arrivals))];
  });
  return { all, counters: link.counters };
}

Deno.test("link: a seed decides every packet's fate; another seed decides otherwise", () => {
  const shape = { delayMs: 10, jitterMs: 5, loss: 0.2, duplicate: 0.1, reorder: 0.1 };
  assert.deepEqual(fates("a", shape, 500), fates("a", shape, 500));
  assert.notDeepEqual(fates("a", shape, 500), fates("b", shape, 500));
});

Deno.test("link: no chance changes another: the packets lost at 10 % are lost at 20 % too", () => {
  const lostAt = (loss: number) =>
    fates("s", { loss, jitterMs: 3 }, 1000).all.map((fate) => fate.length === 0);
  const [few, many] = [lostAt(0.1), lostAt(0.2)];
  assert.ok(few.every((lost, at) => !lost || many[at]));
  assert.ok(many.filter(Boolean).length > few.filter(Boolean).length);
});

Deno.test("link: without reordering packets arrive in order, never early, within delay and jitter", () => {
  fc.assert(fc.property(fc.string(), fc.nat(100), fc.nat(50), (seed, delayMs, jitterMs) => {
    let latest = 0;
    fates(seed, { delayMs, jitterMs }, 100).all.forEach(([arrival], at) => {
      assert.ok(arrival! >= at + delayMs && arrival! <= at + delayMs + jitterMs && arrival! >= latest);
      latest = arrival!;
    });
  }));
});

Deno.test("link: a rate limit spaces packets, bounds its queue and counts what it drops", () => {
  // 1000 bytes a ms come; 4000 kbit/s is 500 bytes a ms; 10,000 bytes may wait.
  const { all, counters } = fates("r", { rateKbit: 4000, queueBytes: 10_000 }, 1000);
  const arrived = all.flat();
  for (let at = 1; at < arrived.length; at++) assert.ok(arrived[at]! - arrived[at - 1]! >= 2 - 1e-9);
  all.forEach(([arrival], at) => assert.ok(arrival === undefined || arrival - at <= 10_000 / 500 + 1e-9));
  assert.ok(Math.abs(counters.overflowed - 490) < 15, `${counters.overflowed}`);
  assert.equal(counters.delivered + counters.overflowed, 1000);
});

Deno.test("link: down drops all, blockUdp drops UDP alone", () => {
  assert.equal(fates("d", { down: true }, 10, TCP).counters.refused, 10);
  assert.equal(fates("d", { blockUdp: true }, 10, UDP).counters.refused, 10);
  assert.equal(fates("d", { blockUdp: true }, 10, TCP).counters.delivered, 10);
});

Deno.test("link: a wrong shape is named", () => {
  assert.throws(() => checkShape({ loss: 5 }), /loss is 5; give a chance from 0 to 1/);
  assert.throws(() => checkShape({ delayMs: -1 }), /delayMs is -1; give 0 or more/);
  assert.throws(() => checkShape({ latency: 5 } as Partial<LinkShape>), /no latency; it has delayMs/);
});

Deno.test("due queue: takes out by time, and equal times in the order of arrival", () => {
  fc.assert(fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
    const queue = new DueQueue(200);
    times.forEach((time, item) => queue.push(time, item));
    const out = times.map(() => queue.pop());
    const expected = times.map((time, item) => ({ time, item })).sort((a, b) =>
      a.time - b.time || a.item - b.item
    );
    assert.deepEqual(out, expected.map(({ item }) => item));
    assert.equal(queue.pop(), -1);
    assert.equal(queue.due, Infinity);
  }));
});

Deno.test("due queue: mixed pushes and pops keep the order", () => {
  fc.assert(fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 200 }), (steps) => {
    const queue = new DueQueue(200);
    const model: { time: number; item: number }[] = [];
    steps.forEach((time, item) => {
      if (time === null) {
        model.sort((a, b) => a.time - b.time || a.item - b.item);
        assert.equal(queue.pop(), model.shift()?.item ?? -1);
      } else {
        queue.push(time, item);
        model.push({ time, item });
      }
    });
  }));
});
