/** A viewer through the object that a terminal and a page hold, in simulated time: links that go, words for its person, and one end. */
import assert from "node:assert/strict";
import { grantOf } from "../../../session/roster/grant.ts";
import { type Ended, ViewerRuntime } from "../../../session/runtime/viewer_runtime.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { World } from "../world.ts";
import { pass, runtimeClock } from "./simulated_clock.ts";

/** A viewer of a host whose timer runs too; the host's links are attached by `link`. */
function join(seed = 1) {
  const world = new World(seed);
  const { clock } = world;
  const hostTimer = () => {
    world.host.poll();
    clock.schedule(2, hostTimer);
  };
  hostTimer();
  const quiet: (string | null)[] = [];
  const renewed: string[] = [];
  const ends: Ended[] = [];
  const seen = { gone: undefined as string | undefined, welcomes: 0 };
  const runtime: ViewerRuntime = new ViewerRuntime(
    {
      show: () => Promise.resolve(),
      replace: () => Promise.resolve(),
      welcomed: () => seen.welcomes++,
      notice: () => {},
      quiet: (words) => quiet.push(words),
      ended: (ended) => ends.push(ended),
      log: () => {},
    },
    { name: "ada", singleChannel: false, lateTimers: false },
    { cols: 80, rows: 24 },
    runtimeClock(clock),
  );
  const follow = () =>
    runtime.follow({
      renew: ({ why, moved }) =>
        void renewed.push(`${Math.round(clock.now)} ${why}${moved ? " (moved)" : ""}`),
      gone: (silence) => silence > 20_000 ? seen.gone : undefined,
    });
  const member = { peer: "ada", grant: grantOf("write") };
  const link = () => {
    const [host, viewer] = memoryLinkPair({
      delayMs: 10,
      random: () => 1,
      schedule: (ms, run) => clock.schedule(ms, run),
    });
    world.host.attach(member, host);
    runtime.attach(viewer);
    return { host, viewer };
  };
  return { world, runtime, quiet, renewed, ends, seen, follow, link, run: (ms: number) => pass(clock, ms) };
}

const why = (line: string) => line.replace(/^\d+ /, "");

Deno.test("a link that is gone: another is asked for, every 3 s, and the person is told since when; all is well with the next", async () => {
  const viewer = join();
  using runtime = viewer.runtime;
  viewer.follow();
  const first = viewer.link();
  await viewer.run(3000);
  assert.deepEqual([viewer.quiet, viewer.renewed], [[], []]);
  await first.viewer.close();
  await viewer.run(7000);
  assert.deepEqual(viewer.renewed.map(why), ["the link is gone", "the link is gone", "the link is gone"]);
  assert.match(viewer.quiet.join(), /^last heard 2 s ago, reconnecting,last heard 3 s ago/);
  viewer.link();
  await viewer.run(200);
  assert.equal(viewer.quiet.at(-1), null);
  assert.equal(viewer.seen.welcomes, 2);
  assert.equal(runtime.role, "write");
});

Deno.test("while somebody has to do something first nothing is wrong, until there is a link", async () => {
  const viewer = join();
  using runtime = viewer.runtime;
  viewer.follow();
  runtime.wait("the host has to approve");
  await viewer.run(10_000);
  assert.deepEqual([viewer.quiet, viewer.renewed], [["Waiting: the host has to approve"], []]);
  // The link came up, and dies before the host has said a word on it.
  const { viewer: dead } = viewer.link();
  dead.onmessage = null;
  await dead.close();
  await viewer.run(4000);
  assert.deepEqual(viewer.renewed.map(why).slice(0, 1), ["the link is gone"]);
});

Deno.test("an address that changed and a page that comes back ask at once; a link that was just heard is not doubted", async () => {
  const viewer = join();
  using runtime = viewer.runtime;
  viewer.follow();
  const { host } = viewer.link();
  await viewer.run(500);
  runtime.moved();
  assert.deepEqual(viewer.renewed.map(why), ["our address changed (moved)"]);
  host.onmessage = () => {};
  // The host says nothing from now on.
  viewer.world.host.remove("ada");
  await viewer.run(1000);
  runtime.suspect("the page is seen again");
  assert.deepEqual(viewer.renewed.map(why).slice(1), ["the page is seen again"]);
});

Deno.test("it ends once, with what came first: lost, then nothing more", async () => {
  const viewer = join();
  using runtime = viewer.runtime;
  viewer.follow();
  const { viewer: link } = viewer.link();
  await viewer.run(500);
  viewer.seen.gone = "The host is gone";
  await link.close();
  await viewer.run(19_000);
  assert.deepEqual(viewer.ends, []);
  await viewer.run(2000);
  assert.deepEqual(viewer.ends, [{ kind: "lost", why: "The host is gone" }]);
  runtime.leave();
  assert.equal(viewer.ends.length, 1);
  const asked = viewer.renewed.length;
  await viewer.run(10_000);
  assert.equal(viewer.renewed.length, asked, "who has left asks for no link");
});

Deno.test("a stream that is opened before the first link reaches the host's service, outlives links, and ends with the session", async () => {
  const viewer = join();
  const { runtime, world } = viewer;
  const came: number[] = [];
  world.host.services.set("test", (stream, head) => {
    came.push(...head);
    stream.onreadable = () => came.push(...stream.read(100)!);
  });
  const stream = runtime.open("test", Uint8Array.of(1))!;
  let closed: unknown;
  stream.onclosed = (reason) => closed = reason;
  stream.write(Uint8Array.of(2));
  const first = viewer.link();
  await viewer.run(500);
  await first.viewer.close();
  viewer.link();
  stream.write(Uint8Array.of(3));
  await viewer.run(500);
  assert.deepEqual(came, [1, 2, 3]);
  assert.equal(closed, undefined);
  runtime.leave();
  assert.deepEqual(closed, { code: "session", message: "left" });
  assert.equal(runtime.open("test", Uint8Array.of(4)), null);
});
