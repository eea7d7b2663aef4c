import assert from "node:assert/strict";
import { ByteLog } from "../../../session/sync/byte_log.ts";
import { PathMonitor } from "../../../session/links/path_monitor.ts";
import { Redundancy } from "../../../session/sync/redundancy.ts";
import { StreamReceiver } from "../../../session/sync/receiver.ts";
import { StreamSender, type Transmission } from "../../../session/sync/sender.ts";

const TICK = 20;
const WORDS = 18;
const RTT = 300;
const CUT = 6000;

interface Sent extends Transmission {
  readonly at: number;
}

/**
 * A program that prints 18 bytes each 20 ms over a way of 300 ms, for 6 s; then for `cut` ms nothing comes through. `lost`: whether
 * the message with this number is. `late`: the longest that any bytes took to be shown before the cut, ms.
 */
function steady(
  cut: number,
  lost: (number: number) => boolean = () => false,
): { sent: Sent[]; late: number } {
  const log = new ByteLog(1024 * 1024);
  const [path, far, shown] = [new PathMonitor(0), new PathMonitor(0), new StreamReceiver()];
  const sender = new StreamSender(log, path, { lossy: true }, 0);
  const way: { at: number; run: (now: number) => void }[] = [];
  const sent: Sent[] = [];
  let late = 0;
  const transmit = (next: Transmission, now: number) => {
    sent.push({ ...next, at: now });
    const header = path.header(now, true);
    if (lost(header.number) || now + RTT / 2 > CUT) return;
    const data = log.slice(next.base, next.end);
    way.push({
      at: now + RTT / 2,
      run: (then) => {
        far.heard(header, then);
        const before = shown.have;
        shown.accept({ base: next.base, data });
        if (shown.have > before) late = Math.max(late, then - (before / WORDS + 1) * TICK);
        const { have, sack } = shown;
        const answer = far.header(then, false);
        way.push({
          at: then + RTT / 2,
          run: (heard) => {
            if (heard > CUT) return;
            path.heard(answer, heard);
            sender.ack(have, sack, heard);
          },
        });
      },
    });
  };
  for (let now = 1; now < CUT + cut; now++) {
    if (now % TICK === 0) log.append(new Uint8Array(WORDS));
    way.sort((a, b) => a.at - b.at);
    while (way[0] && way[0].at <= now) way.shift()!.run(now);
    if (sender.probe(now)) continue;
    for (let next = sender.next(now); next; next = sender.next(now)) transmit(next, now);
  }
  return { sent, late };
}

const bytes = (sent: readonly Sent[]) => sent.reduce((sum, { base, end }) => sum + end - base, 0);

/** How often each byte went. */
const often = (sent: readonly Sent[]) => bytes(sent) / (new Set(sent.map(({ end }) => end)).size * WORDS);

Deno.test("over a long way a frame repeats the last one, or the last three where messages are lost, not all of a round trip", () => {
  // 128 messages have arrived by then, and been told of: the path is known.
  const settled = (sent: readonly Sent[]) => sent.filter(({ at }) => at > 3000);
  const clean = steady(0);
  assert.ok(
    often(settled(clean.sent)) <= 2.1,
    `each byte went ${often(settled(clean.sent)).toFixed(1)} times`,
  );
  assert.equal(clean.late, RTT / 2);
  // 15 frames are on their way at any time, and of those that are small enough two copies.
  const lossy = steady(0, (number) => number % 10 === 0);
  assert.ok(
    often(settled(lossy.sent)) <= 3 * 4.1,
    `each byte went ${often(settled(lossy.sent)).toFixed(1)} times`,
  );
});

Deno.test("three messages in a row may be lost: what follows brings what they held, a round trip before anybody knows", () => {
  const { late } = steady(0, (number) => number % 20 < 3);
  assert.ok(late <= RTT / 2 + 3 * TICK, `${late} ms`);
});

Deno.test("what goes into a cut before it is known as one fits into two packets", () => {
  const { sent } = steady(3000);
  const into = sent.filter(({ at }) => at > CUT - RTT / 2);
  assert.ok(into.length > 10 && bytes(into) < 2400, `${bytes(into)} bytes in ${into.length} messages`);
});

Deno.test("messages that the channel refuses are not those that may go after a timeout", () => {
  const log = new ByteLog(1024);
  const path = new PathMonitor(0);
  path.rtt.sample(100, 0);
  const sender = new StreamSender(log, path, { lossy: true }, 0);
  log.append(new Uint8Array(10));
  assert.ok(sender.next(1));
  let now = 1;
  const next = () => {
    for (; now < 10_000; now++) {
      path.alive(now);
      const next = sender.next(now);
      if (next && now > 50) return next;
    }
    throw new Error("nothing goes any more");
  };
  for (let i = 0; i < 4; i++) sender.refused(next(), now);
  const refusedAt = now;
  next();
  assert.ok(now - refusedAt <= 10, `${now - refusedAt} ms after it could go`);
});

Deno.test("of up to 64 unacked bytes each frame repeats all, whatever their number of frames; of more, those of the last frames", () => {
  for (const doubtful of [true, false]) {
    const redundancy = new Redundancy();
    const bases = Array.from({ length: 66 }, (_, sent) => redundancy.reach(0, sent, 0, doubtful));
    assert.deepEqual(bases.slice(0, 65), bases.slice(0, 65).map(() => 0));
    assert.equal(bases[65], doubtful ? 62 : 64);
    assert.equal(redundancy.reach(60, 66, 0, doubtful), 60, "from what was acked");
    assert.equal(redundancy.reach(60, 67, 66, doubtful), 66, "no larger than what fits");
  }
});
