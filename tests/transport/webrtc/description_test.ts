import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCandidate, isIPv6 } from "../../../transport/webrtc/candidate.ts";
import { checkDescription } from "../../../transport/webrtc/sdp.ts";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");
/** As node-datachannel 0.33 writes it. */
const NATIVE = [
  "v=0",
  "o=rtc 3365762352 0 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "a=msid-semantic:WMS *",
  "a=ice-options:ice2,trickle",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=mid:0",
  "a=sendrecv",
  "a=sctp-port:5000",
  "a=max-message-size:262144",
  "a=setup:actpass",
  "a=ice-ufrag:dUW+",
  "a=ice-pwd:LWY+hzIf+e4Z/uf5L4DMPW",
];
/** As Chromium writes it. */
const CHROMIUM = [
  "v=0",
  "o=- 5712380476519286533 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "a=extmap-allow-mixed",
  "a=msid-semantic: WMS",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=candidate:1 1 udp 2113937151 b1e0e7f4-0d52-4d5f-8b0c-7a4b6b2d9b7e.local 51345 typ host generation 0 network-cost 999",
  "a=ice-ufrag:Ab+/",
  "a=ice-pwd:LWY+hzIf+e4Z/uf5L4DMPWxx",
  "a=ice-options:trickle",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=setup:active",
  "a=mid:0",
  "a=sctp-port:5000",
  "a=max-message-size:262144",
];
const sdp = (lines: readonly string[]) => lines.join("\r\n") + "\r\n";
const kindOf = (type: "offer" | "answer", text: string) => checkDescription(type, text).kind;

Deno.test("descriptions: those of the library and of a browser pass, less what a data channel does not need", () => {
  assert.deepEqual(checkDescription("offer", sdp(NATIVE)), { kind: "description", sdp: sdp(NATIVE) });
  const browser = checkDescription("answer", sdp(CHROMIUM));
  assert.ok(browser.kind === "description", JSON.stringify(browser));
  assert.ok(!browser.sdp.includes("extmap") && !browser.sdp.includes(".local"));
  assert.ok(browser.sdp.includes(FINGERPRINT));
});

Deno.test("descriptions: hostile ones are refused", () => {
  const without = (start: string) => NATIVE.filter((line) => !line.startsWith(start));
  const changed = (start: string, to: string) => NATIVE.map((line) => (line.startsWith(start) ? to : line));
  const hostile: Record<string, string[]> = {
    "no fingerprint": without("a=fingerprint"),
    "a short fingerprint": changed("a=fingerprint", "a=fingerprint:sha-256 AB:CD"),
    "a weak fingerprint": changed("a=fingerprint", `a=fingerprint:sha-1 ${FINGERPRINT}`),
    "two fingerprints": [...NATIVE, `a=fingerprint:sha-256 ${FINGERPRINT.replaceAll("AB", "CD")}`],
    "no ufrag": without("a=ice-ufrag"),
    "a short password": changed("a=ice-pwd", "a=ice-pwd:x"),
    "a long password": changed("a=ice-pwd", `a=ice-pwd:${"x".repeat(300)}`),
    "no media": without("m="),
    "two media": [...NATIVE, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"],
    "audio": changed("m=", "m=audio 9 UDP/TLS/RTP/SAVPF 111"),
    "a huge port": changed("a=sctp-port", "a=sctp-port:99999999999999999999"),
    "a negative size": changed("a=max-message-size", "a=max-message-size:-1"),
    "an unknown setup": changed("a=setup", "a=setup:holdconn"),
    "a line that is none": [...NATIVE, "hello"],
    "a control character": [...NATIVE, "a=x:\u0000"],
    "no version": NATIVE.slice(1),
    "a host name as origin": changed("o=", "o=- 1 1 IN IP4 evil.example"),
    "too many lines": [...NATIVE, ...Array.from({ length: 300 }, () => "a=x")],
    "a long line": [...NATIVE, `a=x:${"y".repeat(1000)}`],
    "a hostile candidate": [...NATIVE, "a=candidate:1 1 UDP 99999999999 1.2.3.4 1 typ host"],
    "too many candidates": [
      ...NATIVE,
      ...Array.from({ length: 80 }, (_, i) => `a=candidate:1 1 UDP 1 1.2.3.4 ${i + 1} typ host`),
    ],
  };
  for (const [name, lines] of Object.entries(hostile)) {
    assert.equal(kindOf("offer", sdp(lines)), "malformed", name);
  }
  assert.equal(kindOf("answer", sdp(NATIVE)), "malformed", "an offer's setup in an answer");
  assert.equal(kindOf("offer", "v=0\r\n".repeat(10_000)), "malformed");
});

Deno.test("descriptions: nothing passes whose lines are not in its grammar", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(...NATIVE, ...CHROMIUM),
  );
  const mixed = fc.tuple(fc.array(line, { maxLength: 6 }), fc.nat({ max: NATIVE.length })).map((
    [extra, at],
  ) => sdp([...NATIVE.slice(0, at), ...extra, ...NATIVE.slice(at)]));
  fc.assert(
    fc.property(mixed, (text) => {
      const verdict = checkDescription("offer", text);
      if (verdict.kind === "malformed") return;
      assert.deepEqual(checkDescription("offer", verdict.sdp), verdict, "what passed passes again unchanged");
      for (const line of verdict.sdp.trimEnd().split("\r\n")) assert.match(line, /^[vostcma]=[ -~]*$/);
    }),
    { numRuns: 3000 },
  );
});

