/** Rate control, keyframes and layers in simulated time: the whole host against viewers behind slow, lossy and jittering links. */

import assert from "node:assert/strict";
import { chooseLayers } from "../../../transport/media/layers.ts";
import { ALL_RULES, FLOOR, type RateRules } from "../../../transport/media/rate_control.ts";
import type { LinkShape } from "../../net/link.ts";
import { MediaWorld, percentile } from "./media_world.ts";
import type { SimulatedViewer } from "./simulated_viewer.ts";

/** 2 Mbit/s, 100 ms of round trip, 2 % lost. */
const SLOW = { rateKbit: 2000, delayMs: 50, loss: 0.02 };
const FAST = { delayMs: 5 };
const SEEDS = [1, 2, 3];

interface Figures {
  readonly p50: number;
  readonly p95: number;
  /** The longest time without a picture. */
  readonly gap: number;
  readonly fps: number;
  readonly kbit: number;
}

/** What a viewer saw in the next `ms`. */
function watch(world: MediaWorld, viewer: SimulatedViewer, ms: number): Figures {
  const [from, bytes, began] = [viewer.shown.length, viewer.bytes, world.now];
  world.run(ms);
  const shown = viewer.shown.slice(from);
  const times = [began, ...shown.map(({ at }) => at), world.now];
  const ages = shown.map(({ age }) => age);
  return {
    p50: percentile(ages, 0.5),
    p95: percentile(ages, 0.95),
    gap: Math.max(...times.map((at, index) => index === 0 ? 0 : at - times[index - 1]!)),
    fps: shown.length / ms * 1000,
    kbit: (viewer.bytes - bytes) * 8 / ms,
  };
}

/** The worst of some seeds in 20 s after the start. */
function worst(link: Partial<LinkShape>, rules: Partial<RateRules> = {}): Figures {
  const all = SEEDS.map((seed) => {
    const world = new MediaWorld({ seed, rules: { ...ALL_RULES, ...rules } });
    const viewer = world.join(`viewer ${seed}`, link);
    world.run(5000);
    return watch(world, viewer, 20_000);
  });
  const most = (key: keyof Figures) => Math.max(...all.map((figures) => figures[key]));
  const least = (key: keyof Figures) => Math.min(...all.map((figures) => figures[key]));
  return { p50: most("p50"), p95: most("p95"), gap: most("gap"), fps: least("fps"), kbit: least("kbit") };
}

/** On twelve paths with short queues, each with a keyframe every 4 s: pictures that came late or never. */
function trouble(left: Partial<RateRules> = {}): number {
  let pictures = 0;
  for (let n = 1; n <= 12; n++) {
    const world = new MediaWorld({ seed: n, rules: { ...ALL_RULES, ...left } });
    const rateKbit = (n <= 6 ? 400 : 680) + 20 * n;
    const viewer = world.join(`viewer ${n}`, {
      rateKbit,
      delayMs: 20 + 3 * n,
      queueBytes: 12_000,
      loss: 0.005,
    });
    world.run(5000);
    const from = viewer.shown.length;
    for (let round = 0; round < 5; round++) {
      world.run(4000);
      world.tracks.refresh(`viewer ${n}`);
    }
    const shown = viewer.shown.slice(from);
    pictures += shown.filter(({ age }) => age > 250).length + Math.max(0, 600 - shown.length);
  }
  return pictures;
}

Deno.test("2 Mbit/s, 100 ms, 2 % lost: pictures are young, none is missed for a second, and the path is used", () => {
  const { p50, p95, gap, fps, kbit } = worst(SLOW);
  assert.ok(p50 <= 120 && p95 <= 250, `p50 ${p50}, p95 ${p95} ms`);
  assert.ok(gap < 1000, `${gap} ms without a picture`);
  assert.ok(fps > 28 && kbit > 1200, `${fps} pictures a second, ${kbit} kbit/s`);
});

