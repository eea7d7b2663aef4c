/** Pictures over data: what changed and nothing else, never more than two on the way, sharp once all is still. */
import assert from "node:assert/strict";
import { PictureFeed } from "../../../../cli/desktop/host/picture_feed.ts";
import type { Rectangle } from "../../../../cli/desktop/x11/types.ts";
import { ByteReader } from "../../../../session/services/byte_reader.ts";
import {
  bytesOf,
  type PictureHead,
  readPictureHead,
} from "../../../../session/services/desktop/picture_head.ts";
import { encodeMessage, nextMessage } from "../../../../session/services/messages.ts";
import { ServiceError } from "../../../../session/streams/service_error.ts";
import { connected } from "../../../support/service_streams.ts";

const SIDE = { width: 640, height: 480 };
const AREA = { x: 0, y: 0, ...SIDE };
const PIXELS = new Uint8Array(SIDE.width * SIDE.height * 4);

/** A feed and its viewer. A "JPEG" here says its quality, and has `size` bytes. */
function feeding(size = 10, reads = true) {
  const made: { part: Rectangle; quality: number }[] = [];
  const got: PictureHead[] = [];
  const arrived: (() => void)[] = [];
  const jpeg = {
    encode: (_: Uint8Array, __: number, part: Rectangle, quality: number) => {
      made.push({ part, quality });
      return Promise.resolve(new Uint8Array(size).fill(quality));
    },
  };
  const served = Promise.withResolvers<{ feed: PictureFeed; heard: Promise<unknown> }>();
  let woken = 0;
  const open = connected((stream) => {
    const feed = new PictureFeed(stream, jpeg, () => woken++);
    served.resolve({ feed, heard: feed.hear().catch((error) => error) });
  });
  const stream = open("desktop", new Uint8Array());
  const writer = stream.writable.getWriter();
  const read = async () => {
    const reader = new ByteReader(stream.readable);
    for (;;) {
      const head = readPictureHead(await nextMessage(reader, 65_536));
      await reader.exactly(bytesOf(head.tiles));
      got.push(head);
      arrived.shift()?.();
    }
  };
  if (reads) read().catch(() => {});
  return {
    served: served.promise,
    made,
    got,
    woken: () => woken,
    next: () => new Promise<void>((resolve) => arrived.push(resolve)),
    say: (value: unknown) => writer.write(encodeMessage(value)),
    end: () => stream.reset(new ServiceError("cancelled", "")),
  };
}

const picture = (...changed: Rectangle[]) => ({ pixels: PIXELS, area: AREA, changed, at: 1, captureMs: 0 });
const CORNER = { x: 0, y: 0, width: 16, height: 16 };

/** Waits until `fits`; the feed wakes nobody when it has read an acknowledgement that changes nothing. */
async function until(fits: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !fits();) {
    assert.ok(performance.now() < end, "in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("the first picture covers the screen, the next what changed; two are on their way at most, and the rest goes together", async () => {
  const { served, got, made, next, say, woken, end } = feeding();
  const { feed } = await served;
  let came = next();
  await feed.picture(picture(CORNER));
  await came;
  assert.deepEqual(got[0]!.tiles, [[0, 0, 640, 480, 10]]);
  came = next();
  await feed.picture(picture(CORNER));
  await came;
  assert.deepEqual(got[1]!.tiles, [[0, 0, 16, 16, 10]]);
  await feed.picture(picture({ x: 100, y: 100, width: 300, height: 300 }));
  await feed.picture(picture({ x: 500, y: 0, width: 100, height: 100 }));
  assert.equal(made.length, 2);
  await say({ shown: 1 });
  await until(() => woken() === 1);
  came = next();
  await feed.picture(picture());
  await came;
  assert.deepEqual(got[2]!.tiles.map(([x]) => x), [100, 500]);
  end();
});

Deno.test("what went roughly goes once more, sharp, when nothing changes", async () => {
  const { served, made, got, say, woken, end } = feeding();
  const { feed } = await served;
  await feed.picture(picture(CORNER));
  await until(() => got.length === 1);
  await say({ shown: 1 });
  await until(() => woken() === 1);
  await feed.picture(picture());
  await feed.picture(picture());
  assert.deepEqual(made.map(({ quality }) => quality), [70, 92]);
  end();
});

Deno.test("tiles that have no room in one picture come with the next", async () => {
  const { served, got, made, say, woken, end } = feeding(3 * 1024 * 1024);
  const { feed } = await served;
  await feed.picture(picture(CORNER, { x: 600, y: 400, width: 16, height: 16 }));
  await until(() => got.length === 1);
  await say({ shown: 1 });
  await until(() => woken() === 1);
  await feed.picture(picture(CORNER, { x: 600, y: 400, width: 16, height: 16 }));
  await until(() => got.length === 2);
  assert.equal(got[1]!.tiles.length, 1);
  await say({ shown: 2 });
  await until(() => woken() === 2);
  await feed.picture(picture());
  await until(() => got.length === 3);
  assert.deepEqual(got[2]!.tiles[0]!.slice(0, 2), [600, 400]);
  assert.ok(made.length >= 3);
  end();
});

Deno.test("a viewer that has shown what was never sent gets nothing for it; one that says nonsense loses the stream", async () => {
  const { served, say, made } = feeding();
  const { feed, heard } = await served;
  await feed.picture(picture(CORNER));
  await feed.picture(picture(CORNER));
  await say({ shown: 1000 });
  await say({ shown: "all" });
  const error = await heard;
  assert(error instanceof ServiceError);
  assert.equal(error.code, "bad-answer");
  await feed.picture(picture(CORNER));
  assert.equal(made.length, 2);
});

Deno.test("who acknowledges pictures that it never reads is sent what its stream has room for, and two more", async () => {
  const size = 1024 * 1024;
  const { served, made, say, end } = feeding(size, false);
  const { feed } = await served;
  for (let n = 0; n < 40; n++) {
    await feed.picture(picture(CORNER));
    await say({ shown: made.length });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.ok(made.length >= 2 && made.length <= 8, `${made.length} MB`);
  end();
});
