/** What is counted of opened streams, and who hears of them. */
import assert from "node:assert/strict";
import type { HostWatch } from "../../../session/host/viewer_streams.ts";
import { hostNumbers, viewerNumbers } from "../../../session/stats.ts";
import { sessionLine } from "../../../session/stats_text.ts";
import { World } from "../world.ts";

const head = Uint8Array.of(7);

Deno.test("numbers: streams that are open and bytes each way, by service, alike at both ends", async () => {
  const world = new World(3);
  world.host.services.set("echo", (stream) => {
    stream.onreadable = () => {
      for (let data = stream.read(9999); data; data = stream.read(9999)) stream.write(data.subarray(0, 10));
      if (stream.ended) stream.end();
    };
  });
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 10 });
  const streams = [1, 2, 3].map(() => viewer.session.streams.open("echo", head)!);
  viewer.session.streams.open("none", head);
  for (const stream of streams) stream.write(new Uint8Array(1000));
  await world.run(200);
  streams[0]!.end();
  streams[1]!.reset("cancelled", "");
  for (const stream of streams) while (stream.read(9999));
  await world.run(200);
  const ours = viewerNumbers(viewer.session, world.clock.now).services;
  const theirs = hostNumbers(world.host.viewers.get("viewer0")!, world.clock.now).services;
  assert.deepEqual(ours.echo, { open: 1, opened: 3, out: 3000, in: 30 });
  assert.deepEqual(theirs, { echo: { open: 1, opened: 3, out: 30, in: 3000 } });
  assert.match(
    sessionLine(hostNumbers(world.host.viewers.get("viewer0")!, world.clock.now)),
    /, echo 1 of 3 streams open, 30 B out 3.0 kB in$/,
  );
});

Deno.test("a host hears of each stream that a viewer opens and of its end, and of what is no service", async () => {
  const heard: unknown[] = [];
  const watch: HostWatch = {
    typed: () => {},
    opened: ({ peer }, { id, service }, [byte]) => heard.push(["opened", peer, id, service, byte]),
    closed: ({ peer }, { id, in: came }, reason) => heard.push(["closed", peer, id, came, reason?.code]),
    refused: ({ peer }, service) => heard.push(["refused", peer, service]),
  };
  const world = new World(4, false, watch);
  world.host.services.set("ends", (stream) => (stream.end(), stream.onreadable = () => stream.read(9)));
  world.host.services.set("stays", () => {});
  world.host.services.set("throws", () => {
    throw new Error("a fault");
  });
  const viewer = world.viewer();
  await viewer.connect({ delayMs: 10 });
  const { streams } = viewer.session;
  const ends = streams.open("ends", head)!;
  ends.write(Uint8Array.of(1, 2));
  ends.end();
  ends.onreadable = () => ends.read(9);
  streams.open("none", head);
  await world.run(300);
  streams.open("stays", head);
  streams.open("throws", head);
  await world.run(200);
  viewer.session.leave("done");
  await world.run(200);
  assert.deepEqual(heard, [
    ["opened", "viewer0", 16, "ends", 7],
    ["refused", "viewer0", "none"],
    ["closed", "viewer0", 16, 2, undefined],
    ["opened", "viewer0", 20, "stays", 7],
    ["opened", "viewer0", 22, "throws", 7],
    ["closed", "viewer0", 22, 0, "failed"],
    ["closed", "viewer0", 20, 0, "session"],
  ]);
});
