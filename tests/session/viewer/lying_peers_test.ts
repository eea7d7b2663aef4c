/** Random frames of a liar against real sessions: they never throw, work and memory stay bounded, and honest people notice nothing. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Frame, FrameType } from "../../../frames/frame.ts";
import { encodePacket, type PacketHeader } from "../../../frames/packet.ts";
import { HistoryFetcher } from "../../../session/viewer/history_fetcher.ts";
import { HistoryStore } from "../../../session/viewer/history_store.ts";
import { Scrollback } from "../../../session/screen/scrollback.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import type { Channel, Link } from "../../../transport/link.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { edge, hostile, hostileHeader } from "../../frames/hostile.ts";
import { packetOf } from "../../frames/packets.ts";
import { makeScreen } from "../vt_state.ts";
import { seeded, World } from "../world.ts";

const MIB = 1024 * 1024;
const text = (s: string) => new TextEncoder().encode(s);
const channel = fc.constantFrom<Channel[]>("ctrl", "term", "bulk");

interface Lie {
  readonly channel: Channel;
  readonly header: PacketHeader | null;
  readonly frames: readonly Frame[];
  /** How often it is said at once, and how long the liar waits after that; ms. */
  readonly times: number;
  readonly wait: number;
}

/** What such an end may say, and now and then what only the other may, or nobody. */
const lies = (types: readonly FrameType[]): fc.Arbitrary<Lie[]> =>
  fc.array(
    fc.record({
      channel,
      header: fc.option(hostileHeader, { freq: 9 }),
      frames: fc.array(
        fc.oneof(
          { weight: 60, arbitrary: fc.oneof(...types.map((type) => hostile[type])) },
          { weight: 1, arbitrary: fc.oneof(...Object.values(hostile)) },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      times: fc.constantFrom(1, 1, 1, 20, 300),
      wait: fc.constantFrom(0, 0, 1, 20, 400),
    }),
    { minLength: 1, maxLength: 60 },
  );

/** Says it, if the link takes it: a packet may be larger than one. */
function say(link: Link, { channel, header, frames, times }: Lie): void {
  const bytes = encodePacket({ header, frames });
  if (bytes.length > 64 * 1024) return;
  for (let i = 0; i < times; i++) link.send(channel, bytes);
}

Deno.test("a viewer that says anything at all: the host goes on, answers little, and serves the honest one as ever", async () => {
  const before = Deno.memoryUsage().rss;
  const asked = ["Hello", "Resync", "Window", "LinesRequest", "PictureRequest", "Bye"] as const;
  const said = lies([...asked, "Input", "OutputAck", "Probe", "Open", "Data", "End", "Credit", "Reset"]);
  await fc.assert(
    fc.asyncProperty(
      said,
      fc.constantFrom("write" as const, "view" as const),
      fc.nat(),
      async (said, role, seed) => {
        const world = new World(seed);
        world.onTyped = (bytes) => world.print(bytes);
        const honest = world.viewer();
        await honest.connect({ delayMs: 5 });
        const liar = world.viewer(role);
        liar.stopped = true;
        let [answers, links, told] = [0, 0, 0];
        let link = liar.open({ delayMs: 5 }).viewer;
        const listen = () => link.onmessage = () => answers++;
        listen();
        await world.run(100);
        const began = world.clock.now;
        for (const lie of said) {
          // A link that was ended for what came on it is replaced, as often as it likes.
          if (!link.send("term", packetOf({ type: "Probe" }))) {
            links++;
            link = liar.open({ delayMs: 5 }).viewer;
            listen();
          }
          say(link, lie);
          told += lie.times;
          await world.run(lie.wait);
        }
        honest.session.type(text("honest"));
        await world.run(1000);
        const seconds = (world.clock.now - began) / 1000;
        // What a screen, a Welcome, an ack a ms and history may come to; and each message of the program's output.
        const most = 300 + 1100 * seconds + 40 * links;
        assert.ok(
          answers <= most,
          `${answers} answers to ${told} messages in ${seconds} s over ${links} links`,
        );
        assert.equal(honest.session.shown, world.host.version);
        assert.equal(honest.session.unsent, 0);
        const typed = new TextDecoder().decode(world.typed);
        assert.ok(typed.includes("honest"));
        if (role === "view") assert.equal(typed, "honest");
        world.host.due();
      },
    ),
    { numRuns: 60 },
  );
  const grown = Deno.memoryUsage().rss - before;
  assert.ok(grown < 300 * MIB, `${grown / MIB} MiB`);
});

/** A viewer's session on a screen and a history of its own, as a terminal viewer has them, and the host's end of its link. */
class Victim {
  now = 1000;
  readonly screen = makeScreen(80, 24, 10_000);
  readonly store = new HistoryStore(100_000, 4 * MIB);
  readonly above = new Scrollback(this.screen, 4 * MIB);
  readonly fetcher = new HistoryFetcher(this.store, (...request) => this.session.askLines(...request));
  readonly session: ViewerSession;
  link!: Link;
  answers = 0;
  notices = 0;
  history = 0;
  over = false;

  constructor(private readonly random: () => number) {
    this.session = new ViewerSession(
      {
        now: () => this.now,
        show: (data) => {
          this.screen.write(data);
          this.store.follow(this.screen);
          this.above.follow();
          return Promise.resolve();
        },
        replace: (snapshot) => {
          this.store.harvest(this.screen);
          this.screen.load(snapshot);
          this.above.restart();
          this.store.reached(snapshot.era, snapshot.line);
          return Promise.resolve();
        },
        welcomed: () => {},
        history: (lines) => {
          this.history++;
          this.fetcher.receive(lines, this.now);
        },
        notice: () => this.notices++,
        exited: () => this.over = true,
        dismissed: () => this.over = true,
        changed: () => {},
        log: () => {},
      },
      { name: "victim", singleChannel: false, lateTimers: false },
      { cols: 80, rows: 24 },
    );
    this.open();
  }

  /** A new link, on which the host welcomes it. */
  open(): void {
    const schedule = (_: number, fn: () => void) => queueMicrotask(fn);
    const [host, viewer] = memoryLinkPair({ random: this.random, schedule });
    this.link = host;
    host.onmessage = () => this.answers++;
    this.session.attach(viewer);
  }

  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now <= end; this.now++) {
      this.fetcher.poll(this.now);
      for (let i = 0; i < 6; i++) await Promise.resolve();
      if (this.session.due() <= this.now) this.session.poll();
      if (ms === 0) break;
    }
  }
}

