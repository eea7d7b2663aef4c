/** Grants that change while keys are on their way, over a path that loses and reorders: nothing of the muted, everything of a writer. */
import assert from "node:assert/strict";
import { grantOf, may } from "../../../session/roster/grant.ts";
import { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import { SessionTimer } from "../../../session/runtime/session_timer.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { Clock, seeded } from "../world.ts";
import { pass, runtimeClock } from "./simulated_clock.ts";

const CHANGES = 1000;
/** ms one way; a change is often shorter than that. */
const WAY = 15;

/** What one viewer typed and what of it the program got, each piece with a number of its own. */
class World implements Disposable {
  readonly clock = new Clock();
  readonly random: () => number;
  readonly got: number[] = [];
  readonly wrong: string[] = [];
  readonly runtime: HostRuntime;
  readonly viewer: ViewerSession;
  readonly #timer: SessionTimer;
  /** The program reads nothing until it settles. */
  busy: Promise<void> | undefined;
  #typed = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    const { clock, random } = this;
    const screen = { data: new Uint8Array(), line: 0, era: 0, cols: 80, rows: 24 };
    this.runtime = new HostRuntime(
      {
        type: (bytes) => this.#type(bytes),
        snapshot: () => Promise.resolve({ version: 0, ...screen }),
        lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
        picture: () => Promise.resolve(undefined),
        log: () => {},
        windowChanged: () => {},
      },
      { cols: 80, rows: 24, singleChannel: false },
      runtimeClock(clock),
    );
    this.viewer = new ViewerSession(
      {
        now: () => clock.now,
        show: () => Promise.resolve(),
        replace: () => Promise.resolve(),
        welcomed: () => {},
        history: () => {},
        notice: () => {},
        exited: () => {},
        dismissed: () => {},
        changed: () => this.#timer.changed(),
        log: () => {},
      },
      { name: "ada", singleChannel: false, lateTimers: false },
      { cols: 80, rows: 24 },
    );
    this.#timer = new SessionTimer(this.viewer, runtimeClock(clock));
    const schedule = (ms: number, run: () => void) => clock.schedule(ms, run);
    const path = { delayMs: WAY, loss: 0.1, reorder: 0.1, duplicate: 0.05 };
    const [atHost, atViewer] = memoryLinkPair({ ...path, random, schedule });
    this.runtime.join({ peer: "ada", name: "Ada", role: "write" }, { close: () => {} });
    this.runtime.attach("ada", atHost);
    this.viewer.attach(atViewer);
  }

  /** The program's terminal: sometimes it accepts slowly, so that what came waits. */
  #type(bytes: Uint8Array): Promise<void> | void {
    if (!may(this.runtime.member("ada")!.grant, "type")) {
      this.wrong.push(`muted, and ${bytes.length} bytes came`);
    }
    for (let at = 0; at < bytes.length; at += 3) {
      this.got.push(bytes[at]! * 65_536 + bytes[at + 1]! * 256 + bytes[at + 2]!);
    }
    if (this.busy) return this.busy;
    if (this.random() >= 0.3) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.clock.schedule(this.random() * 20, resolve);
    return promise;
  }

  /** How many numbers were typed. */
  get typed(): number {
    return this.#typed;
  }

  /** Types the next number, in three bytes. */
  type(): number {
    const n = this.#typed++;
    this.viewer.type(Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255));
    return n;
  }

  grant(role: "write" | "view"): void {
    assert.ok(this.runtime.grant("ada", grantOf(role)));
  }

  async run(ms: number): Promise<void> {
    await pass(this.clock, ms);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.runtime[Symbol.dispose]();
  }
}

Deno.test("grants that change a thousand times: nothing of a muted viewer comes to the program, nothing of a writer is lost", async () => {
  using world = new World(7);
  await world.run(300);
  const kept: number[] = [];
  let writing = true;
  for (let change = 0; change < CHANGES; change++) {
    for (let keys = 0; keys < 4; keys++) {
      world.type();
      await world.run(world.random() * 12);
    }
    writing = !writing;
    world.grant(writing ? "write" : "view");
    // Now and then a writer stays one until its keys have come: of those none may be missing.
    if (!writing || change % 10 !== 9) continue;
    await world.run(500);
    assert.equal(world.viewer.role, "write");
    for (let keys = 0; keys < 20; keys++) kept.push(world.type());
    for (let waited = 0; world.viewer.unsent > 0; waited += 20) {
      assert.ok(waited < 5000, "what a writer typed was not acknowledged");
      await world.run(20);
    }
  }
  assert.deepEqual(world.wrong, []);
  const got = new Set(world.got);
  assert.deepEqual(kept.filter((n) => !got.has(n)), []);
  assert.ok(kept.length >= 900, `${kept.length}`);
  // Once, and in order.
  assert.deepEqual(world.got, [...got].sort((one, other) => one - other));
  // The test would see nothing if all or nothing came.
  assert.ok(world.got.length > kept.length && world.got.length < world.typed, `${world.got.length}`);
});

Deno.test("what had come and waited when its viewer was muted stays away, though the viewer may type again", async () => {
  using world = new World(3);
  await world.run(300);
  for (let round = 0; round < 50; round++) {
    const busy = Promise.withResolvers<void>();
    world.busy = busy.promise;
    const first = world.type();
    await world.run(400);
    // The first is with the program, which reads no more: this one waits behind it.
    const waits = world.type();
    await world.run(400);
    world.grant("view");
    world.grant("write");
    world.busy = undefined;
    busy.resolve();
    await world.run(400);
    const after = world.type();
    await world.run(400);
    const got = new Set(world.got);
    assert.deepEqual([first, waits, after].map((n) => got.has(n)), [true, false, true], `round ${round}`);
  }
});
