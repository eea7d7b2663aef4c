/** A viewer that takes nothing from `bulk` and confirms none of its streams: what the host keeps for it there stays bounded. */
import assert from "node:assert/strict";
import { packetOf } from "../../frames/packets.ts";
import { World } from "../world.ts";

const MB = 1024 * 1024;

Deno.test("pictures that a viewer asks for while nothing leaves bulk are not piled up, whatever its streams have unacked", async () => {
  const world = new World(61);
  const id = "a".repeat(32);
  world.pictures.keep(id, { kind: "file", data: new Uint8Array(2 * MB) });
  world.host.services.set("flood", (stream) => {
    stream.ondrain = () => void stream.write(new Uint8Array(4 * MB));
    stream.ondrain();
  });
  const viewer = world.viewer();
  const { host, viewer: link } = viewer.open({ delayMs: 1 });
  await world.run(200);
  viewer.stopped = true;
  link.onmessage = () => {};
  for (const stream of [16, 18, 20]) {
    const head = new Uint8Array(0);
    link.send("bulk", packetOf({ type: "Open", stream, service: "flood", head, limit: 2 ** 40 }));
  }
  await world.run(5000);
  assert.ok(world.host.viewers.get(viewer.peer)!.streams.unacked > 4 * MB);
  // From now on it takes nothing.
  const { send } = host;
  let stands = 0;
  host.send = (channel, bytes) => {
    if (channel === "bulk") stands += bytes.length;
    return channel === "bulk" ? true : send.call(host, channel, bytes);
  };
  host.buffered = (channel) => channel === "bulk" ? stands : 0;
  for (let i = 0; i < 200; i++) {
    link.send("term", packetOf({ type: "PictureRequest", id, from: 0 }));
    await world.run(20);
  }
  assert.ok(stands > 0 && stands < 2.5 * MB, `${stands} bytes`);
});
