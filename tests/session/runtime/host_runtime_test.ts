/** A host and its viewers through the objects that commands hold, in simulated time. */
import assert from "node:assert/strict";
import type { Role } from "../../../frames/link_frames.ts";
import { grantOf, NOTHING } from "../../../session/roster/grant.ts";
import { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { Clock } from "../world.ts";
import { pass, runtimeClock } from "./simulated_clock.ts";

const text = (words: string) => new TextEncoder().encode(words);
const words = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A runtime on the simulated clock, with what it typed and told. */
function host() {
  const clock = new Clock();
  const run = (ms: number) => pass(clock, ms);
  const story: string[] = [];
  let typed = "";
  const world = { clock, story, run, typed: () => typed, taking: undefined as Promise<void> | undefined };
  const runtime: HostRuntime = new HostRuntime(
    {
      type: (bytes) => {
        typed += words(bytes);
        return world.taking;
      },
      snapshot: () =>
        Promise.resolve({
          version: runtime.session.version,
          data: new Uint8Array(),
          line: 0,
          era: 0,
          cols: 80,
          rows: 24,
        }),
      lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
      picture: () => Promise.resolve(undefined),
      log: () => {},
      windowChanged: () => {},
    },
    { cols: 80, rows: 24, singleChannel: false },
    runtimeClock(clock),
  );
  runtime.listen({
    joined: ({ peer, name }) => story.push(`${peer} (${name}) joined`),
    linked: ({ peer }) => story.push(`${peer} linked`),
    left: ({ peer }, why) => story.push(`${peer} left: ${why}`),
  });
  return Object.assign(world, { runtime });
}

/** A viewer that the runtime lets in, over a link with a way of 10 ms. */
function viewer({ clock, runtime, story }: ReturnType<typeof host>, peer: string, role: Role) {
  const link = () =>
    memoryLinkPair({
      delayMs: 10,
      random: () => 1,
      schedule: (ms: number, run: () => void) => clock.schedule(ms, run),
    });
  const [atHost, atViewer] = link();
  let shown = "";
  const told: string[] = [];
  const session: ViewerSession = new ViewerSession(
    {
      now: () => clock.now,
      show: (bytes) => {
        shown += words(bytes);
        return Promise.resolve();
      },
      replace: () => Promise.resolve(),
      welcomed: ({ role }) => told.push(`may ${role}`),
      history: () => {},
      notice: (line) => told.push(line),
      granted: (role) => told.push(`may ${role} now`),
      exited: ({ code }) => told.push(`exited with ${code}`),
      dismissed: (why) => {
        told.push(`dismissed: ${why}`);
        story.push(`${peer} heard: ${why}`);
      },
      changed: () => clock.schedule(0, () => session.poll()),
      log: () => {},
    },
    { name: peer, singleChannel: false, lateTimers: false },
    { cols: 80, rows: 24 },
  );
  runtime.join({ peer, name: peer.toUpperCase(), role }, {
    close: (why) => {
      story.push(`${peer} is closed: ${why}`);
      void atHost.close(why);
      runtime.leave(peer, why);
    },
  });
  runtime.attach(peer, atHost);
  session.attach(atViewer);
  const relink = () => {
    const [atHost, atViewer] = link();
    runtime.attach(peer, atHost);
    session.attach(atViewer);
  };
  return { session, told, shown: () => shown, relink, atHost, atViewer };
}

Deno.test("a grant that changes counts from the next key on; the viewer's program is told at once, and on each new link", async () => {
  const world = host();
  using runtime = world.runtime;
  const writer = viewer(world, "ada", "write");
  await world.run(100);
  writer.session.type(text("a"));
  await world.run(100);
  assert.ok(runtime.grant("ada", grantOf("view")));
  writer.session.type(text("b"));
  await world.run(300);
  assert.equal(world.typed(), "a");
  // What was dropped counts as taken, so nobody waits for it.
  assert.equal(writer.session.unsent, 0);
  assert.deepEqual(writer.told, [
    "may write",
    "may view now",
    "The host lets you only watch now: what you type goes nowhere",
  ]);
  assert.ok(runtime.grant("ada", grantOf("write")));
  await world.run(15);
  assert.deepEqual(writer.told.slice(3), ["may write now", "The host lets you type now"]);
  writer.session.type(text("c"));
  await world.run(300);
  assert.equal(world.typed(), "ac");
  runtime.grant("ada", grantOf("view"));
  writer.relink();
  await world.run(300);
  assert.equal(writer.session.role, "view");
  assert.deepEqual(writer.told.slice(5), [
    "may view now",
    "The host lets you only watch now: what you type goes nowhere",
    "may view",
  ]);
  assert.ok(!runtime.grant("nobody", grantOf("write")));
});

Deno.test("what a viewer typed before it lost its grant, and the program has not taken, never reaches it", async () => {
  const world = host();
  using runtime = world.runtime;
  const writer = viewer(world, "ada", "write");
  await world.run(100);
  const busy = Promise.withResolvers<void>();
  world.taking = busy.promise;
  writer.session.type(text("first"));
  await world.run(100);
  // The first is with the program, the second waits behind it.
  writer.session.type(text("second"));
  await world.run(1000);
  assert.equal(world.typed(), "first");
  runtime.grant("ada", grantOf("view"));
  busy.resolve();
  await world.run(1000);
  assert.equal(world.typed(), "first");
  assert.equal(writer.session.unsent, 0);
});

Deno.test("who is shown out hears why, types nothing more, gets nothing more, and its links close", async () => {
  const world = host();
  using runtime = world.runtime;
  const out = viewer(world, "eve", "write");
  const stays = viewer(world, "ada", "view");
  await world.run(100);
  out.session.type(text("x"));
  await world.run(100);
  assert.ok(runtime.kick("eve", "enough for today"));
  // On its way while it is shown out.
  out.session.type(text("y"));
  runtime.session.output(text("secret"));
  await world.run(1500);
  assert.equal(world.typed(), "x");
  assert.deepEqual([out.shown(), stays.shown()], ["", "secret"]);
  assert.equal(out.told.at(-1), "dismissed: enough for today");
  // It has heard why before its links close.
  assert.deepEqual(world.story.slice(-3), [
    "eve heard: enough for today",
    "eve is closed: enough for today",
    "eve left: enough for today",
  ]);
  assert.deepEqual([...runtime.members].map(({ peer }) => peer), ["ada"]);
  assert.equal((await out.atViewer.closed).reason, "remote");
  // A link that comes all the same is not taken.
  out.relink();
  assert.equal(runtime.present, 1);
  assert.ok(!runtime.kick("eve", "again"));
});

Deno.test("one whose link is away is shown out at once, and a grant of nothing shows out too", async () => {
  const world = host();
  using runtime = world.runtime;
  const away = viewer(world, "eve", "write");
  await world.run(100);
  await away.atHost.close();
  await world.run(10);
  runtime.grant("eve", NOTHING);
  await world.run(10);
  assert.equal(world.story.at(-1), "eve left: the host took its grant back");
});

Deno.test("the end settles when all who are heard have shown it; one that fell silent is not waited for long", async () => {
  const world = host();
  using runtime = world.runtime;
  const one = viewer(world, "ada", "write");
  await world.run(100);
  runtime.session.output(text("bye"));
  let over = false;
  void runtime.end({ code: 3, signal: 0 }).then(() => over = true);
  assert.ok(!over);
  await world.run(200);
  assert.deepEqual([one.shown(), one.told.at(-1), over], ["bye", "exited with 3", true]);

  const other = host();
  using silent = other.runtime;
  const lost = viewer(other, "eve", "write");
  await other.run(100);
  lost.atViewer.onmessage = () => {};
  lost.session.leave = () => {};
  let ended = false;
  void silent.end({ code: 0, signal: 0 }).then(() => ended = true);
  for (let waited = 0; !silent.session.allDone; waited += 10) {
    assert.ok(waited < 60_000 && !ended);
    await other.run(10);
  }
  await other.run(260);
  assert.ok(ended);
});