const candidate = (text: string) => checkCandidate(text, "0").kind;

Deno.test("candidates: good ones pass, the useless are ignored, the end is seen", () => {
  for (
    const good of [
      "candidate:1 1 UDP 2114977791 192.0.2.2 59355 typ host",
      "a=candidate:2 1 UDP 2116026111 fd00::2 59355 typ host",
      "candidate:842163049 1 udp 1677729535 203.0.113.7 61665 typ srflx raddr 10.0.0.1 rport 61665 generation 0 ufrag Ab+/ network-cost 999",
      "candidate:3 1 UDP 8265471 198.51.100.1 49152 typ relay raddr 0.0.0.0 rport 0",
      "candidate:4 1 UDP 1 ::ffff:10.0.0.1 9 typ prflx",
    ]
  ) {
    assert.deepEqual(checkCandidate(good, "0"), { kind: "candidate", line: good.replace(/^a=/, "") });
  }
  assert.equal(
    candidate("candidate:1 1 udp 1 b1e0e7f4-0d52-4d5f-8b0c-7a4b6b2d9b7e.local 5 typ host"),
    "ignored",
  );
  assert.equal(candidate("candidate:1 1 tcp 1 10.0.0.1 9 typ host tcptype active"), "ignored");
  for (const end of ["", "end-of-candidates", "a=end-of-candidates"]) assert.equal(candidate(end), "end");
});

Deno.test("candidates: hostile ones are refused", () => {
  for (
    const hostile of [
      "candidate:1 1 UDP 1 evil.example 5 typ host",
      "candidate:1 1 UDP 1 a.b.local 5 typ host",
      "candidate:1 1 UDP 1 10.0.0.1 0 typ host",
      "candidate:1 1 UDP 1 10.0.0.1 65536 typ host",
      "candidate:1 1 UDP 4294967296 10.0.0.1 5 typ host",
      "candidate:1 2 UDP 1 10.0.0.1 5 typ host",
      "candidate:1 1 UDP 1 10.0.0.256 5 typ host",
      "candidate:1 1 UDP 1 1::2::3 5 typ host",
      "candidate:1 1 UDP 1 fe80::1%eth0 5 typ host",
      "candidate:1 1 UDP 1 10.0.0.1 5 typ evil",
      "candidate:1 1 UDP 1 10.0.0.1 5 typ srflx raddr evil.example rport 1",
      "candidate:1 1 UDP 1 10.0.0.1 5 typ srflx raddr 1.1.1.1 rport x",
      "candidate:1 1 UDP 1 10.0.0.1 5 typ host odd",
      "candidate:" + "1".repeat(600),
      "candidate:1 1 UDP 1 10.0.0.1 5 typ host\r\na=candidate:x",
      "rm -rf /",
    ]
  ) assert.equal(candidate(hostile), "malformed", hostile);
  assert.equal(checkCandidate("candidate:1 1 UDP 1 10.0.0.1 5 typ host", "0\r\n").kind, "malformed", "mid");
});

Deno.test("candidates: any text gets a verdict", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ maxLength: 4 }), (text, mid) => {
      const verdict = checkCandidate(text, mid);
      if (verdict.kind === "candidate") assert.match(verdict.line, /^candidate:/);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("candidates: IPv6 addresses as fast-check and the RFC know them", () => {
  fc.assert(fc.property(fc.ipV6(), (address) => assert.ok(isIPv6(address), address)));
  for (
    const bad of [
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "::1::",
      "12345::",
      ":::",
      "1.2.3.4",
      "::1.2.3",
      "g::",
    ]
  ) {
    assert.ok(!isIPv6(bad), bad);
  }
});
