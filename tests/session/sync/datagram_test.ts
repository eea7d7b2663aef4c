import assert from "node:assert/strict";
import { MAX_INTEGER } from "../../../frames/codec.ts";
import { MAX_PARTS, MAX_SIDE, MAX_SNAPSHOT } from "../../../frames/limits.ts";
import { decodePacket, encodePacket } from "../../../frames/packet.ts";
import { SMALL } from "../../../session/sync/sender.ts";
import { SMALL_PART } from "../../../session/sync/snapshot_parts.ts";
import { MAX_DATAGRAM } from "../../../transport/link.ts";

const U32 = 0xffff_ffff;
const LONGEST = { time: U32, echo: U32, held: U32, number: MAX_INTEGER, top: MAX_INTEGER, got: MAX_INTEGER };
const SACK = [7, 6, 5, 4, 3, 2, 1, 0].map((less) => MAX_INTEGER - less);

Deno.test("a lossy packet of output fits a datagram with the longest header and ack that there are, and leaves nothing of it empty", () => {
  const data = new Uint8Array(SMALL);
  const base = MAX_INTEGER - SMALL;
  const output = encodePacket({
    header: LONGEST,
    frames: [
      { type: "Output", gen: U32, base, data },
      { type: "InputAck", have: MAX_INTEGER, effect: MAX_INTEGER, sack: SACK },
    ],
  });
  decodePacket(output);
  assert.equal(output.length, MAX_DATAGRAM);
  const input = encodePacket({
    header: LONGEST,
    frames: [{ type: "Input", base, data }, { type: "OutputAck", have: MAX_INTEGER, gen: U32, sack: SACK }],
  });
  decodePacket(input);
  assert.ok(input.length <= MAX_DATAGRAM);
});

Deno.test("so does a small part of a snapshot", () => {
  const longest = encodePacket({
    header: LONGEST,
    frames: [{
      type: "Snapshot",
      ...{ id: U32, gen: U32, version: MAX_INTEGER, cols: MAX_SIDE, rows: MAX_SIDE },
      ...{ line: MAX_INTEGER, era: U32, size: MAX_SNAPSHOT, part: MAX_PARTS - 1, parts: MAX_PARTS },
      data: new Uint8Array(SMALL_PART),
    }],
  });
  decodePacket(longest);
  assert.equal(longest.length, MAX_DATAGRAM);
});
