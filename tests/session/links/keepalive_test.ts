/** Heartbeats: how few an idle session needs, and what silence means. Simulated time. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { decodePacket, encodePacket } from "../../../frames/packet.ts";
import { Keepalive } from "../../../session/links/keepalive.ts";
import { type ModelViewer, type Path, World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);

async function joined(path: Path, seed = 1): Promise<{ world: World; viewer: ModelViewer }> {
  const world = new World(seed);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect(path);
  await world.run(1000);
  return { world, viewer };
}

const conversation = (world: World) => world.host.viewers.get("viewer0")!.conversation!;

/** Messages on `term` from each end so far. */
function sent(world: World): { host: number; viewer: number } {
  const { sent: viewer, received: host } = world.viewers[0]!.link!.stats().channels.term;
  return { host, viewer };
}

Deno.test("an idle link costs one exchange each 9 s, one that was used within 30 s one each 3 s", async () => {
  for (const delayMs of [1, 50, 400]) {
    const { world, viewer } = await joined({ delayMs });
    viewer.session.type(text("x"));
    await world.run(1000);
    const used = sent(world);
    await world.run(24_000);
    const then = sent(world);
    for (const end of ["host", "viewer"] as const) {
      assert.ok(then[end] - used[end] >= 7 && then[end] - used[end] <= 9, `${end}: ${then[end] - used[end]}`);
    }
    await world.run(20_000);
    const idle = sent(world);
    await world.run(900_000);
    const after = sent(world);
    for (const end of ["host", "viewer"] as const) {
      assert.ok(after[end] - idle[end] >= 95 && after[end] - idle[end] <= 101, `${after[end] - idle[end]}`);
    }
    assert.equal(viewer.session.linkRequests.fault(world.clock.now), null);
  }
});

Deno.test("an idle link that loses one packet in ten is not taken for dead in a day", async () => {
  const { world, viewer } = await joined({ delayMs: 150, loss: 0.1 });
  await world.run(60_000);
  let most = 0, late = 0;
  for (let at = 0; at < 24 * 3600; at++) {
    await world.run(1000);
    assert.equal(viewer.session.linkRequests.fault(world.clock.now), null, `after ${at} s`);
    most = Math.max(most, viewer.session.linkRequests.silentFor(world.clock.now));
    late += Number(conversation(world).late(world.clock.now) > 500);
  }
  assert.ok(most > 9000, "something was lost and asked for again");
  assert.ok(late < 0.05 * 24 * 3600, `the host found its viewer late in ${late} of 86,400 looks`);
});

Deno.test("a dead idle link is found within 13.5 s, and at the old pace nothing is asked of it for ever", async () => {
  const { world, viewer } = await joined({ delayMs: 50 });
  await world.run(60_000);
  world.viewers[0]!.link!.onmessage = () => {};
  const cut = world.clock.now;
  while (viewer.session.linkRequests.fault(world.clock.now) === null) await world.run(50);
  const took = world.clock.now - cut;
  assert.ok(took >= 4500 && took <= 13_500, `${took} ms`);
  const before = sent(world).viewer;
  await world.run(60_000);
  assert.ok(sent(world).viewer - before <= 22, `${sent(world).viewer - before} in a minute`);
});

Deno.test("a key typed into an idle link is judged by the 2 s rule, not by the silence before it", async () => {
  for (const before of [500, 2500, 5000, 8000, 8800]) {
    const { world, viewer } = await joined({ delayMs: 150 });
    await world.run(60_000);
    while (Math.abs(viewer.session.linkRequests.silentFor(world.clock.now) - before) > 60) {
      await world.run(50);
    }
    viewer.session.type(text("x"));
    for (let ms = 0; ms < 400; ms += 10) {
      await world.run(10);
      assert.equal(viewer.session.linkRequests.fault(world.clock.now), null, `${ms} ms after the key`);
    }
    viewer.link!.onmessage = () => {};
    viewer.session.type(text("y"));
    await world.run(1900);
    assert.equal(viewer.session.linkRequests.fault(world.clock.now), null);
    await world.run(200);
    assert.notEqual(viewer.session.linkRequests.fault(world.clock.now), null);
  }
});

Deno.test("a host whose command ends in an idle session waits for its viewer, and not for one that is gone", async () => {
  for (const gone of [false, true]) {
    const { world, viewer } = await joined({ delayMs: 100 });
    await world.run(60_000);
    while (viewer.session.linkRequests.silentFor(world.clock.now) < 8000) await world.run(50);
    if (gone) {
      viewer.stopped = true;
      viewer.link!.onmessage = () => {};
    }
    world.print(text("the last words"));
    world.host.exit({ code: 3, signal: 0 });
    const ended = world.clock.now;
    assert.equal(world.host.allDone, false);
    while (!world.host.allDone) await world.run(10);
    const took = world.clock.now - ended;
    if (gone) assert.ok(took <= 3600, `waited ${took} ms for nobody`);
    else assert.deepEqual([viewer.exit?.code, took < 1000], [3, true]);
  }
});

Deno.test("an end that knows no idle links, speaks each 3 s and bears 7.5 s, hears a word each 3 s", async () => {
  const { world, viewer } = await joined({ delayMs: 50 });
  await world.run(60_000);
  // As it was: an `Ack` 3 s after the last one, and no answers.
  viewer.stopped = true;
  const link = viewer.link!;
  const heard: number[] = [];
  link.onmessage = (_channel, bytes) => {
    heard.push(world.clock.now);
    assert.deepEqual(decodePacket(bytes).frames.map(({ type }) => type), ["InputAck"]);
  };
  for (let beat = 0; beat < 40; beat++) {
    const header = viewer.session.conversation!.path.header(world.clock.now, true);
    const frames = [{ type: "OutputAck", have: 0, gen: 1, sack: [] }] as const;
    link.send("term", encodePacket({ header, frames }));
    await world.run(3000);
  }
  const gaps = heard.slice(1).map((at, i) => at - heard[i]!);
  assert.ok(
    Math.max(...gaps) <= 3000 && heard.length <= 42,
    `${heard.length} words, ${Math.max(...gaps)} ms`,
  );
});

Deno.test("property: an end speaks within 9 s of its last word, and what answers is never answered", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    what: fc.constantFrom("used", "heard", "sent"),
  });
  fc.assert(fc.property(fc.array(step), fc.integer({ min: 1, max: 3000 }), (steps, srtt) => {
    const pulse = new Keepalive(0);
    let now = 0, sentAt = 0, heardAt = 0;
    for (const { wait, what } of steps) {
      now += wait;
      if (what === "used") pulse.used(now);
      else if (what === "sent") pulse.sent(sentAt = now);
      else heardAt = now;
      const due = pulse.due(heardAt);
      assert.ok(due > sentAt && due <= sentAt + 9000, `due ${due - sentAt} ms after the last word`);
      // Who has just asked, and hears within two round trips, does not answer.
      if (now - sentAt < Math.max(2000, 2 * srtt)) assert.equal(pulse.answers(srtt, now), false);
      // Nothing is late before 3 s, whatever was idle or used before.
      if (now - heardAt <= 3000) assert.ok(pulse.late(heardAt, now) <= 0);
    }
  }));
});
