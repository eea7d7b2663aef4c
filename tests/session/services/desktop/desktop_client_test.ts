/** The viewer's side against a host's that is made here, over real opened streams. */
import assert from "node:assert/strict";
import { ByteReader } from "../../../../session/services/byte_reader.ts";
import { DesktopClient, type PictureIn } from "../../../../session/services/desktop/desktop_client.ts";
import { type DesktopHead, readDesktopHead } from "../../../../session/services/desktop/heads.ts";
import { encodePictureHead } from "../../../../session/services/desktop/picture_head.ts";
import { readViewerSays, type ViewerSays } from "../../../../session/services/desktop/viewer_messages.ts";
import { encodeMessage, nextMessage } from "../../../../session/services/messages.ts";
import type { ServiceStream } from "../../../../session/services/service_stream.ts";
import { ServiceError } from "../../../../session/streams/service_error.ts";
import type { Clock } from "../../../../session/runtime/clock.ts";
import { deadline } from "../../../support/deadline.ts";
import { connected } from "../../../support/service_streams.ts";

const SOON = 5000;

/** A clock whose waits are over when the test says so. */
class HandClock implements Clock {
  at = 0;
  readonly waits: { readonly ms: number; readonly run: () => void }[] = [];
  now(): number {
    return this.at;
  }
  after(ms: number, run: () => void): () => void {
    const wait = { ms, run };
    this.waits.push(wait);
    return () => void this.waits.splice(this.waits.indexOf(wait), 1);
  }
}

interface Opened {
  readonly head: DesktopHead;
  readonly stream: ServiceStream;
  readonly from: ByteReader;
}

/** A client, and the streams that reach its host, in order. */
function scene(paint: (picture: PictureIn) => Promise<void> = () => Promise.resolve()) {
  const waiting: Opened[] = [];
  let told: ((opened: Opened) => void) | undefined;
  const open = connected((stream, head) => {
    const opened = { head: readDesktopHead(head), stream, from: new ByteReader(stream) };
    stream.writable.getWriter().releaseLock();
    if (told) told(opened);
    else waiting.push(opened);
    told = undefined;
  });
  const clock = new HandClock();
  const client = new DesktopClient(open, clock, paint);
  const next = (): Promise<Opened> =>
    deadline(
      new Promise((resolve) => {
        const first = waiting.shift();
        if (first) resolve(first);
        else told = resolve;
      }),
      SOON,
      "a stream",
    );
  const lost = () =>
    deadline(
      new Promise<readonly [string, number | undefined]>((resolve) => {
        const stop = client.listen({
          lost: (error, again) => {
            stop();
            resolve([error.code, again]);
          },
        });
      }),
      SOON,
      "the loss",
    );
  return { client, clock, next, lost };
}

const say = async (stream: ServiceStream, ...messages: unknown[]) => {
  const writer = stream.writable.getWriter();
  for (const message of messages) await writer.write(encodeMessage(message));
  writer.releaseLock();
};
const heard = async ({ from }: Opened): Promise<ViewerSays | undefined> =>
  readViewerSays(await deadline(nextMessage(from, 65_536), SOON, "a message"));

const WANT = { how: "automatic", width: 800, height: 600, audio: false, visible: true } as const;

Deno.test("a client says what it wants whenever the desktop is opened, and waits longer after each loss", async () => {
  const { client, clock, next, lost } = scene();
  client.want(WANT);
  client.start();
  for (const wait of [250, 500, 1000]) {
    const show = await next();
    assert.deepEqual(show.head, { kind: "show" });
    assert.deepEqual(await heard(show), { is: "want", value: WANT });
    assert.equal((await heard(show))?.is, "ping");
    const gone = lost();
    show.stream.reset(new ServiceError("gone", "the X server ended"));
    assert.deepEqual(await gone, ["gone", wait]);
    clock.waits.shift()!.run();
  }
  // One that lasted begins anew.
  const show = await next();
  clock.at += 20_000;
  const gone = lost();
  show.stream.reset(new ServiceError("gone", "again"));
  assert.deepEqual(await gone, ["gone", 250]);
  client.close();
  assert.equal(clock.waits.length, 0);
});

Deno.test("what is denied is not asked for again; a host that says what can't be read loses the stream", async () => {
  const { client, clock, next, lost } = scene();
  client.start();
  const first = await next();
  const wrong = lost();
  await say(first.stream, { screen: { width: -1 } });
  assert.deepEqual(await wrong, ["bad-answer", 250]);
  clock.waits.shift()!.run();
  const second = await next();
  const denied = lost();
  second.stream.reset(new ServiceError("denied", "no"));
  assert.deepEqual(await denied, ["denied", undefined]);
  assert.equal(clock.waits.length, 0);
  client.close();
});

