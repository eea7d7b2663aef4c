/** What a hostile peer may do to opened streams costs it the stream, and us a bounded amount of memory and of answers. */
import assert from "node:assert/strict";
import type { StreamFrame } from "../../../frames/stream_frames.ts";
import { LEAST_WINDOW, MAX_ANSWERS, MAX_STREAMS } from "../../../session/streams/stream_limits.ts";
import { StreamEnds } from "./stream_ends.ts";

const NOTHING = new Uint8Array(0);
const FAR = 2 ** 48 - 1;

/** A host of which we play the viewer: what it answers, in order. */
function host() {
  const ends = new StreamEnds();
  const say = (...frames: StreamFrame[]) => frames.forEach((frame) => ends.tables.host.receive(frame));
  const open = (stream: number) => {
    say({ type: "Open", stream, service: "test", head: NOTHING, limit: LEAST_WINDOW });
    return ends.uses.host.get(stream);
  };
  const answers = () => {
    const frames: StreamFrame[] = [];
    for (; ends.tables.host.due < Infinity || ends.tables.host.waiting; ends.now += 10) {
      for (let next = ends.tables.host.next(1e9); next; next = ends.tables.host.next(1e9)) frames.push(next);
    }
    return frames;
  };
  return { ends, say, open, answers };
}

const data = (stream: number, base: number, length: number): StreamFrame => {
  return { type: "Data", stream, base, data: new Uint8Array(length) };
};

const BREACHES: Record<string, StreamFrame[]> = {
  "data beyond its credit": [data(16, 0, LEAST_WINDOW), data(16, LEAST_WINDOW, 1)],
  "data far beyond": [data(16, FAR - 10, 10)],
  "a gap": [data(16, 0, 10), data(16, 11, 10)],
  "data behind the end": [
    data(16, 0, 10),
    { type: "End", stream: 16, size: 10 },
    data(16, 10, 1),
  ],
  "an end before what came": [data(16, 0, 10), { type: "End", stream: 16, size: 9 }],
  "an end beyond what came": [{ type: "End", stream: 16, size: FAR }],
  "two ends": [{ type: "End", stream: 16, size: 0 }, { type: "End", stream: 16, size: 5 }],
  "an ack of what was not sent": [{ type: "Credit", stream: 16, have: 1, limit: FAR }],
};

for (const [name, frames] of Object.entries(BREACHES)) {
  Deno.test(`hostile streams: ${name} costs that stream, and no other`, () => {
    const { say, open, answers } = host();
    const other = open(18 - 2 + 0)!;
    const good = open(18)!;
    say(...frames, data(18, 0, 5));
    assert.equal(other.closed?.code, "protocol");
    assert.equal(good.closed, undefined);
    assert.equal(good.stream.read(10)?.length, 5);
    assert.ok(answers().some((f) => f.type === "Reset" && f.stream === 16 && f.code === "protocol"));
  });
}

Deno.test("hostile streams: bytes that overlap, and come again, count once", () => {
  const { say, open } = host();
  const { stream } = open(16)!;
  const piece = (base: number, ...bytes: number[]): StreamFrame => {
    return { type: "Data", stream: 16, base, data: Uint8Array.from(bytes) };
  };
  say(piece(0, 1, 2, 3), piece(1, 9, 9), piece(2, 9, 4), piece(0, 8, 8, 8, 8, 5), piece(0, 7));
  assert.deepEqual([...stream.read(100)!], [1, 2, 3, 4, 5]);
});

Deno.test("hostile streams: of 10,000 openings 256 are served, and the answers to the others are bounded", () => {
  const { ends, open, answers } = host();
  for (let i = 0; i < 10_000; i++) open(16 + 2 * i);
  assert.equal(ends.uses.host.size, MAX_STREAMS);
  const refused = answers().filter((frame) => frame.type === "Reset");
  assert.equal(refused.length, MAX_ANSWERS);
  assert.ok(refused.every(({ code }) => code === "limit"));
  // Those of services that are not there count, until the viewer has said that it knows.
  const unknown = host();
  for (let i = 0; i < 10_000; i++) {
    unknown.say({ type: "Open", stream: 16 + 2 * i, service: "none", head: NOTHING, limit: 0 });
  }
  const codes = unknown.answers().map((frame) => frame.type === "Reset" && frame.code);
  assert.equal(codes.filter((code) => code === "service").length, MAX_STREAMS);
  assert.equal(codes.filter((code) => code === "limit").length, MAX_ANSWERS);
  unknown.say({ type: "Reset", stream: 16, code: "ended", message: "" });
  assert.ok(unknown.open(16 + 20_000));
});

