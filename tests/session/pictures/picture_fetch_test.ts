/** Pictures from a host to a viewer that shows them and has them not: whole, one at a time, and only those. */
import assert from "node:assert/strict";
import type { PicturePiece } from "../../../frames/history_frames.ts";
import { MAX_PICTURE } from "../../../frames/limits.ts";

import { PictureFetcher } from "../../../session/pictures/picture_fetcher.ts";
import { pictureId, PictureStore } from "../../../session/pictures/picture_store.ts";
import { packetOf } from "../../frames/packets.ts";
import { World } from "../world.ts";

function picture(size: number, seed = 1) {
  const data = Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 8)) & 255);
  const made = { kind: "file" as const, data };
  return { id: pictureId(made), ...made };
}

for (
  const [how, path] of Object.entries({
    "a good path": {},
    "a path that loses 5 %": { loss: 0.05, lossy: true },
  })
) {
  Deno.test(`pictures of a byte, of 300 KB and of 4 MiB come whole over ${how}`, async () => {
    const world = new World(3);
    const viewer = world.viewer("view");
    await viewer.connect({ delayMs: 20, ...path });
    await world.run(500);
    const all = [picture(1), picture(300_000, 7), picture(MAX_PICTURE, 3)];
    for (const { id, kind, data } of all) world.pictures.keep(id, { kind, data });
    const missing = () => all.filter(({ id }) => !viewer.pictures.get(id)).map(({ id }) => id);
    for (let i = 0; missing().length > 0 && i < 6000; i++) {
      viewer.fetcher.want(missing(), world.clock.now);
      await world.run(50);
    }
    for (const { id, data } of all) assert.deepEqual(viewer.pictures.get(id)?.data, data);
    assert.ok(viewer.session.conversation, "the link goes on");
  });
}

Deno.test("a viewer goes on with a picture where it was when its link was cut, and asks seldom for what its host has not", async () => {
  const world = new World(4);
  const asked: string[] = [];
  const viewer = world.viewer("view");
  await viewer.connect({ delayMs: 50 });
  await world.run(500);
  world.asked = (what) => asked.push(what);
  const { id, kind, data } = picture(2_000_000, 5);
  world.pictures.keep(id, { kind, data });
  viewer.fetcher.want([id], world.clock.now);
  await world.run(400);
  assert.equal(viewer.pictures.get(id), undefined);
  await viewer.connect({ delayMs: 50 });
  for (let i = 0; i < 200 && !viewer.pictures.get(id); i++) {
    viewer.fetcher.want([id], world.clock.now);
    await world.run(50);
  }
  assert.deepEqual(viewer.pictures.get(id)?.data, data);
  asked.length = 0;
  for (let i = 0; i < 100; i++) {
    viewer.fetcher.want(["0".repeat(32)], world.clock.now);
    await world.run(50);
  }
  assert.equal(asked.filter((what) => what === "pictures").length, 1);
});

Deno.test("what a host says of pictures that nobody asked for, or out of place, is dropped", () => {
  const store = new PictureStore();
  const asked: [string, number][] = [];
  let arrived = 0;
  const fetcher = new PictureFetcher(store, (id, from) => asked.push([id, from]) > 0, () => arrived++);
  const id = "a".repeat(32);
  const piece = (about: Partial<PicturePiece>): PicturePiece => {
    const data = about.data ?? new Uint8Array(10);
    const from = about.from ?? 0;
    const made: PicturePiece = {
      type: "Picture",
      id,
      kind: 2,
      size: 30,
      from,
      to: from + 10,
      data,
      ...about,
    };
    packetOf(made);
    return made;
  };
  fetcher.receive(piece({}), 0);
  fetcher.want([id, "b".repeat(32)], 0);
  fetcher.receive(piece({ id: "b".repeat(32) }), 0);
  fetcher.receive(piece({ from: 10 }), 0);
  assert.deepEqual(asked, [[id, 0]]);
  fetcher.receive(piece({}), 0);
  fetcher.receive(piece({}), 0);
  assert.deepEqual(asked, [[id, 0], [id, 10]]);
  fetcher.receive(piece({ from: 10, data: new Uint8Array(0) }), 0);
  fetcher.want([id], 1);
  assert.equal(asked.length, 2, "an empty piece ends it for a while");
  fetcher.want([id], 40_000);
  for (const from of [0, 10, 20]) fetcher.receive(piece({ from }), 40_000);
  assert.equal(store.get(id)?.data.length, 30);
  assert.equal(arrived, 1);
});

Deno.test("a viewer that missed the beginning of something asks for the screen, and gets it once", async () => {
  const world = new World(5);
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 20 });
  world.print(new TextEncoder().encode("text"));
  await world.run(500);
  const before = viewer.snapshots;
  viewer.session.resync();
  await world.run(2000);
  assert.equal(viewer.snapshots, before + 1);
});
