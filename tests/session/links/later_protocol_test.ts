/** A peer that says what only a later protocol knows, over real sessions: each end goes on as ever, and no link ends. */
import assert from "node:assert/strict";
import { decode, encode, type Value } from "../../../frames/codec.ts";
import type { Frame } from "../../../frames/frame.ts";
import { MAX_FRAMES } from "../../../frames/limits.ts";
import type { Channel, Link } from "../../../transport/link.ts";
import { framesOf, packetOf } from "../../frames/packets.ts";
import { type ModelViewer, World } from "../world.ts";

const text = (s: string) => new TextEncoder().encode(s);
/** Frames of types and streams that nobody here knows, with fields of every kind. */
const LATER: readonly Value[] = [
  [0, 90],
  [1, 91, 2 ** 40, "x", null, true, new Uint8Array(20), [1, [2, ["three"]]]],
  [3, 4000, "a long name".repeat(5)],
  [7, 1, 0],
  [15, 0, "code", "message"],
  [18, 99, new Uint8Array(3)],
];

/** Adds `LATER` to all that is sent on `link`, before and behind what is there, and features that nobody knows. */
function talksLater(link: Link): void {
  const send = link.send.bind(link);
  link.send = (channel, bytes) => {
    const [header, ...frames] = decode(bytes);
    // A probe has no room for others: with some it would be another packet.
    if (frames.length === 0) return send(channel, bytes);
    for (const frame of frames as Value[][]) {
      const greets = frame[0] === 0 && (frame[1] === 1 || frame[1] === 2);
      if (greets) frame[3] = [...frame[3] as Value[], "x-of-tomorrow", "teleport"];
    }
    const more = frames.length + 2 * LATER.length > MAX_FRAMES ? [] : LATER;
    return send(channel, encode([header!, ...more, ...frames, ...more]));
  };
}

async function works(world: World, viewer: ModelViewer): Promise<void> {
  for (let i = 0; i < 40; i++) {
    viewer.session.type(text(String.fromCharCode(97 + i % 26)));
    await world.run(60);
    if (i === 10) world.resize(100, 30);
    if (i === 20) world.print(new Uint8Array(30_000).fill(65));
    if (i === 30) world.host.notice("a line");
  }
  await world.run(2000);
  assert.equal(world.typed.length, 40);
  assert.equal(viewer.session.shown, world.host.version);
  assert.deepEqual(viewer.screen, world.screen);
  assert.deepEqual(viewer.size, { cols: 100, rows: 30 });
  assert.deepEqual(viewer.notices, ["a line"]);
}

for (const [who, loss] of [["host", 0], ["viewer", 0], ["both", 0.1]] as const) {
  Deno.test(`a later protocol at ${who}: screens, keys, notices and pictures come as ever, over a change of links`, async () => {
    const world = new World(31);
    world.onTyped = (bytes) => world.print(bytes);
    const viewer = world.viewer();
    const attach = viewer.session.attach.bind(viewer.session);
    viewer.session.attach = (link) => {
      if (who !== "host") talksLater(link);
      attach(link);
    };
    const attachHost = world.host.attach.bind(world.host);
    world.host.attach = (member, link) => {
      if (who !== "viewer") talksLater(link);
      return attachHost(member, link);
    };
    await viewer.connect({ delayMs: 20, loss });
    await world.run(500);
    const first = viewer.link!;
    let ended = false;
    void first.closed.then(() => ended = true);
    await works(world, viewer);
    assert.equal(ended, false);
    const { conversation } = viewer.session;
    const host = world.host.viewers.get(viewer.peer)!;
    if (who !== "viewer") assert.ok(conversation!.reader.unknown > 100, `${conversation!.reader.unknown}`);
    if (who !== "host") assert.ok(host.conversation!.reader.unknown > 100);
    assert.deepEqual([conversation!.reader.malformed, host.conversation!.reader.malformed], [0, 0]);
    // Only what both know is used.
    assert.equal(viewer.session.askPicture("0".repeat(32), 0), true);
    assert.ok(viewer.session.streams.open("nothing", new Uint8Array()));
    await viewer.connect({ delayMs: 20, loss });
    viewer.session.type(text("!"));
    await world.run(1500);
    assert.equal(world.typed.at(-1), "!".charCodeAt(0));
  });
}

