import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { type Clock, World } from "../world.ts";

/** From now on what this end sends takes `ms` longer: TCP that waits for its timer. Returns what ends that. */
function hold(link: Link, clock: Clock, ms: number): () => void {
  const send = link.send.bind(link);
  link.send = (channel, message) => {
    const copy = message.slice();
    clock.schedule(ms, () => send(channel, copy));
    return true;
  };
  return () => {
    link.send = send;
  };
}

Deno.test("a paste while the session moves to another link: what the old one had on its way counts, and the rest goes", async () => {
  for (let delayMs = 50; delayMs <= 180; delayMs += 10) {
    const world = new World(delayMs);
    const viewer = world.viewer();
    await viewer.connect({ delayMs });
    await world.run(3000);
    const typed = Uint8Array.from({ length: 60_100 }, (_, i) => i & 255);
    viewer.session.type(typed.subarray(0, 100));
    await world.run(1);
    viewer.session.type(typed.subarray(100));
    await world.run(1);
    await viewer.connect({ delayMs: 50 }, true);
    await world.run(5000);
    assert.deepEqual([delayMs, world.typed.length], [delayMs, typed.length]);
    assert.deepEqual(world.typed, typed);
  }
});

Deno.test("a viewer whose newer link reaches the host, but brings nothing back: both go on on the one before as soon as that is back", async () => {
  for (let back = 0; back <= 2000; back += 100) {
    const world = new World(back);
    world.onTyped = (bytes) => world.print(bytes);
    const viewer = world.viewer();
    const type = (text: string) => viewer.session.type(new TextEncoder().encode(text));
    const shown = () => new TextDecoder().decode(viewer.screen);
    // What may be lost is lost in the cut.
    await viewer.connect({ delayMs: 5, loss: 1e-9 });
    await world.run(1000);
    world.cut = true;
    type("a");
    await world.run(3000);

    const { host: atHost } = viewer.open({ delayMs: 5, lossy: false });
    hold(atHost, world.clock, 6000);
    await world.run(back);
    world.cut = false;
    await world.run(1000);
    assert.equal(shown(), "a");
    type("b");
    await world.run(50);
    assert.equal(shown(), "ab");
    // What stood there comes at last, and with it the change.
    await world.run(6000);
    type("c");
    await world.run(6100);
    type("d");
    await world.run(6100);
    assert.equal(shown(), "abcd", `back after ${back} ms`);
    assert.equal(world.host.viewers.get(viewer.peer)!.link, atHost);
  }
});

Deno.test("what a viewer said before it moved to another link, and comes long after, calls nobody back", async () => {
  const world = new World(1);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 5, lossy: false });
  await world.run(1000);
  hold(viewer.link!, world.clock, 1000);
  viewer.session.type(new TextEncoder().encode("a"));
  await world.run(100);
  await viewer.connect({ delayMs: 5 }, true);
  await world.run(1100);
  world.print(new TextEncoder().encode("b"));
  await world.run(20);
  assert.equal(new TextDecoder().decode(viewer.screen), "ab");
});

Deno.test("the newer link ends while the viewer is on the older one: the host goes on there at once, and the next link is greeted", async () => {
  const world = new World(1);
  world.onTyped = (bytes) => world.print(bytes);
  const viewer = world.viewer();
  const type = (text: string) => viewer.session.type(new TextEncoder().encode(text));
  const shown = () => new TextDecoder().decode(viewer.screen);
  const first = viewer.open({ delayMs: 5 }).host;
  await world.run(1000);
  const second = viewer.open({ delayMs: 5 }).host;
  hold(second, world.clock, 60_000);
  await world.run(100);
  await second.close();
  await world.run(20);
  world.print(new TextEncoder().encode("a"));
  await world.run(20);
  assert.equal(shown(), "a");
  const third = viewer.open({ delayMs: 5 }).host;
  hold(third, world.clock, 60_000);
  await world.run(100);
  await third.close();
  const fourth = viewer.open({ delayMs: 100 }).host;
  type("b");
  await world.run(500);
  assert.equal(world.host.viewers.get(viewer.peer)!.link, fourth);
  await first.close();
  await world.run(10);
  type("c");
  await world.run(250);
  assert.equal(shown(), "abc");
});

Deno.test("a viewer that types nothing brings the host over to the link on which it was welcomed late", async () => {
  for (let late = 400; late <= 2800; late += 400) {
    const world = new World(late);
    const viewer = world.viewer();
    const shown = () => new TextDecoder().decode(viewer.screen);
    viewer.open({ delayMs: 5 });
    await world.run(1000);
    const newer = viewer.open({ delayMs: 5 }).host;
    const release = hold(newer, world.clock, late);
    await world.run(350);
    viewer.session.type(new TextEncoder().encode("a"));
    await world.run(late - 300);
    release();
    world.print(new TextEncoder().encode("b"));
    await world.run(20);
    assert.equal(shown(), "b", `welcomed after ${late} ms`);
    assert.equal(world.host.viewers.get(viewer.peer)!.link, newer);
  }
});

Deno.test("a viewer that has nothing to say on the older link, where it stays, is asked there", async () => {
  for (const pause of [3500, 40_000]) {
    const world = new World(pause);
    const viewer = world.viewer("view");
    viewer.open({ delayMs: 5 });
    await world.run(pause);
    hold(viewer.open({ delayMs: 5 }).host, world.clock, 6000);
    await world.run(20);
    world.print(new TextEncoder().encode("a"));
    await world.run(400);
    assert.equal(new TextDecoder().decode(viewer.screen), "a", `after ${pause} ms`);
  }
});

Deno.test("a viewer that was welcomed on no link is asked for a while only: it must find out, and ask for another", async () => {
  const world = new World(1);
  const viewer = world.viewer();
  const late = viewer.open({ delayMs: 5 }).host;
  const release = hold(late, world.clock, 60_000);
  await world.run(500);
  const next = viewer.open({ delayMs: 5 }).host;
  hold(next, world.clock, 60_000);
  await world.run(500);
  await next.close();
  const sent = () => late.stats().channels.term.sent;
  release();
  await world.run(10_000);
  const before = sent();
  await world.run(20_000);
  assert.equal(sent(), before);
});

Deno.test("a window that a viewer told on the link where it stays is known when the host is back there", async () => {
  const world = new World(1);
  const viewer = world.viewer();
  viewer.open({ delayMs: 5 });
  await world.run(1000);
  const newer = viewer.open({ delayMs: 5 }).host;
  hold(newer, world.clock, 60_000);
  await world.run(100);
  viewer.session.resize({ cols: 100, rows: 50 });
  await world.run(100);
  await newer.close();
  await world.run(100);
  assert.deepEqual(world.host.viewers.get(viewer.peer)!.window, { cols: 100, rows: 50 });
});
