/** How opened streams end: half by half, at once, for want of a service, and when the word of it is lost with a link. */
import assert from "node:assert/strict";
import { StreamEnds } from "./stream_ends.ts";

const NOTHING = new Uint8Array(0);

Deno.test("streams: one half ends, the other goes on; each end is told of the end when all was read there", () => {
  const ends = new StreamEnds();
  const ours = ends.open("viewer")!;
  assert.equal(ours.write(1000), 1000);
  ours.stream.end();
  assert.equal(ours.write(1), 0, "nothing behind the end");
  ends.settle();
  const theirs = ends.uses.host.get(16)!;
  assert.equal(theirs.stream.ended, false, "not all was read");
  theirs.read(5000);
  assert.equal(theirs.stream.ended, true);
  theirs.write(200_000);
  ends.settle(() => ends.readAll());
  assert.equal(ours.got, 64 * 1024, "as much as there was room for");
  assert.equal(ours.closed, undefined);
  theirs.stream.end();
  ends.settle(() => ends.readAll());
  assert.deepEqual([ours.closed, theirs.closed], [null, null]);
});

Deno.test("streams: an end that forgot the stream since all was well says so when its last word was lost with the link", () => {
  const ends = new StreamEnds();
  const [line] = ends.lines;
  const ours = ends.open("viewer")!;
  ours.stream.end();
  ends.send("viewer");
  ends.deliver(line!, "viewer");
  const theirs = ends.uses.host.get(16)!;
  theirs.stream.end();
  ends.send("host");
  ends.deliver(line!, "host");
  ends.send("viewer");
  ends.now += 100;
  ends.send("viewer");
  assert.equal(ours.closed, null, "the viewer has all and said so");
  ends.cut(line!);
  assert.equal(theirs.closed, undefined, "but the host has not heard it");
  ends.settle();
  assert.equal(theirs.closed, null);
});

/** The times, from 0 on, at which `side` says a `Credit`. */
function creditTimes(ends: StreamEnds, side: "viewer" | "host", until: number): number[] {
  const times: number[] = [];
  for (ends.now = 0; ends.now <= until; ends.now++) {
    const before = ends.sent.length;
    ends.send(side);
    if (ends.sent.slice(before).some(({ frame }) => frame.type === "Credit")) times.push(ends.now);
  }
  return times;
}

Deno.test("streams: a credit goes 10 ms after what came, behind the other end's last byte after 100 ms, and with whatever goes sooner", () => {
  for (const [ended, at] of [[false, 10], [true, 100]] as const) {
    const ends = new StreamEnds();
    const ours = ends.open("viewer")!;
    ours.write(100);
    if (ended) ours.stream.end();
    ends.send("viewer");
    ends.deliver(ends.lines[0]!, "viewer");
    ends.readAll();
    assert.deepEqual(creditTimes(ends, "host", 200), [at]);
  }
  const ends = new StreamEnds();
  ends.open("viewer")!.write(100);
  ends.send("viewer");
  ends.deliver(ends.lines[0]!, "viewer");
  ends.readAll();
  ends.uses.host.get(16)!.write(1);
  assert.deepEqual(creditTimes(ends, "host", 200), [0]);
});

Deno.test("streams: who leaves, or has many open, says at once which have ended", () => {
  for (const [count, leaves] of [[1, true], [64, false], [65, false]] as const) {
    const ends = new StreamEnds();
    for (let n = 0; n < count; n++) ends.open("viewer")!.stream.end();
    ends.settle();
    for (const { stream } of ends.uses.host.values()) stream.end();
    ends.send("host");
    ends.deliver(ends.lines[0]!, "host");
    const from = ends.sent.length;
    if (leaves) ends.tables.viewer.leaving = true;
    ends.send("viewer");
    ends.send("viewer");
    const credits = ends.sent.slice(from).filter(({ frame }) => frame.type === "Credit").length;
    if (count === 64) assert.equal(credits, 0);
    else assert.ok(credits > 0);
  }
});

Deno.test("streams: the ack of an end that was lost with a link is said again before the stream is forgotten", () => {
  const ends = new StreamEnds();
  const [line] = ends.lines;
  const ours = ends.open("viewer")!;
  ours.stream.end();
  ends.send("viewer");
  ends.deliver(line!, "viewer");
  ends.send("host");
  // Both have another link before it comes; the host's own half ends only now.
  ends.cut(line!);
  ends.uses.host.get(16)!.stream.end();
  ends.settle();
  assert.deepEqual([ours.closed, ends.uses.host.get(16)!.closed], [null, null]);
});

