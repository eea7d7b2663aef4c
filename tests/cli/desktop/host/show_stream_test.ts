/** What a host says on `show`: in turn, the newest of some, and never more than a slow viewer may make wait. */
import assert from "node:assert/strict";
import { DesktopPointer } from "../../../../cli/desktop/host/desktop_pointer.ts";
import { ShowStream } from "../../../../cli/desktop/host/show_stream.ts";
import { ByteReader } from "../../../../session/services/byte_reader.ts";
import { type HostSays, readHostSays } from "../../../../session/services/desktop/show_messages.ts";
import type { ViewerSays } from "../../../../session/services/desktop/viewer_messages.ts";
import { encodeMessage, nextMessage } from "../../../../session/services/messages.ts";
import { ServiceError } from "../../../../session/streams/service_error.ts";
import { connected } from "../../../support/service_streams.ts";

/** What is shared of a screen. */
const AREA = { x: 10, y: 10, width: 100, height: 100 };

function shown() {
  const served = Promise.withResolvers<{ show: ShowStream; heard: Promise<unknown> }>();
  const heard: ViewerSays[] = [];
  const open = connected((stream) => {
    const show = new ShowStream(stream);
    served.resolve({ show, heard: show.hear((said) => heard.push(said)).catch((error) => error) });
  });
  const stream = open("desktop", new Uint8Array());
  return { stream, said: heard, served: served.promise, writer: stream.writable.getWriter() };
}

Deno.test("lines come in turn; of places of the pointer only the newest", async () => {
  const { stream, served } = shown();
  const { show } = await served;
  for (let x = 0; x < 1000; x++) show.say({ is: "pointer", value: [x, 0] });
  show.say({ is: "notice", value: "one" });
  show.say({ is: "notice", value: "two" });
  const reader = new ByteReader(stream.readable);
  const all: unknown[] = [];
  while (all.length < 3) all.push(readHostSays(await nextMessage(reader, 65_536)));
  assert.deepEqual(all, [
    { is: "pointer", value: [999, 0] },
    { is: "notice", value: "one" },
    { is: "notice", value: "two" },
  ]);
  show.close(new ServiceError("gone", "the end"));
  await assert.rejects(nextMessage(reader, 65_536), /the end/);
});

Deno.test("a viewer that reads nothing loses the stream before 64 messages or 256 KiB wait", async () => {
  for (const [count, line] of [[20_000, "x"], [4000, "x".repeat(250)]] as const) {
    const { served, stream } = shown();
    const { show } = await served;
    for (let i = 0; i < count; i++) show.say({ is: "notice", value: line });
    await assert.rejects(new ByteReader(stream.readable).exactly(10 ** 7), /too much waits/);
  }
});

Deno.test("a flood of messages, or one that can't be read, ends what a viewer says", async () => {
  const flood = shown();
  const { heard } = await flood.served;
  const ping = encodeMessage({ ping: 1 });
  for (let i = 0; i < 1000; i++) await flood.writer.write(ping).catch(() => {});
  assert.match(String(await heard), /flood/);
  assert.ok(flood.said.length >= 200 && flood.said.length < 400, `${flood.said.length}`);
  const other = shown();
  const { heard: nothing } = await other.served;
  await other.writer.write(encodeMessage({ want: { how: "everything" } }));
  const error = await nothing;
  assert(error instanceof ServiceError);
  assert.equal(error.code, "bad-answer");
});

Deno.test("a pointer's image goes once to each viewer, whoever came later or reads slowly gets those that it lacks", async () => {
  const pointer = new DesktopPointer();
  const image = (serial: number) =>
    pointer.looks({ serial, width: 1, height: 1, hotX: 0, hotY: 0, rgba: new Uint8Array(4) })!;
  const viewer = async () => {
    const { stream, served } = shown();
    const { show } = await served;
    const reader = new ByteReader(stream.readable);
    const next = async (...said: HostSays[]) => {
      for (const each of said) show.say(each);
      const value = readHostSays(await nextMessage(reader, 65_536))!.value as { id: number; png?: string };
      return [value.id, value.png !== undefined];
    };
    return next;
  };
  const early = await viewer();
  assert.deepEqual(await early(image(1)), [1, true]);
  assert.deepEqual(await early(image(2)), [2, true]);
  const late = await viewer();
  assert.deepEqual(await late(...pointer.first(AREA)), [2, true]);
  const again = image(1);
  assert.deepEqual(await early(again), [1, false]);
  assert.deepEqual(await late(again), [1, true], "who came later never had it");
  // An image that another one overtook was not sent.
  assert.deepEqual(await early(image(3), image(4)), [4, true]);
  assert.deepEqual(await early(image(3)), [3, true]);
  // No more are counted on than a page keeps.
  for (let serial = 100; serial < 164; serial++) assert.deepEqual(await early(image(serial)), [serial, true]);
  assert.deepEqual(await early(image(4)), [4, true]);
});

Deno.test("who comes is told of the pointer's image and place; one that the display keeps to itself changes nothing", async () => {
  const pointer = new DesktopPointer();
  assert.deepEqual(pointer.first(AREA), []);
  const rgba = new Uint8Array(4);
  const none = { serial: 0, width: 0, height: 0, hotX: 0, hotY: 0, rgba: new Uint8Array() };
  const image = { serial: 1, width: 1, height: 1, hotX: 0, hotY: 0, rgba };
  await pointer.read({
    image: () => Promise.resolve(image),
    position: () => Promise.resolve({ x: 30, y: 5 }),
  });
  const [said, place] = pointer.first(AREA);
  assert.deepEqual(place, { is: "pointer", value: [20, 0] });
  assert.equal(pointer.looks(none), undefined);
  assert.deepEqual(pointer.first(AREA), [said, place]);
  for (const each of [said!, place!]) assert.deepEqual(readHostSays({ [each.is]: each.value }), each);
  assert.deepEqual(pointer.moved({ x: 40, y: 50 }, AREA), { is: "pointer", value: [30, 40] });
  assert.deepEqual(pointer.first(AREA)[1], { is: "pointer", value: [30, 40] });
});