Deno.test("hostile streams: a flood of resets, for streams that are there, were there, and never were", () => {
  const { ends, say, open, answers } = host();
  open(16);
  for (let i = 0; i < 10_000; i++) {
    for (const code of ["x", "ended", "unknown"]) {
      say({ type: "Reset", stream: 16 + i % 3000, code, message: "" });
    }
  }
  assert.equal(ends.uses.host.get(16)!.closed?.code, "x");
  const said = answers();
  assert.ok(said.length <= MAX_ANSWERS + 1, "of the one that was open, and of others");
  assert.ok(said.every((frame) => frame.type === "Reset" && ["ended", "unknown"].includes(frame.code)));
  // Two ends that know nothing of each other's streams do not answer each other for ever.
  say(...said);
  assert.deepEqual(answers(), []);
});

Deno.test("hostile streams: an id is opened once, in rising order, and only by whom it belongs to", () => {
  const { ends, open, answers } = host();
  open(20);
  const first = ends.uses.host.get(20)!;
  open(20);
  assert.equal(ends.uses.host.get(20), first);
  assert.equal(open(18), undefined);
  assert.equal(open(17), undefined);
  first.stream.reset("done", "");
  open(20);
  assert.equal(ends.uses.host.get(20), first);
  const codes = answers().map((frame) => frame.type === "Reset" ? [frame.stream, frame.code] : []);
  assert.deepEqual(codes, [[20, "done"], [18, "ended"], [17, "unknown"]]);
});

Deno.test("hostile streams: bytes one by one, and credit for all there is, take no more than the windows", () => {
  const { ends, say, open } = host();
  const uses = Array.from({ length: 256 }, (_, i) => open(16 + 2 * i)!);
  const one = new Uint8Array(64 * 1024);
  const before = Deno.memoryUsage().heapUsed;
  for (const { stream } of uses) {
    for (let base = 0; base < 2000; base++) {
      say({ type: "Data", stream: stream.id, base, data: one.subarray(base, base + 1) });
    }
  }
  const grown = Deno.memoryUsage().heapUsed - before;
  assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes for 512,000 that came one by one`);
  // What may be written ahead is bounded too, however much a peer says that it would take.
  for (const { stream } of uses) say({ type: "Credit", stream: stream.id, have: 0, limit: FAR });
  let written = 0;
  for (const use of uses) written += use.write(16 * 1024 * 1024);
  assert.ok(written <= 256 * LEAST_WINDOW + 16 * 1024 * 1024, `${written} bytes kept`);
  assert.ok(ends.tables.host.waiting);
});

Deno.test("hostile streams: frames of 1,000 streams that nobody opened have sixteen answers at once, and then a hundred a second", () => {
  const { ends, say } = host();
  for (let i = 0; i < 1000; i++) say(data(16 + 2 * i, 0, 1));
  const now = () => {
    let count = 0;
    while (ends.tables.host.next(1e9)) count++;
    return count;
  };
  assert.equal(now(), 16);
  ends.now += 500;
  assert.ok(now() <= 50);
});

Deno.test("hostile streams: who opens and resets, and waits for no answer, is told of 1,024 ends at most, and costs no open stream", () => {
  const { ends, say, open } = host();
  for (let i = 0; i < 20_000; i++) {
    open(16 + 2 * i);
    say({ type: "Reset", stream: 16 + 2 * i, code: "cancelled", message: "" });
  }
  assert.deepEqual(ends.tables.host.streams, []);
  let count = 0;
  while (ends.tables.host.next(1e9)) count++;
  assert.equal(count, MAX_ANSWERS);
});