Deno.test("streams: a service that is not there, that throws, and a peer that speaks of what was never opened", () => {
  const ends = new StreamEnds();
  ends.services.host.set("broken", () => {
    throw new Error("no");
  });
  const [none, broken, fine] = ["nothing", "broken", "test"].map((name) => ends.open("viewer", name)!);
  ends.tables.host.receive({ type: "Data", stream: 400, base: 0, data: new Uint8Array(4) });
  ends.tables.host.receive({ type: "Reset", stream: 401, code: "odd", message: "" });
  ends.settle();
  assert.equal(none!.closed?.code, "service");
  assert.equal(broken!.closed?.code, "failed");
  assert.match(ends.log[0]!, /the service broken failed: Error: no/);
  assert.equal(fine!.closed, undefined);
  const answered = ends.sent.filter(({ side, frame }) => side === "host" && frame.stream >= 400);
  assert.deepEqual(answered.map(({ frame }) => frame.type === "Reset" && frame.code), ["unknown", "unknown"]);
});

Deno.test("streams: the head comes whole, once, and a reset carries its code and message to the other end", () => {
  const ends = new StreamEnds();
  const head = Uint8Array.from({ length: 16 * 1024 }, (_, i) => i & 255);
  const ours = ends.open("viewer", "test", head)!;
  ends.settle();
  const theirs = ends.uses.host.get(16)!;
  assert.deepEqual(theirs.head, head);
  theirs.write(100);
  theirs.stream.reset("busy", "come back later");
  assert.equal(theirs.write(1), 0);
  ends.settle();
  assert.deepEqual(ours.closed, { code: "busy", message: "come back later" });
  assert.deepEqual(theirs.closed, ours.closed);
  assert.equal(ours.stream.read(1000), null);
});

Deno.test("streams: 256 at once, no more until one is over; the session's end closes all", () => {
  const ends = new StreamEnds();
  const all = Array.from({ length: 256 }, () => ends.open("viewer")!);
  assert.equal(ends.open("viewer"), null);
  ends.settle();
  all[0]!.stream.reset("enough", "");
  assert.equal(ends.open("viewer"), null, "the host may not know yet");
  ends.settle();
  assert.ok(ends.open("viewer"));
  ends.tables.viewer.close({ code: "session", message: "the session is over" });
  assert.ok(all.every(({ closed }) => closed));
  assert.equal(all[5]!.closed!.code, "session");
  ends.tables.host.receive({ type: "Open", stream: 600, service: "test", head: NOTHING, limit: 0 });
});

Deno.test("streams: who cancels all it has may open as many others a round trip later, again and again", () => {
  const ends = new StreamEnds();
  const line = ends.lines[0]!;
  let opened = 0;
  for (let round = 0; round < 10; round++) {
    for (let use = ends.open("viewer"); use; use = ends.open("viewer")) {
      opened++;
      use.write(100);
      // The service may have begun to answer.
      if (opened % 2 === 0) continue;
      ends.send("viewer");
      ends.deliver(line, "viewer");
    }
    for (const { stream } of ends.uses.viewer.values()) stream.reset("cancelled", "");
    ends.send("viewer");
    ends.deliver(line, "viewer");
    ends.send("host");
    ends.deliver(line, "host");
  }
  assert.equal(ends.now, 0);
  assert.equal(opened, 2560);
});

Deno.test("streams: one that is cancelled before the other end heard of it is forgotten at once, and never told", () => {
  const ends = new StreamEnds();
  for (let i = 0; i < 1000; i++) {
    const use = ends.open("viewer")!;
    use.write(10);
    use.stream.reset("cancelled", "");
    assert.equal(use.closed?.code, "cancelled");
  }
  assert.equal(ends.send("viewer"), 0);
  // On a link that went it may have been heard.
  const said = ends.open("viewer")!;
  ends.send("viewer");
  ends.cut(ends.lines[0]!);
  said.stream.reset("cancelled", "");
  ends.settle();
  assert.deepEqual(ends.sent.filter(({ side }) => side === "viewer").map(({ frame }) => frame.type), [
    "Open",
    "Reset",
  ]);
  assert.ok(ends.open("viewer"));
});
