/** Streams between a host's session and a viewer's, over real (memory) links: whatever becomes of the links. */
import assert from "node:assert/strict";
import type { ByteStream } from "../../../session/streams/byte_stream.ts";
import { World } from "../world.ts";
import { content } from "./stream_ends.ts";

const MB = 1024 * 1024;
const NOTHING = new Uint8Array(0);

/** Reads all of `stream` as it comes, and checks it. */
class Reader {
  got = 0;
  ended = false;

  constructor(private readonly stream: ByteStream, private readonly from: "viewer" | "host") {
    stream.onreadable = () => this.#read();
  }

  #read(): void {
    for (let data = this.stream.read(MB); data; data = this.stream.read(MB)) {
      const wanted = content(this.stream.id, this.from, this.got, data.length);
      assert.equal(Buffer.compare(data, wanted), 0, `the bytes from ${this.got} on`);
      this.got += data.length;
    }
    this.ended = this.stream.ended;
  }
}

/** Writes `size` bytes as there is room, then ends. */
function writeAll(stream: ByteStream, from: "viewer" | "host", size: number): void {
  let written = 0;
  const write = () => {
    for (;;) {
      const piece = content(stream.id, from, written, Math.min(64 * 1024, size - written));
      const taken = stream.write(piece);
      written += taken;
      if (written === size) return stream.end();
      if (taken < piece.length) return;
    }
  };
  stream.ondrain = write;
  write();
}

Deno.test("streams: 20 MB each way while links are changed, cut and lost; every byte comes once", async () => {
  const world = new World(7);
  const size = 20 * MB;
  let theirs: Reader | undefined;
  const closed: unknown[] = [];
  world.host.services.set("both", (stream, head, member) => {
    assert.deepEqual([...head], [1, 2, 3]);
    assert.equal(member.peer, "viewer0");
    theirs = new Reader(stream, "viewer");
    writeAll(stream, "host", size);
    stream.onclosed = (reason) => closed.push(reason);
  });
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20, loss: 0.02 });
  const stream = viewer.session.streams.open("both", Uint8Array.of(1, 2, 3))!;
  const ours = new Reader(stream, "host");
  writeAll(stream, "viewer", size);
  stream.onclosed = (reason) => closed.push(reason);
  for (let i = 0; i < 12; i++) {
    await world.run(45);
    await viewer.connect({ delayMs: i % 3 === 0 ? 5 : 40, loss: 0.02 }, i % 2 === 0);
  }
  assert.ok(ours.got > MB && ours.got < size, `${ours.got} bytes so far: the links changed in the middle`);
  await world.run(20_000);
  assert.deepEqual([theirs?.got, ours.got], [size, size]);
  assert.deepEqual([theirs?.ended, ours.ended], [true, true]);
  assert.deepEqual(closed, [null, null]);
  assert.equal(viewer.session.streams.unacked, 0);
});

Deno.test("streams: what was opened before there is a link goes when there is one; a service that is not there is refused", async () => {
  const world = new World(8);
  let came: Uint8Array = NOTHING;
  world.host.services.set("late", (stream) => {
    stream.onreadable = () => came = stream.read(100)!;
  });
  const viewer = world.viewer();
  const reasons: unknown[] = [];
  const stream = viewer.session.streams.open("late", NOTHING)!;
  stream.write(Uint8Array.of(4, 5));
  viewer.session.streams.open("none", NOTHING)!.onclosed = (reason) => reasons.push(reason?.code);
  await viewer.connect({ delayMs: 10 });
  await world.run(200);
  assert.deepEqual([...came], [4, 5]);
  assert.deepEqual(reasons, ["service"]);
});

Deno.test("streams: they end with the session, at both ends, whichever leaves", async () => {
  for (const leaves of ["viewer", "host"]) {
    const world = new World(9);
    const reasons: unknown[] = [];
    world.host.services.set("open", (stream) => stream.onclosed = (reason) => reasons.push(reason?.code));
    const viewer = world.viewer();
    await viewer.connect({ delayMs: 10 });
    viewer.session.streams.open("open", NOTHING)!.onclosed = (reason) => reasons.push(reason?.code);
    await world.run(200);
    assert.deepEqual(reasons, []);
    if (leaves === "viewer") viewer.session.leave("done");
    else world.host.viewers.get("viewer0")!.bye("done");
    await world.run(200);
    if (leaves === "host") world.host.remove("viewer0");
    assert.deepEqual(reasons, ["session", "session"], `${leaves} leaves`);
    assert.equal(viewer.session.streams.open("open", NOTHING), null);
  }
});

Deno.test("streams: one whose answer came ended well at the host, though the viewer leaves at once and bulk is slow", async () => {
  const world = new World(11);
  const reasons: unknown[] = [];
  world.host.services.set("ask", (stream) => {
    stream.onclosed = (reason) => reasons.push(reason);
    stream.onreadable = () => {
      stream.read(100);
      if (!stream.ended) return;
      stream.write(Uint8Array.of(1));
      stream.end();
    };
  });
  const viewer = world.viewer();
  const { viewer: link } = viewer.open({ delayMs: 10 });
  const stream = viewer.session.streams.open("ask", NOTHING)!;
  stream.end();
  for (let ms = 0; !stream.read(100); ms++) {
    assert.ok(ms < 500, "no answer");
    await world.run(1);
  }
  // Whatever goes on bulk from here on is later than the goodbye.
  const send = link.send.bind(link);
  link.send = (channel, bytes) => channel === "bulk" || send(channel, bytes);
  viewer.session.leave("done");
  await world.run(500);
  assert.deepEqual(reasons, [null]);
});

Deno.test("streams: many small messages, and as much as a fast path takes, stay within what a link takes of its peer", async () => {
  for (const pieces of [1, 200_000]) {
    const world = new World(10);
    let got = 0;
    world.host.services.set("echo", (stream) => {
      const pass = () => {
        for (let data = stream.read(MB); data; data = stream.read(MB)) stream.write(data);
      };
      stream.onreadable = pass;
    });
    const viewer = world.viewer();
    const { host } = viewer.open({ delayMs: 0.1 });
    let ended = "";
    host.closed.then(({ detail }) => ended = detail);
    const piece = new Uint8Array(pieces);
    const streams = Array.from(
      { length: pieces === 1 ? 100 : 2 },
      () => viewer.session.streams.open("echo", NOTHING)!,
    );
    for (const stream of streams) {
      stream.onreadable = () => {
        for (let data = stream.read(MB); data; data = stream.read(MB)) got += data.length;
      };
    }
    let written = 0;
    for (let turn = 0; turn < 1500; turn++) {
      for (const stream of streams) written += stream.write(piece);
      await world.run(1);
    }
    await world.run(2000);
    assert.equal(ended, "", `with pieces of ${pieces}`);
    // What an echo has no room for is dropped there.
    if (pieces === 1) assert.equal(got, written);
    else assert.ok(got > 20 * MB, `${got} bytes`);
  }
});