Deno.test("REMB, the delay and the loss are each for something: without one more pictures are late or missing", () => {
  const all = trouble();
  assert.ok(all < 1000, `${all} of 7,200 pictures`);
  for (const [rule, times] of [["remb", 1.3], ["delay", 1.3], ["loss", 4]] as const) {
    const without = trouble({ [rule]: false });
    assert.ok(without > all * times, `without ${rule} ${without}, with all ${all}`);
  }
});

Deno.test("without any of the rules a slow path is dead", () => {
  const world = new MediaWorld({
    rules: { remb: false, delay: false, loss: false, pacer: false, resendBudget: false },
  });
  const viewer = world.join("viewer", SLOW);
  world.run(5000);
  assert.ok(watch(world, viewer, 3000).fps < 1);
});

Deno.test("one packet in seven lost: what is sent again keeps all pictures", () => {
  const { fps, gap } = worst({ rateKbit: 4000, delayMs: 50, loss: 0.15 });
  assert.ok(fps > 25 && gap < 1500, `${fps} pictures a second, ${gap} ms without one`);
});

Deno.test("a fast path is used within 5 s, and again at once after a still screen", () => {
  const world = new MediaWorld();
  const viewer = world.join("viewer", FAST);
  world.run(5000);
  assert.ok(world.rates.main > 6_000_000, `${world.rates.main} bit/s`);
  world.still = true;
  world.run(30_000);
  world.still = false;
  const { kbit, p95 } = watch(world, viewer, 2000);
  assert.ok(kbit > 5500 && p95 < 30, `${kbit} kbit/s, p95 ${p95} ms`);
});

Deno.test("a step from 5 to 0.5 Mbit/s behind a queue of a second: the next whole picture within 2.5 s, and young ones 5 s later", () => {
  const world = new MediaWorld();
  const viewer = world.join("viewer", { rateKbit: 5000, delayMs: 20 });
  world.run(15_000);
  viewer.reshape({ rateKbit: 500 });
  const falling = watch(world, viewer, 5000);
  const after = watch(world, viewer, 10_000);
  assert.ok(falling.gap < 2500, `${falling.gap} ms without a picture`);
  assert.ok(after.p95 < 500 && after.gap < 1000, `p95 ${after.p95} ms, ${after.gap} ms without a picture`);
  assert.ok(world.rates.main < 500_000 && world.rates.main >= FLOOR);
});

Deno.test("encoders are told whole bits a second, whatever was measured", () => {
  const viewer = {
    target: 1_551_405.82,
    layer: "main",
    since: undefined,
    patience: 8000,
    movedAt: 0,
  } as const;
  const slow = { ...viewer, target: 200_000.4, layer: "small" } as const;
  assert.deepEqual(chooseLayers([{ ...viewer }, { ...slow }], { main: 1_500_000, small: 200_000 }, 1000), {
    main: 1_551_406,
    small: 200_001,
  });
});

Deno.test("a viewer that says nothing is sent less and less", () => {
  const world = new MediaWorld();
  const viewer = world.join("viewer", FAST);
  world.run(5000);
  viewer.onrtcp = null;
  world.run(12_000);
  assert.equal(world.rates.main, FLOOR);
});

Deno.test("a slow viewer gets the small layer and slows nobody; when its path is good again it comes back", () => {
  const world = new MediaWorld();
  const fast = world.join("fast", FAST);
  const slow = world.join("slow", { rateKbit: 1500, delayMs: 30 });
  world.run(8000);
  assert.ok(world.rates.small > 0, "the small layer is wanted");
  assert.equal(world.tracks.numbers("slow")!.layer, "small");
  const seen = watch(world, fast, 5000);
  assert.ok(seen.fps > 29 && seen.gap < 100 && seen.kbit > 5000, JSON.stringify(seen));
  const small = watch(world, slow, 5000);
  assert.ok(small.fps > 25 && small.p95 < 250, JSON.stringify(small));
  assert.ok(world.rates.main > 3 * world.rates.small);
  slow.reshape({ rateKbit: 0 });
  world.run(40_000);
  assert.equal(world.tracks.numbers("slow")!.layer, "main");
  assert.equal(world.rates.small, 0, "and nobody wants the small layer any more");
});

