/** Any schedule of links, one-way standstills and ends: nothing is lost or doubled, and whoever is on a link that works is not kept waiting. */
import assert from "node:assert/strict";
import type { Link } from "../../../transport/link.ts";
import { Gate } from "../gate.ts";
import { type ModelViewer, seeded, World } from "../world.ts";

const SCHEDULES = 250;
/** Of each schedule, ms. */
const LASTS = 15_000;
/** The most that a key or output may wait on a link that works both ways: the time in which the host finds the viewer there; ms. */
const WAITS = 1000;
/** As `transport/` closes links that were replaced, ms. */
const GRACE = 2000;

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
  #letters = 0;
  /** Since when the viewer's link works; what waits for it, with when it began to. */
  #worksSince = 0;
  #on: Way | undefined;
  readonly #waiting: { readonly there: () => boolean; readonly at: number }[] = [];
  #askedAt = -Infinity;

  constructor(seed: number) {
    this.world = new World(seed);
    this.#random = seeded(seed * 7919);
    this.viewer = this.world.viewer();
    this.world.onTyped = (bytes) => this.world.print(bytes);
  }

  async run(): Promise<void> {
    this.#connect();
    await this.#pass(1500);
    for (const end = this.world.clock.now + LASTS; this.world.clock.now < end;) {
      this.#something();
      await this.#pass(this.#between(20, 900));
    }
    await this.#pass(12_000);
    assert.equal(new TextDecoder().decode(this.world.typed), this.#typed);
    assert.deepEqual(this.viewer.screen, this.world.screen);
  }

  #between(from: number, to: number): number {
    return from + this.#random() * (to - from);
  }

  async #pass(ms: number): Promise<void> {
    const { clock } = this.world;
    for (const end = clock.now + ms; clock.now < end;) {
      await this.world.run(20);
      this.#look();
      if (!this.#lost || clock.now - this.#askedAt < 3000) continue;
      this.#askedAt = clock.now;
      clock.schedule(this.#between(100, 1500), () => this.#lost && this.#connect());
    }
  }

  get #lost(): boolean {
    const { session } = this.viewer;
    return !session.conversation || session.linkRequests.fault(this.world.clock.now) !== null;
  }

  #look(): void {
    const { now } = this.world.clock;
    const on = this.#ways.find(({ viewer }) => viewer === this.viewer.session.conversation?.link);
    const works = on?.open && on.gates.every(({ open }) => open) && this.viewer.session.due() < Infinity;
    if (!works || on !== this.#on) this.#worksSince = now;
    this.#on = on;
    while (this.#waiting[0]?.there()) this.#waiting.shift();
    const [first] = this.#waiting;
    const waits = first ? now - Math.max(first.at, this.#worksSince) : 0;
    assert.ok(waits < WAITS, `at ${Math.round(now)} ms something has waited for ${Math.round(waits)} ms`);
  }

  #connect(): void {
    const { clock } = this.world;
    const [lossy, delayMs] = [this.#random() < 0.6, this.#between(3, 80)];
    const { host, viewer } = this.viewer.open({ lossy, delayMs });
    const way: Way = { host, viewer, gates: [new Gate(host, clock), new Gate(viewer, clock)], open: true };
    for (const end of [host, viewer]) void end.closed.then(() => way.open = false);
    const before = this.#ways.at(-1);
    this.#ways.push(way);
    if (before) this.#retire(before);
  }

  /** Closed when the viewer has left it. */
  #retire(way: Way): void {
    this.world.clock.schedule(GRACE, () => {
      if (way === this.#on || way.host === this.world.host.viewers.get(this.viewer.peer)?.link) {
        this.#retire(way);
      } else void way.host.close("replaced");
    });
  }

  #something(): void {
    const { world, viewer } = this;
    const { now } = world.clock;
    const open = this.#ways.filter((way) => way.open);
    const way = this.#random() < 0.5 ? open.at(-1) : open[Math.floor(this.#random() * open.length)];
    const what = this.#random();
    const letter = String.fromCharCode(97 + this.#letters++ % 26);
    if (what < 0.3) way?.gates[this.#random() < 0.5 ? 0 : 1].shut(this.#between(100, 4000));
    else if (what < 0.37) { for (const gate of way?.gates ?? []) gate.shut(this.#between(100, 3000)); }
    else if (what < 0.5 && open.length < 4) {
      this.#connect();
      // The answer to its Hello is held up.
      if (this.#random() < 0.5) this.#ways.at(-1)!.gates[0].shut(this.#between(100, 6000));
    } else if (what < 0.54) void (this.#random() < 0.5 ? way?.host : way?.viewer)?.close("ended");
    else if (what < 0.58) world.resize(80 + this.#letters, 24);
    else if (what < 0.8) {
      viewer.session.type(new TextEncoder().encode(letter));
      this.#typed += letter;
      const all = this.#typed.length;
      this.#waiting.push({ there: () => world.typed.length >= all, at: now });
    } else {
      world.print(new TextEncoder().encode(letter));
      const { version } = world.host;
      this.#waiting.push({ there: () => viewer.session.shown >= version, at: now });
    }
  }
}

Deno.test("any schedule of links: equal screens, input once, and nobody on a link that works waits", async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    await new Schedule(seed).run().catch((error) => {
      throw new Error(`schedule ${seed}`, { cause: error });
    });
  }
});
