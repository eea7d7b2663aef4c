/** Sound to viewers: who gets it, and what its packets say. */

import assert from "node:assert/strict";
import type { ViewerTracks } from "../../../transport/media/media_viewer.ts";
import { TrackManager } from "../../../transport/media/track_manager.ts";

const IDS = { playoutDelay: 0, sendTime: 0, captureTime: 0 };
/** CELT, 10 ms: 480 ticks. */
const OPUS = Uint8Array.of(0xF0, 1, 2, 3);

class Listener implements ViewerTracks {
  readonly packets: DataView[] = [];
  onrtcp: ViewerTracks["onrtcp"] = null;
  readonly offer: ViewerTracks["offer"];

  constructor(payloadType: number | undefined) {
    const stream = (mid: string, type: number) => ({ mid, payloadType: type, format: "", ids: IDS });
    this.offer = {
      sdp: "",
      video: stream("0", 108),
      audio: payloadType === undefined ? undefined : stream("1", payloadType),
    };
  }

  send(stream: "video" | "audio", packet: Uint8Array): boolean {
    if (stream === "audio") this.packets.push(new DataView(packet.slice().buffer));
    return true;
  }
}

Deno.test("sound goes to those who turned it on, in their payload type; the marker stands where silence ends", () => {
  const tracks = new TrackManager({ random: () => 0.5, now: () => 1000, maxBitrate: 1_000_000 });
  const [on, off, without] = [new Listener(111), new Listener(109), new Listener(undefined)];
  for (const [name, viewer] of Object.entries({ on, off, without })) tracks.add(name, viewer);
  tracks.show("on", { video: true, audio: true });
  tracks.show("without", { video: true, audio: true });
  for (const time of [48_000, 48_480, 48_960, 60_000]) tracks.sound(OPUS, time);
  assert.equal(off.packets.length + without.packets.length, 0);
  const first = on.packets[0]!;
  assert.deepEqual(
    on.packets.map((packet) => [
      packet.getUint8(1) & 127,
      packet.getUint8(1) >> 7,
      (packet.getUint16(2) - first.getUint16(2)) & 0xFFFF,
      packet.getUint32(4) - first.getUint32(4),
      packet.getUint32(8),
    ]),
    [[111, 1, 0, 0], [111, 0, 1, 480], [111, 0, 2, 960], [111, 1, 3, 12_000]]
      .map((fields) => [...fields, tracks.audio.ssrc]),
  );
  assert.equal(first.getUint32(24), 0xF0010203, "the Opus packet as it is");
  tracks.show("on", { video: true, audio: false });
  tracks.sound(OPUS, 72_000);
  assert.equal(on.packets.length, 4);
});