Deno.test("a host that says anything at all: the viewer goes on, keeps little, asks for little, and a person may leave", async () => {
  const before = Deno.memoryUsage().rss;
  const screen = ["Welcome", "Snapshot", "Output", "Lines", "PackedLines", "Picture", "Exit"] as const;
  const opened = ["Open", "Data", "End", "Credit", "Reset"] as const;
  const said = lies([...screen, ...opened, "InputAck", "Probe", "Notice", "Routing", "Offered", "Role"]);
  await fc.assert(
    fc.asyncProperty(said, edge, fc.nat(), async (said, line, seed) => {
      const victim = new Victim(seeded(seed));
      const welcome = () => {
        victim.link.send(
          "ctrl",
          packetOf({
            type: "Welcome",
            protocol: 2,
            features: ["pictures"],
            role: "write",
            ...{ cols: 80, rows: 24 },
            gen: 1,
            have: 0,
            title: "",
          }),
        );
        victim.link.send(
          "ctrl",
          packetOf({
            type: "Snapshot",
            id: 1,
            gen: 1,
            version: 0,
            cols: 80,
            rows: 24,
            line,
            era: 0,
            size: 0,
            part: 0,
            parts: 1,
            data: text("$ "),
          }),
        );
      };
      welcome();
      await victim.pass(5);
      const began = victim.now;
      let links = 0;
      for (const lie of said) {
        if (victim.over) break;
        if (!victim.link.send("term", packetOf({ type: "Probe" }))) {
          links++;
          victim.open();
          welcome();
        }
        say(victim.link, lie);
        await victim.pass(lie.wait);
      }
      victim.session.type(text("still here"));
      await victim.pass(50);
      const ms = victim.now - began;
      assert.ok(
        victim.answers <= 60 + 3 * ms + 40 * links,
        `${victim.answers} answers in ${ms} ms over ${links} links`,
      );
      assert.ok(victim.notices <= 4 + ms / 1000, `${victim.notices} notices`);
      assert.ok(victim.store.bytes <= 5 * MIB, `${victim.store.bytes} bytes of history`);
      assert.ok(victim.store.size <= 101_000, `${victim.store.size} rows`);
      assert.ok(victim.session.unsent <= 10);
      victim.session.leave("left");
    }),
    { numRuns: 60 },
  );
  const grown = Deno.memoryUsage().rss - before;
  assert.ok(grown < 400 * MIB, `${grown / MIB} MiB`);
});
