import assert from "node:assert/strict";
import { MAX_INTEGER } from "../../../frames/codec.ts";
import { decodeMessage, encodeMessage, MAX_PARTS, MAX_SIDE, MAX_SNAPSHOT } from "../../../frames/message.ts";
import { SMALL } from "../../../session/sync/sender.ts";
import { SMALL_PART } from "../../../session/sync/snapshot_parts.ts";
import { MAX_DATAGRAM } from "../../../transport/link.ts";

const U32 = 0xffff_ffff;

Deno.test("a lossy message fits one packet with the longest header that there is, and leaves nothing of it empty", () => {
  const data = new Uint8Array(SMALL);
  const longest = encodeMessage({
    type: "Data",
    ...{ time: U32, echo: U32, held: U32 },
    ...{ number: MAX_INTEGER, top: MAX_INTEGER, got: MAX_INTEGER, have: MAX_INTEGER, gen: MAX_INTEGER },
    sack: [7, 6, 5, 4, 3, 2, 1, 0].map((less) => MAX_INTEGER - less),
    ...{ base: MAX_INTEGER - SMALL, data, effect: MAX_INTEGER },
  });
  decodeMessage(longest);
  assert.equal(longest.length, MAX_DATAGRAM);
});

Deno.test("so does a small part of a snapshot", () => {
  const longest = encodeMessage({
    type: "Snapshot",
    ...{ id: MAX_INTEGER, gen: MAX_INTEGER, version: MAX_INTEGER, cols: MAX_SIDE, rows: MAX_SIDE },
    ...{ line: MAX_INTEGER, era: MAX_INTEGER, size: MAX_SNAPSHOT, part: MAX_PARTS - 1, parts: MAX_PARTS },
    data: new Uint8Array(SMALL_PART),
  });
  decodeMessage(longest);
  assert.equal(longest.length, MAX_DATAGRAM);
});
