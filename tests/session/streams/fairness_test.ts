/** Streams share what there is: in turn, in bytes, whatever the budgets; and a window grows as far as its path has use for it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LEAST_WINDOW, MOST_WINDOW } from "../../../session/streams/stream_limits.ts";
import { StreamEnds, type Use } from "./stream_ends.ts";

Deno.test("streams: whatever the budgets, no stream with data and credit gets a turn more than another behind", () => {
  const budgets = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 20, maxLength: 60 });
  fc.assert(fc.property(fc.integer({ min: 2, max: 12 }), budgets, (count, all) => {
    const ends = new StreamEnds();
    const streams = Array.from({ length: count }, () => ends.open("viewer")!);
    for (const stream of streams) stream.write(LEAST_WINDOW);
    ends.send("viewer", 1);
    const sent = new Map<number, number>();
    let total = 0;
    for (const budget of all) {
      if (total > LEAST_WINDOW * (count - 1)) break;
      for (let left = budget; left > 0;) {
        const frame = ends.tables.viewer.next(left);
        if (frame?.type !== "Data") break;
        left -= frame.data.length;
        total += frame.data.length;
        sent.set(frame.stream, (sent.get(frame.stream) ?? 0) + frame.data.length);
      }
      const shares = streams.map(({ stream }) => sent.get(stream.id) ?? 0);
      const behind = shares.filter((bytes) => bytes < LEAST_WINDOW);
      const most = Math.max(...shares);
      assert.ok(behind.every((bytes) => most - bytes <= 16 * 1024 + 1), `${shares}`);
    }
  }));
});

Deno.test("streams: a small request beside a large transfer goes in the next turn", () => {
  const ends = new StreamEnds();
  const large = ends.open("viewer")!;
  large.write(LEAST_WINDOW);
  ends.send("viewer", 20_000);
  const small = ends.open("viewer")!;
  small.write(100);
  small.stream.end();
  const before = ends.sent.length;
  ends.send("viewer", 32_000);
  const of = (use: Use) =>
    ends.sent.slice(before).flatMap(({ frame }) => frame.stream === use.stream.id ? [frame.type] : []);
  assert.deepEqual(of(small), ["Open", "Data", "End"]);
});

/** How much comes in `ms`, with a path that takes `delay` ms each way and `rate` bytes a ms, to a reader that reads all at once, or nothing. */
function transfer(ms: number, delay: number, rate: number, reads: boolean): { got: number; most: number } {
  const ends = new StreamEnds();
  ends.srtt = 2 * delay;
  const [line] = ends.lines;
  const ours = ends.open("viewer")!;
  const arriving: { at: number; side: "viewer" | "host"; frames: number }[] = [];
  let most = 0;
  for (; ends.now < ms; ends.now++) {
    while (arriving[0] && arriving[0].at <= ends.now) {
      const { side, frames } = arriving.shift()!;
      ends.deliver(line!, side, frames);
    }
    ours.write(20_000);
    const theirs = ends.uses.host.get(16);
    if (reads) theirs?.read(1 << 30);
    for (const side of ["viewer", "host"] as const) {
      const frames = ends.send(side, rate);
      if (frames > 0) arriving.push({ at: ends.now + delay, side, frames });
    }
    most = Math.max(most, ours.written - (theirs?.got ?? 0));
  }
  return { got: ends.uses.host.get(16)!.got, most };
}

Deno.test("streams: a window grows until it no longer holds up a path, and not for a reader that does not read", () => {
  const fast = transfer(4000, 50, 10_000, true);
  // 10 MB/s at a round trip of 100 ms: a megabyte is on its way.
  assert.ok(fast.got > 0.75 * 4000 * 10_000, `${fast.got} bytes in 4 s`);
  assert.ok(fast.most <= 2 * MOST_WINDOW);
  const slow = transfer(4000, 50, 100, true);
  assert.ok(slow.got > 0.9 * 3900 * 100, `${slow.got} bytes in 4 s`);
  assert.ok(slow.most <= 4 * LEAST_WINDOW, `${slow.most} bytes under way on a path of 10 KB`);
  const still = transfer(2000, 50, 10_000, false);
  assert.ok(still.most <= 2 * LEAST_WINDOW, `${still.most} bytes kept for who does not read`);
});