Deno.test("messages reach the listeners, and pings tell the host's clock", async () => {
  const { client, clock, next } = scene();
  const said: string[] = [];
  const opened = Promise.withResolvers<void>();
  const last = Promise.withResolvers<void>();
  client.listen({
    opened: () => opened.resolve(),
    said: ({ is }) => {
      said.push(is);
      if (is === "notice") last.resolve();
    },
  });
  client.start();
  const show = await next();
  const ping = await heard(show);
  clock.at = 40;
  await say(
    show.stream,
    { later: 1 },
    { clock: { rtp: 90_000, at: 1000 } },
    { pong: { ping: ping!.value, at: 5020 } },
    { pong: { ping: 999, at: 1 } },
    { notice: "hello" },
  );
  await deadline(Promise.all([opened.promise, last.promise]), SOON, "the notice");
  assert.deepEqual(said, ["clock", "pong", "pong", "notice"]);
  assert.equal(client.offset.ours(5020), 20);
  assert.equal(client.rtpClock.at(180_000), 2000);
  client.close();
});

Deno.test("pictures come whole and one after the other, and each is said to be shown once it is", async () => {
  const painted: PictureIn[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { client, next } = scene((picture) => {
    painted.push(picture);
    return gates[painted.length - 1]!.promise;
  });
  client.wantPictures(true);
  client.wantPictures(true);
  const opened = await next();
  assert.deepEqual(opened.head, { kind: "pictures" });
  const writer = opened.stream.writable.getWriter();
  const picture = (number: number) =>
    encodePictureHead({
      ...{ number, at: number, width: 20, height: 10 },
      tiles: [[0, 0, 10, 10, 3], [10, 0, 10, 10, 2]],
    });
  for (const number of [1, 2]) {
    await writer.write(picture(number));
    await writer.write(Uint8Array.of(1, 2, 3, 4, number));
  }
  gates[0]!.resolve();
  assert.deepEqual(await deadline(nextMessage(opened.from, 100), SOON, "the first"), { shown: 1 });
  gates[1]!.resolve();
  assert.deepEqual(await deadline(nextMessage(opened.from, 100), SOON, "the second"), { shown: 2 });
  assert.deepEqual(painted[1]!.tiles.map((tile) => [...tile]), [[1, 2, 3], [4, 2]]);
  client.wantPictures(false);
  await assert.rejects(deadline(nextMessage(opened.from, 100), SOON, "the end"), ServiceError);
});

Deno.test("a negotiation: the offer, the answer, candidates both ways; its end is told", async () => {
  const { client, next } = scene();
  const got: unknown[] = [];
  const over = Promise.withResolvers<string>();
  const media = client.negotiate({ offer: "v=0 offer", policy: "relay" }, {
    answer: (sdp) => void got.push(sdp),
    candidate: (candidate) => void got.push(candidate),
    over: ({ code }) => over.resolve(code),
  });
  media.candidate({ candidate: "ours", mid: "0" });
  const opened = await next();
  assert.deepEqual(await nextMessage(opened.from, 1000), { offer: "v=0 offer", policy: "relay" });
  assert.deepEqual(await nextMessage(opened.from, 1000), { candidate: "ours", mid: "0" });
  await say(opened.stream, { answer: "v=0 answer" }, { candidate: "theirs", mid: "0" });
  await say(opened.stream, { candidate: "x".repeat(513), mid: "0" });
  assert.equal(await deadline(over.promise, SOON, "the end"), "bad-answer");
  assert.deepEqual(got, ["v=0 answer", { candidate: "theirs", mid: "0" }]);
});

Deno.test("the clipboard both ways, and a host that gives less than it said", async () => {
  const { client, next } = scene();
  const sending = client.sendClip("text/plain", new TextEncoder().encode("grüße"));
  const there = await next();
  assert.deepEqual(there.head, { kind: "clip", type: "text/plain", size: 7 });
  assert.equal(new TextDecoder().decode(await there.from.exactly(7)), "grüße");
  assert.equal(await there.from.some(), undefined);
  await there.stream.writable.close();
  await deadline(sending, SOON, "the host to have it");

  const getting = client.getClip(4, "image/png");
  const asked = await next();
  assert.deepEqual(asked.head, { kind: "clip-get", id: 4, type: "image/png" });
  await say(asked.stream, { size: 3 });
  await asked.stream.finish(Uint8Array.of(1, 2, 3));
  assert.deepEqual([...await deadline(getting, SOON, "the bytes")], [1, 2, 3]);

  const broken = client.getClip(5, "text/plain");
  const short = await next();
  await say(short.stream, { size: 3 });
  await short.stream.finish(Uint8Array.of(1));
  await assert.rejects(deadline(broken, SOON, "the fault"), { code: "gone" });

  const huge = client.getClip(6, "text/plain");
  await say((await next()).stream, { size: 2 ** 40 });
  await assert.rejects(deadline(huge, SOON, "the refusal"), { code: "bad-answer" });
  await assert.rejects(client.sendClip("text/plain", new Uint8Array(16 * 1024 * 1024 + 1)), {
    code: "too-large",
  });
});
