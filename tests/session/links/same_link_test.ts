/** Links that open, end, stand still in one direction or both, and come back: host and viewer find the same one that works. */
import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { Gate } from "../gate.ts";
import { type ModelViewer, seeded, World } from "../world.ts";

const SCHEDULES = 150;
/** Of each schedule, ms. */
const LASTS = 12_000;
/** A link that was asked for is open so long after the request at the latest, ms. */
const BUILT = 1000;
/**
 * So long after the last change host and viewer are on the same link, which works, and all that was typed is applied and shown, ms: 2 s until a silence with
 * bytes unacked means a dead link, 3 s between two requests for another, and 1 s until the host has found the viewer; besides the time of building.
 */
const BOUND = 6000 + BUILT;
/** What stands still for good. */
const FOR_GOOD = 3_600_000;

interface Way {
  readonly host: Link;
  readonly viewer: Link;
  readonly gates: readonly [Gate, Gate];
  open: boolean;
}

class Schedule {
  readonly world: World;
  readonly viewer: ModelViewer;
  readonly #ways: Way[] = [];
  readonly #random: () => number;
  #typed = "";
  #lookedAt = 0;
  /** When the last that stands still for a while goes on. */
  #until = 0;

  constructor(seed: number) {
    this.world = new World(seed);
    this.#random = seeded(seed * 104_729);
    this.viewer = this.world.viewer();
    this.world.onTyped = (bytes) => this.world.print(bytes);
  }

  async run(): Promise<void> {
    const { clock } = this.world;
    this.#connect();
    await this.#pass(1000);
    for (const end = clock.now + LASTS; clock.now < end;) {
      this.#something();
      await this.#pass(this.#between(10, 700));
    }
    await this.#pass(Math.max(0, this.#until - clock.now));
    this.#type();
    await this.#pass(BOUND);
    this.#arrived("at the bound");
    await this.#pass(10_000);
    this.#arrived("later");
  }

  #arrived(when: string): void {
    const { session } = this.viewer;
    const host = this.world.host.viewers.get(this.viewer.peer)!;
    const way = this.#ways.find(({ viewer }) => viewer === session.conversation?.link);
    assert.equal(way?.host, host.link, `${when}: the same link`);
    assert.ok(way?.open && way.gates.every(({ open }) => open), `${when}: it works`);
    assert.equal(new TextDecoder().decode(this.world.typed), this.#typed, `${when}: input once, in order`);
    assert.deepEqual(this.viewer.screen, this.world.screen, when);
  }

  #between(from: number, to: number): number {
    return from + this.#random() * (to - from);
  }

  async #pass(ms: number): Promise<void> {
    const { clock } = this.world;
    for (const end = clock.now + ms; clock.now < end;) {
      await this.world.run(Math.min(20, end - clock.now));
      if (clock.now - this.#lookedAt < 100) continue;
      this.#lookedAt = clock.now;
      const asked = this.viewer.session.linkRequests.due(clock.now);
      if (!asked) continue;
      const works = () => this.world.host.viewers.get(this.viewer.peer)!.links.heardSince(asked.heard);
      clock.schedule(this.#between(100, BUILT), () => works() || this.#connect());
    }
  }

  #connect(): void {
    const { clock } = this.world;
    const { host, viewer } = this.viewer.open({
      lossy: this.#random() < 0.6,
      delayMs: this.#between(3, 100),
    });
    const way: Way = { host, viewer, gates: [new Gate(host, clock), new Gate(viewer, clock)], open: true };
    for (const end of [host, viewer]) void end.closed.then(() => way.open = false);
    this.#ways.push(way);
  }

  #type(): void {
    const letter = String.fromCharCode(97 + this.#typed.length % 26);
    this.viewer.session.type(new TextEncoder().encode(letter));
    this.#typed += letter;
  }

  #shut(gate: Gate): void {
    const ms = this.#random() < 0.15 ? FOR_GOOD : this.#between(50, 4000);
    gate.shut(ms);
    if (ms < FOR_GOOD) this.#until = Math.max(this.#until, this.world.clock.now + ms);
  }

  #something(): void {
    const open = this.#ways.filter((way) => way.open);
    const way = this.#random() < 0.6 ? open.at(-1) : open[Math.floor(this.#random() * open.length)];
    const what = this.#random();
    if (what < 0.25) way && this.#shut(way.gates[this.#random() < 0.5 ? 0 : 1]);
    else if (what < 0.35) way?.gates.forEach((gate) => this.#shut(gate));
    else if (what < 0.47 && open.length < 4) this.#connect();
    else if (what < 0.55) void (this.#random() < 0.5 ? way?.host : way?.viewer)?.close("ended");
    else if (what < 0.9) this.#type();
    else this.world.print(new TextEncoder().encode("-"));
  }
}

Deno.test("any schedule of links: host and viewer are on the same one that works within a bound, and input is applied once", async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    await new Schedule(seed).run().catch((error) => {
      throw new Error(`schedule ${seed}`, { cause: error });
    });
  }
});
