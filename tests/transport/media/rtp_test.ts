/** RTP packets: what each viewer's copy says, and H.264 and Opus in them. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { packetizeH264 } from "../../../transport/media/h264.ts";
import { opusTicks } from "../../../transport/media/opus.ts";
import { buildRtp, MAX_PAYLOAD, MAX_RTP, patchRtp } from "../../../transport/media/rtp.ts";
import { buildSenderReport, roundTrip } from "../../../transport/media/sender_report.ts";
import { unpackH264 } from "./unpack_h264.ts";

const hex = (bytes: Uint8Array) => bytes.toHex();
const ALL = { playoutDelay: 5, sendTime: 2, captureTime: 14 };
const NONE = { playoutDelay: 0, sendTime: 0, captureTime: 0 };

Deno.test("an RTP packet has the bytes of RFC 3550 and 8285, with the values of each viewer", () => {
  // 1970-01-01 00:00:01.5 is 2,208,988,801.5 s after 1900.
  const packet = buildRtp({ ssrc: 0x01020304, timestamp: 0xA0B0C0D0, marker: true, capturedAt: 1500 }, [
    Uint8Array.of(0xEE),
    Uint8Array.of(0xFF),
  ]);
  patchRtp(packet, { payloadType: 108, sequence: 0x1234, ids: ALL, sentAt: 64_000 + 1500 });
  const header = "90ec1234" + "a0b0c0d0" + "01020304";
  const extension = "bede0005" + "52000000" + "22060000" + "e783aa7e81" + "80000000" + "000000";
  assert.equal(hex(packet.bytes), header + extension + "eeff");
  // Another viewer without extensions: zeros are padding.
  patchRtp(packet, { payloadType: 96, sequence: 0xFFFF, ids: NONE, sentAt: 0 });
  const zeros = "bede0005" + "00".repeat(20);
  assert.equal(hex(packet.bytes), "90e0ffff" + "a0b0c0d0" + "01020304" + zeros + "eeff");
  // And the first again.
  patchRtp(packet, { payloadType: 108, sequence: 0x1234, ids: ALL, sentAt: 1500 });
  assert.equal(hex(packet.bytes), header + extension + "eeff");
});

Deno.test("a packet that does not fit on every path is refused", () => {
  const fields = { ssrc: 1, timestamp: 1, marker: false, capturedAt: 0 };
  assert.equal(buildRtp(fields, [new Uint8Array(MAX_PAYLOAD)]).bytes.length, MAX_RTP);
  assert.throws(() => buildRtp(fields, [new Uint8Array(MAX_PAYLOAD + 1)]), RangeError);
});

Deno.test("H.264: parameter sets go together, small units alone, large ones in even fragments; delimiters are left out", () => {
  const unit = (header: number, size: number) =>
    Uint8Array.from({ length: size }, (_, n) => n === 0 ? header : n);
  const payloads = packetizeH264(
    [unit(9, 2), unit(0x67, 4), unit(0x68, 3), unit(0x65, 25), unit(0x41, 8)],
    12,
  );
  assert.deepEqual(payloads.map((parts) => hex(Uint8Array.from(parts.flatMap((part) => [...part])))), [
    "78" + "0004" + "67010203" + "0003" + "680102",
    "7c85" + "0102030405060708",
    "7c05" + "090a0b0c0d0e0f10",
    "7c45" + "1112131415161718",
    "4101020304050607",
  ]);
});

Deno.test("H.264: any picture comes out of its packets as it went in, and no packet is too long", () => {
  const unit = fc.tuple(fc.constantFrom(0x06, 0x67, 0x68, 0x65, 0x61, 0x41, 0x0C), fc.nat(5000)).map(
    ([header, size]) => {
      const bytes = new Uint8Array(1 + size).fill(header ^ 0x5A);
      bytes[0] = header;
      return bytes;
    },
  );
  fc.assert(
    fc.property(
      fc.array(unit, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 10, max: MAX_PAYLOAD }),
      (units, longest) => {
        const payloads = packetizeH264(units, longest).map((parts) =>
          Uint8Array.from(parts.flatMap((part) => [...part]))
        );
        for (const { length } of payloads) assert.ok(length <= longest);
        assert.deepEqual(unpackH264(payloads).map(hex), units.map(hex));
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("Opus: the length of a packet by its first bytes (RFC 6716, table 2)", () => {
  for (
    const [bytes, ticks] of [
      [[0 << 3], 480], // SILK, 10 ms
      [[3 << 3], 2880], // SILK, 60 ms
      [[12 << 3], 480], // hybrid, 10 ms
      [[15 << 3 | 1], 1920], // hybrid, two of 20 ms
      [[16 << 3], 120], // CELT, 2.5 ms
      [[31 << 3], 960], // CELT, 20 ms
      [[30 << 3 | 3, 6], 2880], // CELT, six of 10 ms
      [[3 << 3 | 3, 3], 0], // 180 ms: too long
      [[], 0],
    ] as const
  ) assert.equal(opusTicks(Uint8Array.from(bytes)), ticks, String(bytes));
});

Deno.test("a sender report has the bytes of RFC 3550, and its answer tells the round trip", () => {
  const report = buildSenderReport({ ssrc: 7, cname: "beach", rtpTime: 9 }, 1500, {
    packets: 3,
    bytes: 0x100,
  });
  assert.equal(
    hex(report),
    "80c80006" + "00000007" + "83aa7e8180000000" + "00000009" + "00000003" + "00000100" +
      "81ca0003" + "00000007" + "0105" + "6265616368" + "00",
  );
  // It was sent at 1500, held for 40 ms, and the answer came at 1600.
  assert.equal(Math.round(roundTrip(1600, 0x7E818000, 40)!), 60);
  assert.equal(roundTrip(1600, 0, 40), undefined, "the viewer has had none");
  assert.equal(roundTrip(1600, 0x7E818000, 500), undefined, "less than nothing");
  assert.equal(roundTrip(1600, 0x12345678, 0), undefined, "hours");
});
