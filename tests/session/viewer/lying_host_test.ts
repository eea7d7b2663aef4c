/** What a host that lies can make a viewer do: little work, little memory, and nothing that it was not asked for. */
import assert from "node:assert/strict";
import { deflateSync } from "fflate";
import { MAX_INTEGER } from "../../../frames/codec.ts";
import type { Frame } from "../../../frames/frame.ts";
import type { OtherProtocol } from "../../../frames/link_frames.ts";
import { MAX_SNAPSHOT } from "../../../frames/limits.ts";
import { pack, unpack } from "../../../frames/deflate.ts";
import type { Lines } from "../../../frames/screen_state.ts";
import { packLines } from "../../../frames/packed_lines.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import type { Link } from "../../../transport/link.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { framesOf, packetOf } from "../../frames/packets.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const text = (s: string) => new TextEncoder().encode(s);
const settled = () => new Promise((done) => setTimeout(done));
const WELCOME = {
  type: "Welcome",
  protocol: 2,
  features: [],
  role: "write",
  cols: 80,
  rows: 24,
  gen: 1,
  have: 0,
  title: "",
} as const;
const SNAPSHOT = {
  ...{ type: "Snapshot", gen: 1, cols: 80, rows: 24, line: 0, era: 0, part: 0, parts: 1 } as const,
  size: 0,
  data: text("hi"),
};

/** A welcomed viewer, and the host's end of its link. */
class Victim {
  now = 0;
  shown = 0;
  replaced = 0;
  readonly history: Lines[] = [];
  readonly said: (Frame | OtherProtocol)[] = [];
  readonly session: ViewerSession;
  readonly host: Link;
  /** What the leaf has not shown yet; null: it shows at once. */
  held: (() => void)[] | null = null;

  constructor() {
    const show = () => this.held ? new Promise<void>((done) => this.held!.push(done)) : Promise.resolve();
    this.session = new ViewerSession(
      {
        now: () => this.now,
        show: (data) => (this.shown += data.length, show()),
        replace: () => (this.replaced++, show()),
        welcomed: () => {},
        history: (lines) => this.history.push(lines),
        notice: () => {},
        exited: () => {},
        dismissed: () => {},
        changed: () => {},
        log: () => {},
      },
      { name: "victim", singleChannel: false, lateTimers: false },
      { cols: 80, rows: 24 },
    );
    const schedule = (_: number, fn: () => void) => queueMicrotask(fn);
    const [host, viewer] = memoryLinkPair({ random: () => 1, schedule });
    this.host = host;
    host.onmessage = (_, bytes) => this.said.push(...framesOf(bytes));
    this.session.attach(viewer);
    this.tell(WELCOME);
  }

  tell(frame: Frame): void {
    this.host.send("ctrl", packetOf(frame));
  }
}

Deno.test("of a flood of snapshots that unpack to megabytes one is shown and the newest waits, whatever comes", async () => {
  const victim = new Victim();
  victim.held = [];
  const data = pack(new Uint8Array(MAX_SNAPSHOT))!;
  const spent = cpuTime();
  for (let id = 1; id <= 1000; id++) {
    victim.tell({ ...SNAPSHOT, id, version: id, size: MAX_SNAPSHOT, data });
    await settled();
  }
  // To unpack each takes 40 ms and more.
  assert.ok(spent() < 8000, `${spent()} ms`);
  assert.equal(victim.replaced, 1);
  victim.held.shift()!();
  await settled();
  assert.equal(victim.replaced, 2);
  victim.held.shift()!();
  await settled();
  assert.deepEqual([victim.replaced, victim.session.shown], [2, 1000]);
});

Deno.test("what a terminal does not take is kept up to a bound, and what is beyond is not acked", async () => {
  const victim = new Victim();
  victim.tell({ ...SNAPSHOT, id: 1, version: 0 });
  await settled();
  victim.held = [];
  const data = new Uint8Array(16 * 1024);
  for (let i = 0; i < 1000; i++) {
    victim.tell({ type: "Output", gen: 1, base: i * data.length, data });
    if (i % 100 === 0) await settled();
  }
  await settled();
  assert.ok(victim.shown > 0 && victim.shown <= 8 * 1024 * 1024, `${victim.shown} bytes`);
});

Deno.test("history that nobody asked for is not even unpacked, and rows outside of the request are none", async () => {
  const victim = new Victim();
  await settled();
  const rows = Array.from({ length: 500 }, () => ["\u0416".repeat(200), false] as const);
  const lines = { type: "Lines", id: 7, era: 0, first: 0, end: 1000, from: 0, rows } as const;
  const packed = packLines(lines, 16_384)!;
  for (let i = 0; i < 100; i++) victim.tell(packed);
  await settled();
  assert.equal(victim.history.length, 0);
  victim.session.askLines(7, 0, 100, 600);
  for (let i = 0; i < 10; i++) victim.tell(packed);
  await settled();
  assert.deepEqual(victim.history.map(({ rows }) => rows.length), [0]);
  victim.session.askLines(8, 0, 0, 500);
  victim.tell({ ...lines, id: 8, from: MAX_INTEGER - 500, rows: rows.slice(0, 50) });
  await settled();
  victim.session.askLines(9, 0, 0, 500);
  victim.tell(packLines({ ...lines, id: 9 }, 16_384)!);
  await settled();
  assert.deepEqual(victim.history.map(({ rows }) => rows.length), [0, 0, 500]);
});

Deno.test("what is packed unpacks to the size that was said, or to nothing, and no further than that", () => {
  const bomb = deflateSync(new Uint8Array(300_000_000));
  const spent = cpuTime();
  for (const size of [0, 1, 1000, MAX_SNAPSHOT]) assert.equal(unpack(bomb, size), null);
  // All of it takes 2 s and more, four times.
  assert.ok(spent() < 1000, `${spent()} ms`);
  for (const length of [300, 20_000, 3_000_000]) {
    const data = Uint8Array.from({ length }, (_, i) => (i * i) >> 7);
    const packed = deflateSync(data);
    assert.deepEqual(unpack(packed, length), data);
    for (const size of [0, length - 1, length + 1]) assert.equal(unpack(packed, size), null, `${size}`);
    assert.equal(unpack(packed.subarray(0, packed.length - 5), length), null);
  }
});