/** Says `frames` over a link that works, from `from`; returns what came back of opened streams. */
async function answersTo(from: "host" | "viewer", channel: Channel, frames: Frame[], times = 1) {
  const world = new World(32);
  const viewer = world.viewer();
  const { host, viewer: end } = viewer.open({ delayMs: 5 });
  await world.run(200);
  const [speaker, listener] = from === "host" ? [host, end] : [end, host];
  const receive = speaker.onmessage!;
  const answers: Frame[] = [];
  speaker.onmessage = (on, bytes) => {
    for (const frame of framesOf(bytes)) if ("stream" in frame) answers.push(frame);
    receive(on, bytes);
  };
  let ended = false;
  void listener.closed.then(() => ended = true);
  for (let i = 0; i < times; i++) speaker.send(channel, packetOf(...frames));
  await world.run(300);
  viewer.session.type(text("x"));
  await world.run(200);
  assert.deepEqual([ended, world.typed.length], [false, 1], "the link goes on");
  return answers.map((frame) => frame.type === "Reset" ? `${frame.stream} ${frame.code}` : frame.type);
}

for (const from of ["viewer", "host"] as const) {
  Deno.test(`a service and streams that are not there: the ${from} is told with Reset, of each once, and such a Reset is never answered`, async () => {
    const stream = from === "viewer" ? 20 : 21;
    const open: Frame = { type: "Open", stream, service: "teleport", head: text("{}"), limit: 65_536 };
    const data: Frame = { type: "Data", stream: stream + 2, base: 0, data: text("x") };
    const credit: Frame = { type: "Credit", stream: stream + 4, have: 0, limit: 9 };
    const wanted = [`${stream} service`, `${stream + 2} unknown`, `${stream + 4} unknown`];
    assert.deepEqual(await answersTo(from, "bulk", [open, data, credit]), wanted);
    const reset = (of: number, code: string): Frame => ({ type: "Reset", stream: of, code, message: "" });
    const never = [reset(1, "gone"), reset(3, "gone"), reset(stream, "unknown"), reset(stream, "ended")];
    assert.deepEqual(await answersTo(from, "ctrl", never), []);
    // Who has reset a stream of which this end has not heard has to know that it is gone here, too.
    assert.deepEqual(await answersTo(from, "bulk", [reset(stream, "gone")]), [`${stream} unknown`]);
    const flood = await answersTo(from, "bulk", [data], 1000);
    assert.ok(flood.length >= 1 && flood.length <= 70, `${flood.length} answers to 1000`);
  });
}

Deno.test("a viewer of another protocol is told so in a line, whatever else its Hello says, and so is the person at a host of one", async () => {
  const world = new World(33);
  const viewer = world.viewer();
  viewer.stopped = true;
  const { viewer: link } = viewer.open({ delayMs: 5 });
  const byes: string[] = [];
  link.onmessage = (_, bytes) => {
    for (const frame of framesOf(bytes)) if (frame.type === "Bye") byes.push(frame.why);
  };
  // Before its own Hello is there.
  link.send("ctrl", encode([null, [0, 1, 3, ["unlike", 7], "anything"]]));
  await world.run(50);
  assert.deepEqual(byes, ["the host speaks Beach protocol 2, the viewer 3: use the same version"]);

  const other = world.viewer();
  const ends = other.open({ delayMs: 5 });
  ends.host.onmessage = () => {};
  ends.host.send("ctrl", encode([null, [0, 2, 9, "unlike"]]));
  await world.run(50);
  assert.equal(other.dismissed, "the host speaks Beach protocol 9, the viewer 2: use the same version");
  // It is over: whatever comes after that counts for nothing, and has no answer.
  other.dismissed = "";
  let answers = 0;
  ends.host.onmessage = () => answers++;
  for (let i = 0; i < 1000; i++) ends.host.send("ctrl", encode([null, [0, 2, 9], [0, 3, "again"]]));
  await world.run(50);
  assert.deepEqual([other.dismissed, answers], ["", 0]);
});
