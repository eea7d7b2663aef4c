/** Frames of a packet count, not only packets: many in one are no way around what a peer may cost. */
import assert from "node:assert/strict";
import { encode, type Value } from "../../../frames/codec.ts";
import type { Frame } from "../../../frames/frame.ts";
import { encodePacket } from "../../../frames/packet.ts";
import { PacketReader } from "../../../session/links/packet_reader.ts";
import { HEADER } from "../../frames/packets.ts";

const full = (one: Frame) => encodePacket({ header: HEADER, frames: Array.from({ length: 64 }, () => one) });
const unknown = encode([
  [1, 0, 0, 0, 0, 0],
  ...Array.from({ length: 64 }, (): Value => [0, 90]),
]);
/** Packets of 64 frames, and how many of a viewer's pass at once: of 4,000, two frames are one, sixteen of opened streams too. */
const FULL: readonly (readonly [string, Uint8Array, number])[] = [
  ["windows", full({ type: "Window", cols: 80, rows: 24 }), 4000 / 32],
  ["frames that nobody knows", unknown, 4000 / 32],
  ["ends of streams", full({ type: "End", stream: 16, size: 0 }), 4000 / 5],
];

for (const [name, bytes, most] of FULL) {
  Deno.test(`64 ${name} in each packet: after ${most} the rest is dropped on term, and ends the link on ctrl`, () => {
    let dropped = 0;
    const term = new PacketReader("viewer", true, 0, () => dropped++);
    let passed = 0;
    for (let i = 0; i < 1000; i++) if (term.read("term", bytes, 0)) passed++;
    assert.deepEqual([passed, dropped], [most, 1000 - most]);
    const ctrl = new PacketReader("viewer", true, 0, () => {});
    for (let i = 0; i < most; i++) assert.ok(ctrl.read("ctrl", bytes, 0));
    assert.throws(() => ctrl.read("ctrl", bytes, 0), /a flood of messages/);
  });
}
