import assert from "node:assert/strict";
import { LossMeter } from "../../../session/links/loss_meter.ts";
import { health } from "../../../session/links/health.ts";
import { OUTAGE_SPAN, Outages } from "../../../session/links/outages.ts";
import { RateMeter } from "../../../session/links/rate.ts";
import { viewerNumbers } from "../../../session/stats.ts";
import { World } from "../world.ts";

const FINE = { loss: 0, smoothed: 300, least: 300, jitter: 0, outages: 0 };

Deno.test("health: a long way that is steady is healthy, and each symptom alone brings it down as far as it should", () => {
  assert.equal(health(FINE), 100);
  assert.equal(health({ ...FINE, loss: 0.33 }), 50);
  assert.equal(health({ ...FINE, loss: 0.9 }), 0);
  assert.equal(health({ ...FINE, smoothed: 450 }), 50);
  assert.equal(health({ ...FINE, jitter: 60 }), 50);
  assert.equal(health({ ...FINE, outages: 5000 }), 50);
  assert.equal(health({ ...FINE, outages: 60_000 }), 0);
  assert.equal(health({ ...FINE, loss: 0.33, jitter: 60 }), 25, "they multiply");
  // The least is older than the smoothed one.
  assert.equal(health({ ...FINE, smoothed: 250 }), 100);
});

Deno.test("rates: the last two seconds and the mean, from the first message on, and after a long pause", () => {
  const meter = new RateMeter(1000);
  assert.deepEqual([meter.now(1000), meter.mean(1000)], [0, 0]);
  for (let ms = 1000; ms < 5000; ms += 10) meter.add(100, ms);
  assert.ok(Math.abs(meter.now(5000) - 10_000) < 600, `${meter.now(5000)}`);
  assert.equal(meter.mean(5000), 10_000);
  assert.equal(meter.now(8000), 0, "nothing of late");
  assert.equal(meter.mean(9000), 5000);
  meter.add(500, 1e9);
  assert.equal(Math.round(meter.now(1e9)), 250);
});

Deno.test("outages: only what lies within the last minute counts, and what is remembered is bounded", () => {
  const outages = new Outages();
  outages.add(4000, 10_000);
  assert.equal(outages.within(10_000), 4000);
  assert.equal(outages.within(8000 + OUTAGE_SPAN), 2000, "the half of it that is not too old");
  assert.equal(outages.within(10_000 + OUTAGE_SPAN), 0);
  for (let i = 0; i < 100; i++) outages.add(10, 100_000 + i);
  assert.equal(outages.within(100_100), 640);
});

Deno.test("health and throughput of a session: a cut of 3 s shows, and a minute later it is forgotten", async () => {
  const world = new World(21);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20, loss: 1e-9 });
  const type = async (keys: number) => {
    for (let key = 0; key < keys; key++) {
      viewer.session.type(new Uint8Array([0x61]));
      await world.run(125);
    }
  };
  const link = () => viewerNumbers(viewer.session, world.clock.now).link!;
  assert.equal(link().health, null, "nothing is known yet");
  await type(40);
  assert.ok(link().health! >= 95, `${link().health}`);
  const { in: received, out } = link().throughput;
  assert.ok(received.now > 50 && received.mean > 50 && out.now > 100, JSON.stringify(link().throughput));
  world.cut = true;
  await type(24);
  world.cut = false;
  await type(16);
  assert.ok(link().health! > 20 && link().health! < 80, `${link().health}`);
  await type(8 * 65);
  assert.ok(link().health! >= 95, `${link().health}`);
});

Deno.test("a liar's counts of what arrived, which fall, make no loss above all of it", () => {
  const meter = new LossMeter();
  meter.report(100, 100);
  meter.report(200, 0);
  assert.equal(meter.loss, 1);
  assert.equal(meter.long, 1);
});
