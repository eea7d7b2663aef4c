/**
 * How long a key waits for its echo where a link is cut, dies, or its viewer moves, and a link is changed while somebody types: in simulated time, with
 * what `transport/` does reduced to its round trips (the relay half of one after it was asked for, WebRTC eight).
 */
import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { Gate } from "../gate.ts";
import { type ModelViewer, World } from "../world.ts";

/** How often a leaf looks at its link, ms. */
const LOOK = 100;
/** What was measured before links were chosen in one place; no slower than this, but for the steps in which we look; ms. */
const SLACK = 10;
const FOR_GOOD = 3_600_000;
const RTTS = [10, 100, 300] as const;

interface Way {
  readonly host: Link;
  readonly viewer: Link;
  readonly gates: readonly [fromHost: Gate, fromViewer: Gate];
}

class Scene {
  readonly world: World;
  readonly viewer: ModelViewer;
  readonly ways: Way[] = [];
  askedAt: number | undefined;

  private constructor(private readonly rtt: number) {
    this.world = new World(rtt);
    this.viewer = this.world.viewer();
    this.world.onTyped = (bytes) => this.world.print(bytes);
  }

  /** With a direct link that has been used for a while. */
  static async begin(rtt: number): Promise<Scene> {
    const scene = new Scene(rtt);
    scene.open(true);
    await scene.pass(5000);
    return scene;
  }

  open(direct: boolean): Way {
    const { host, viewer } = this.viewer.open({ lossy: direct, delayMs: this.rtt / 2 });
    const { clock } = this.world;
    const way: Way = { host, viewer, gates: [new Gate(host, clock), new Gate(viewer, clock)] };
    this.ways.push(way);
    return way;
  }

  request(): void {
    const { clock } = this.world;
    if (this.askedAt !== undefined) return;
    this.askedAt = clock.now;
    clock.schedule(0.5 * this.rtt, () => this.open(false));
    clock.schedule(8 * this.rtt, () => this.open(true));
  }

  async pass(ms: number, asks = false): Promise<void> {
    const { clock } = this.world;
    for (const end = clock.now + ms; clock.now < end;) {
      await this.world.run(Math.min(5, end - clock.now));
      if (asks && clock.now % LOOK < 5 && this.viewer.session.linkRequests.due(clock.now)) this.request();
    }
  }

  type(text: string): void {
    this.viewer.session.type(new TextEncoder().encode(text));
  }

  shows(text: string): boolean {
    return new TextDecoder().decode(this.viewer.screen) === text;
  }

  /** Whether both ends are on this link, as it was opened. */
  on(index: number): boolean {
    const way = this.ways[index];
    return way !== undefined && way.viewer === this.viewer.session.conversation?.link &&
      way.host === this.world.host.viewers.get(this.viewer.peer)?.link;
  }

  async until(done: () => boolean): Promise<number> {
    const from = this.world.clock.now;
    while (!done()) {
      await this.pass(5, true);
      assert.ok(this.world.clock.now - from < 30_000, "it never came");
    }
    return this.world.clock.now - from;
  }
}

/** Runs `measure` for each round trip, and compares with `most`. */
async function within(most: readonly number[], measure: (scene: Scene, rtt: number) => Promise<number>) {
  for (const [i, rtt] of RTTS.entries()) {
    const took = await measure(await Scene.begin(rtt), rtt);
    assert.ok(took <= most[i]! + SLACK, `${rtt} ms of round trip: ${took} ms, not ${most[i]}`);
  }
}

const CUTS = { 500: [40, 230, 700], 1500: [40, 230, 620], 3000: [20, 210, 600] };
for (const [ms, most] of Object.entries(CUTS)) {
  Deno.test(`a cut of ${ms} ms: from its end to the echo of a key typed in it`, () =>
    within(most, async (scene) => {
      for (const gate of scene.ways[0]!.gates) gate.shut(Number(ms));
      scene.type("a");
      await scene.pass(Number(ms));
      return await scene.until(() => scene.shows("a"));
    }));
}

Deno.test("a viewer moves: from the move to the echo, over the relay, and back to a direct link", async () => {
  const move = async (scene: Scene) => {
    for (const gate of scene.ways[0]!.gates) gate.shut(FOR_GOOD);
    scene.type("a");
    await scene.pass(LOOK);
    scene.viewer.session.linkRequests.request("our address changed", scene.world.clock.now, true);
    scene.request();
    return LOOK + await scene.until(() => scene.shows("a"));
  };
  await within([125, 350, 850], move);
  await within([65, 650, 1950], async (scene) => {
    await move(scene);
    return await scene.until(() => scene.on(2));
  });
});

Deno.test("a direct link that dies unseen: from its death to both ends on the relay, with a key and without", async () => {
  const die = (scene: Scene) => scene.ways[0]!.gates.forEach((gate) => gate.shut(FOR_GOOD));
  await within([2015, 2150, 2450], async (scene) => {
    die(scene);
    scene.type("a");
    return await scene.until(() => scene.on(1));
  });
  await within([5615, 5850, 6350], async (scene) => {
    die(scene);
    return await scene.until(() => scene.on(1));
  });
});

Deno.test("a direct link that brings nothing in one direction any more is left after 2 s without an answer", async () => {
  for (const direction of [0, 1]) {
    await within([2120, 2300, 2700], async (scene) => {
      scene.ways[0]!.gates[direction]!.shut(FOR_GOOD);
      scene.type("a");
      // The host has something to say all the time.
      for (let t = 0; t < 30; t++) scene.world.clock.schedule(100 * t, () => scene.world.print(bytes("-")));
      return await scene.until(() => scene.on(1));
    });
  }
});

Deno.test("the newer of two links ends: the echo comes over the one before, at once", () =>
  within([15, 150, 450], async (scene) => {
    const newer = scene.open(false);
    await scene.pass(1000);
    void newer.host.close("it ended");
    scene.type("a");
    return await scene.until(() => scene.shows("a"));
  }));

Deno.test("keys typed while a link is changed wait no round trip longer, whatever the two ways take", async () => {
  // On the last nothing was measured before.
  const ways = [
    [300, 300, 600, 0],
    [500, 500, 1390, 0],
    [300, 20, 600, 0],
    [20, 300, 600, 0],
    [300, 300, 600, 1000],
    [100, 100, 200, 1000],
  ] as const;
  for (const [before, after, most, from] of ways) {
    const world = new World(1);
    world.onTyped = (typed) => world.print(typed);
    const viewer = world.viewer();
    viewer.open({ delayMs: before });
    await world.run(5000);
    const begun: number[] = [];
    let longest = 0;
    for (let t = 0; t < 6000; t += 10) {
      if (t === 1000) viewer.open({ delayMs: after });
      if (t % 70 === 0 && t >= from) {
        begun.push(world.clock.now);
        viewer.session.type(bytes("x"));
      }
      await world.run(10);
      const oldest = begun[viewer.session.shown];
      if (oldest !== undefined) longest = Math.max(longest, world.clock.now - oldest);
    }
    assert.ok(
      longest <= most + SLACK,
      `from ${before} to ${after} ms one way, typing from ${from} on: ${longest} ms`,
    );
  }
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
