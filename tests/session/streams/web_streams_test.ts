/** Streams as the web's: back-pressure, ends, failures and cancelling pass both ways. */
import assert from "node:assert/strict";
import { WebStreams } from "../../../session/streams/web_streams.ts";
import type { ByteStream } from "../../../session/streams/byte_stream.ts";
import { StreamEnds } from "./stream_ends.ts";

/** A viewer's stream to a service that gets its own as web streams, and a task that keeps frames moving. */
function joined(): {
  ends: StreamEnds;
  ours: WebStreams;
  theirs: WebStreams;
  raw: ByteStream;
  run: () => Promise<void>;
} {
  const ends = new StreamEnds();
  let theirs: WebStreams | undefined;
  ends.services.host.set("web", (stream) => theirs = new WebStreams(stream));
  const raw = ends.tables.viewer.open("web", new Uint8Array(0))!;
  const ours = new WebStreams(raw);
  ends.settle();
  // What waits for a promise goes on between two rounds.
  const run = async () => {
    for (let i = 0; i < 200; i++) {
      ends.settle();
      ends.now += 10;
      for (let j = 0; j < 8; j++) await Promise.resolve();
    }
  };
  return { ends, ours, theirs: theirs!, raw, run };
}

Deno.test("web streams: a megabyte is echoed through pipes, byte for byte, and both halves end", async () => {
  const { ours, theirs, run } = joined();
  const echo = theirs.readable.pipeTo(theirs.writable);
  const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => i * 7 & 255);
  const sent = new Blob([bytes]).stream().pipeTo(ours.writable);
  let back: Uint8Array | undefined;
  const got = new Response(ours.readable as ReadableStream<BufferSource>).bytes().then((all) => back = all);
  while (!back) {
    await run();
    await new Promise((next) => setTimeout(next, 0));
  }
  await Promise.all([echo, sent, got]);
  assert.deepEqual(back, bytes);
});

Deno.test("web streams: nothing is read before somebody pulls, and a writer waits for room", async () => {
  const { ours, theirs, run } = joined();
  const writer = ours.writable.getWriter();
  let written = false;
  const writing = writer.write(new Uint8Array(300_000)).then(() => written = true);
  await run();
  assert.equal(written, false, "two windows have room for less");
  const reader = theirs.readable.getReader();
  let got = 0;
  while (got < 300_000) {
    const next = reader.read();
    await run();
    got += (await next).value!.length;
  }
  await writing;
  assert.equal(got, 300_000);
});

Deno.test("web streams: a reset fails what waits at the other end, with its code", async () => {
  const { ours, theirs, run } = joined();
  const read = ours.readable.getReader().read();
  const write = ours.writable.getWriter().write(new Uint8Array(1 << 20));
  const failures = Promise.allSettled([read, write]);
  await run();
  await theirs.readable.cancel("not wanted");
  await run();
  for (const failed of await failures) {
    assert.equal(failed.status, "rejected");
    assert.equal(failed.reason.code, "cancelled");
    assert.equal(failed.reason.message, "not wanted");
  }
});

Deno.test("web streams: aborting a write that waits for room resets the stream", async () => {
  const { ours, theirs, run } = joined();
  const writer = ours.writable.getWriter();
  const write = writer.write(new Uint8Array(1 << 20)).catch((error) => error);
  const closed = writer.closed.catch((error) => error);
  await run();
  await writer.abort(new Error("enough"));
  assert.match(String(await write), /enough/);
  assert.match(String(await closed), /enough/);
  const reader = theirs.readable.getReader();
  assert.ok((await reader.read()).value, "what had come before");
  const read = reader.read();
  await Promise.all([run(), assert.rejects(read, { code: "cancelled" })]);
});

Deno.test("web streams: what opens a stream, all that is written and the end go in the turn in which they are given", async () => {
  const ends = new StreamEnds();
  const made = new WebStreams(ends.tables.viewer.open("test", new Uint8Array(0))!);
  const finished = made.finish(new Uint8Array(100));
  ends.send("viewer");
  assert.deepEqual(ends.sent.map(({ frame }) => frame.type), ["Open", "Data", "End"]);
  await finished;
});

Deno.test("web streams: what finishes a stream waits for room, and fails with what resets it", async () => {
  const { ends, ours, theirs, run } = joined();
  let finished = false;
  const finishing = ours.finish(new Uint8Array(300_000)).then(() => finished = true);
  const all = new Response(theirs.readable as ReadableStream<BufferSource>).bytes();
  await Promise.all([finishing, run(), run()]);
  assert.equal((await all).length, 300_000);
  assert.ok(finished);

  let other: WebStreams | undefined;
  ends.services.host.set("web", (stream) => other = new WebStreams(stream));
  const made = new WebStreams(ends.tables.viewer.open("web", new Uint8Array(0))!);
  const failing = assert.rejects(made.finish(new Uint8Array(300_000)), { code: "cancelled" });
  ends.settle();
  await other!.readable.cancel("not wanted");
  await Promise.all([failing, run()]);
  await assert.rejects(made.finish(new Uint8Array(1)), { code: "cancelled" });
});
