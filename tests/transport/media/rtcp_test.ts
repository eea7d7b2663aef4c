/** RTCP of viewers: as Chromium writes it, and as nobody should. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { readRtcp } from "../../../transport/media/rtcp.ts";

const bytes = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const REPORT = "81c90007 00000001 0000007b 40000005 00010203 00000010 7e818000 00008000";
const NACK = "81cd0003 00000001 0000007b 1234 8005";
const PLI = "81ce0002 00000001 0000007b";
const FIR = "84ce0004 00000001 00000000 0000007b 05000000";
const REMB = "8fce0005 00000001 00000000 52454d42 01 0b d090 0000007b";

Deno.test("RTCP: a compound packet of all that is known is read", () => {
  assert.deepEqual(readRtcp(bytes([REPORT, NACK, PLI, FIR, REMB].join(" "))), {
    events: [
      {
        kind: "report",
        about: 123,
        lost: 0.25,
        highest: 0x10203,
        jitter: 16,
        lastReport: 0x7E818000,
        heldMs: 500,
      },
      { kind: "nack", about: 123, sequences: [0x1234, 0x1235, 0x1237, 0x1244] },
      { kind: "keyframe", about: 123 },
      { kind: "keyframe", about: 123 },
      { kind: "remb", bitrate: 0x3D090 * 4 },
    ],
    malformed: false,
  });
});

Deno.test("RTCP: a sender's report has the same blocks; descriptions, byes, XR and other feedback are passed over", () => {
  const sender = "81c8000c" + "00000001" + "00".repeat(20) + REPORT.slice(18);
  const others = [
    "81ca0002 00000001 01000000",
    "81cb0001 00000001",
    "80cf0001 00000001",
    "8fcd0003 00000001 0000007b 00000000",
  ];
  const { events, malformed } = readRtcp(
    bytes([sender, ...others, "8fce0003 00000001 00000000 41424344"].join(" ")),
  );
  assert.deepEqual([events.length, malformed], [1, false]);
});

Deno.test("RTCP: sequence numbers of a NACK wrap", () => {
  const [event] = readRtcp(bytes("81cd0003 00000001 0000007b ffff 0001")).events;
  assert.ok(event?.kind === "nack");
  assert.deepEqual(event.sequences, [0xFFFF, 0]);
});

Deno.test("RTCP: padding at the end is left out; elsewhere and of a wrong length it is malformed", () => {
  assert.deepEqual(readRtcp(bytes("a1ce0003 00000001 0000007b 00000004")).events, [{
    kind: "keyframe",
    about: 123,
  }]);
  for (const wrong of ["00", "03", "40", "ff"]) {
    assert.ok(readRtcp(bytes(`a1ce0003 00000001 0000007b 000000${wrong}`)).malformed, wrong);
  }
  assert.ok(readRtcp(bytes(`a1ce0003 00000001 0000007b 00000004 ${PLI}`)).malformed);
});

Deno.test("RTCP: what is malformed is found, and what was sound before it stands", () => {
  const wrong: Record<string, string> = {
    "version 1": "41ce0002 00000001 0000007b",
    "a length beyond the end": "81ce0003 00000001 0000007b",
    "fewer blocks than it says": "82c90007" + REPORT.slice(8),
    "a NACK without numbers": "81cd0002 00000001 0000007b",
    "a PLI that is too long": "81ce0003 00000001 0000007b 00000000",
    "a FIR without entries": "84ce0002 00000001 00000000",
    "half a FIR": "84ce0003 00000001 00000000 0000007b",
    "a REMB of other SSRCs than it says": "8fce0005 00000001 00000000 52454d42 020bd090 0000007b",
    "a REMB without a rate": "8fce0003 00000001 00000000 52454d42",
    "three bytes": "81ce00",
  };
  for (const [name, text] of Object.entries(wrong)) {
    const { events, malformed } = readRtcp(bytes(`${PLI} ${text}`));
    assert.deepEqual([malformed, events.length], [true, 1], name);
  }
  assert.ok(readRtcp(new Uint8Array(0)).malformed);
  assert.ok(readRtcp(bytes(PLI.repeat(126))).malformed, "longer than a packet of a network");
});

Deno.test("RTCP: nothing throws, and what comes out is bounded by what came in", () => {
  const pieces = [REPORT, NACK, PLI, FIR, REMB].map(bytes);
  const mutated = fc.tuple(
    fc.array(fc.oneof(fc.constantFrom(...pieces), fc.uint8Array({ maxLength: 60 })), { maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 6 }),
  ).map(([parts, changes]) => {
    const all = Uint8Array.from(parts.flatMap((part) => [...part]));
    for (const [at, value] of changes) if (at < all.length) all[at] = value;
    return all;
  });
  fc.assert(
    fc.property(mutated, (packet) => {
      const { events } = readRtcp(packet);
      assert.ok(events.length <= packet.length / 8);
      for (const event of events) {
        if (event.kind === "nack") assert.ok(event.sequences.length <= 17 * packet.length / 4);
        if (event.kind === "remb") assert.ok(Number.isFinite(event.bitrate) && event.bitrate >= 0);
        if (event.kind === "report") assert.ok(event.lost >= 0 && event.lost < 1);
      }
    }),
    { numRuns: 5000 },
  );
});
