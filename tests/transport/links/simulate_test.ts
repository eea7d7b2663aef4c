/** The worse link that `--simulate-loss` and `--simulate-delay` make, and the memory link's own ways, in simulated time. */

import assert from "node:assert/strict";
import type { Channel, Link } from "../../../transport/link.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { simulate } from "../../../transport/links/simulated_link.ts";

/** A clock that moves when told to. */
function clock() {
  let now = 0;
  const due: { at: number; fn: () => void }[] = [];
  return {
    now: () => now,
    schedule: (ms: number, fn: () => void) => void due.push({ at: now + ms, fn }),
    run(until: number) {
      for (;;) {
        const next = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due.splice(due.indexOf(next), 1);
        now = next.at;
        next.fn();
      }
      now = until;
    },
  };
}

/** mulberry32, uniform in [0, 1). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function record(link: Link): [Channel, number][] {
  const got: [Channel, number][] = [];
  link.onmessage = (channel, message) => got.push([channel, message[0]!]);
  return got;
}

Deno.test("loss takes its percentage of term each way, and nothing else", () => {
  const time = clock();
  const [far, near] = memoryLinkPair({ random: () => 0.99, schedule: time.schedule });
  const worse = simulate(near, { lossPercent: 20, random: seeded(7), schedule: time.schedule });
  const atFar = record(far), atNear = record(worse);
  for (let n = 0; n < 1000; n++) {
    for (const channel of ["ctrl", "term", "bulk"] as const) {
      assert.equal(worse.send(channel, Uint8Array.of(n & 0xff)), true);
      far.send(channel, Uint8Array.of(n & 0xff));
    }
  }
  time.run(1);
  for (const got of [atFar, atNear]) {
    const count = (channel: Channel) => got.filter(([on]) => on === channel).length;
    assert.deepEqual([count("ctrl"), count("bulk")], [1000, 1000]);
    assert.ok(count("term") > 750 && count("term") < 850, `${count("term")} of 1000 at 20 %`);
  }
});

Deno.test("delay is added each way on all channels, in order, and shows in what is buffered", () => {
  const time = clock();
  const [far, near] = memoryLinkPair({ random: () => 0.99, schedule: time.schedule });
  const worse = simulate(near, { delayMs: 100, random: seeded(7), schedule: time.schedule });
  const atFar = record(far), atNear = record(worse);
  for (let n = 0; n < 5; n++) worse.send("ctrl", Uint8Array.of(n));
  far.send("bulk", Uint8Array.of(9));
  assert.equal(worse.buffered("ctrl"), 5);
  time.run(99);
  assert.deepEqual([atFar, atNear], [[], []]);
  time.run(101);
  assert.deepEqual(atFar, [0, 1, 2, 3, 4].map((n) => ["ctrl", n]));
  assert.deepEqual(atNear, [["bulk", 9]]);
  assert.equal(worse.buffered("ctrl"), 0);
});

Deno.test("without loss and delay the link itself comes back", () => {
  const [link] = memoryLinkPair({ random: () => 0.5, schedule: () => {} });
  assert.equal(simulate(link, { random: () => 0.5, schedule: () => {} }), link);
});

Deno.test("a link that is not lossy loses nothing", () => {
  const time = clock();
  const [far, near] = memoryLinkPair({ lossy: false, loss: 1, random: () => 0, schedule: time.schedule });
  const worse = simulate(near, { lossPercent: 100, random: () => 0, schedule: time.schedule });
  const atFar = record(far);
  worse.send("term", Uint8Array.of(1));
  time.run(1);
  assert.deepEqual(atFar, [["term", 1]]);
});

Deno.test("the memory link loses, repeats and reorders as told, and the same seed does the same again", () => {
  const run = () => {
    const time = clock();
    const options = { loss: 0.2, duplicate: 0.1, reorder: 0.3, delayMs: 50, random: seeded(3) };
    const [near, far] = memoryLinkPair({ ...options, schedule: time.schedule });
    const got = record(far);
    for (let n = 0; n < 200; n++) {
      near.send("term", Uint8Array.of(n));
      time.run(time.now() + 5);
    }
    time.run(time.now() + 1000);
    return got.map(([, n]) => n);
  };
  const got = run();
  const different = new Set(got).size;
  assert.ok(different > 140 && different < 180, `${different} of 200 at 20 % loss`);
  assert.ok(got.length > different, "some came twice");
  assert.ok(got.some((n, at) => at > 0 && n < got[at - 1]!), "some came late");
  assert.deepEqual(run(), got);
});