Deno.test("a screen that takes little: who can have it keeps the main layer, and who could not comes back when the path is good again", () => {
  const world = new MediaWorld();
  world.most = { main: 1_500_000, small: 600_000 };
  world.join("fast", FAST);
  world.join("enough", { rateKbit: 2500, delayMs: 30 });
  const slow = world.join("slow", { rateKbit: 500, delayMs: 30 });
  world.run(15_000);
  const layer = (name: string) => world.tracks.numbers(name)!.layer;
  assert.deepEqual([layer("fast"), layer("enough"), layer("slow")], ["main", "main", "small"]);
  const before = world.keyframes.length;
  world.run(30_000);
  assert.equal(layer("slow"), "small", "its path has no room for more");
  assert.ok(world.keyframes.length - before <= 6, `${world.keyframes.length - before} keyframes`);
  slow.reshape({ rateKbit: 0 });
  // Its rate rises by what it uses, so the first tries are too early.
  world.run(80_000);
  assert.equal(layer("slow"), "main");
});

Deno.test("one keyframe each 300 ms at most, however many viewers come and complain; a viewer that never stops gets one each two seconds", () => {
  const world = new MediaWorld();
  const viewers = Array.from({ length: 10 }, (_, n) => world.join(`viewer ${n}`, FAST));
  world.run(1000);
  assert.ok(world.keyframes.length <= 4, `${world.keyframes.length} keyframes for ten who come at once`);
  for (const viewer of viewers) assert.ok(viewer.shown.length > 10);
  const from = world.keyframes.length;
  for (let n = 0; n < 400; n++) {
    viewers[0]!.onrtcp!({ kind: "keyframe", about: world.tracks.video.ssrc });
    world.run(50);
  }
  const times = world.keyframes.map(({ at }) => at);
  for (const [index, at] of times.entries()) assert.ok(index === 0 || at - times[index - 1]! >= 300);
  assert.ok(
    world.keyframes.length - from <= 14,
    `${world.keyframes.length - from} keyframes in 20 s for one liar`,
  );
});

Deno.test("what a viewer asks for again is bounded by its rate, whatever it asks", () => {
  const world = new MediaWorld();
  const viewer = world.join("viewer", FAST);
  world.run(5000);
  viewer.remb = false;
  const rate = world.tracks.numbers("viewer")!.bitrate;
  const before = world.tracks.numbers("viewer")!.resent;
  const all = Array.from({ length: 65_536 }, (_, n) => n);
  for (let n = 0; n < 50; n++) {
    viewer.onrtcp!({ kind: "nack", about: world.tracks.video.ssrc, sequences: all });
    world.run(20);
  }
  const resent = (world.tracks.numbers("viewer")!.resent - before) * 1200 * 8;
  assert.ok(resent < rate * 0.7, `${resent} bits again in a second at ${rate} bit/s`);
});

Deno.test("a viewer that is not visible gets nothing, and a keyframe when it is again; without viewers nothing is wanted", () => {
  const world = new MediaWorld();
  const viewer = world.join("viewer", FAST);
  world.run(2000);
  world.tracks.show("viewer", { video: false, audio: false });
  assert.deepEqual(world.rates, { main: 0, small: 0 });
  assert.equal(watch(world, viewer, 1000).fps, 0);
  const { length } = world.keyframes;
  world.tracks.show("viewer", { video: true, audio: false });
  assert.ok(watch(world, viewer, 1000).fps > 25);
  assert.equal(world.keyframes.length, length + 1);
  world.tracks.remove("viewer");
  assert.deepEqual(world.rates, { main: 0, small: 0 });
  assert.equal(world.tracks.due(), Infinity);
});
