/** Offers of viewers: what is taken of them, and that nothing else reaches native code. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { checkOffer, MAX_OFFER } from "../../../transport/media/offer.ts";

/** As Chromium 156 wrote it. */
const CHROMIUM = await Deno.readTextFile(new URL("./chromium_offer.sdp", import.meta.url));
const UFRAG = /a=ice-ufrag:(.*)/.exec(CHROMIUM)![1]!;
const FINGERPRINT = /a=fingerprint:sha-256 (.*)/.exec(CHROMIUM)![1]!;
const PASSWORD = /a=ice-pwd:(.*)/.exec(CHROMIUM)![1]!;
/** As Firefox writes it, less what nothing here reads: what all sections share stands in the session, sound comes first. */
const FIREFOX = `v=0
o=mozilla...THIS_IS_SDPARTA-99.0 4611686018427387904 0 IN IP4 0.0.0.0
s=-
t=0 0
a=fingerprint:sha-256 ${FINGERPRINT}
a=group:BUNDLE 0 1
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122252543 192.168.1.7 50000 typ host
a=recvonly
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=ice-pwd:${PASSWORD}
a=ice-ufrag:12345678
a=mid:0
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=setup:actpass
m=video 9 UDP/TLS/RTP/SAVPF 120 126 127 97
c=IN IP4 0.0.0.0
a=recvonly
a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:7/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1
a=ice-pwd:${PASSWORD}
a=ice-ufrag:12345678
a=mid:1
a=rtcp-mux
a=rtpmap:120 VP8/90000
a=rtpmap:126 H264/90000
a=rtpmap:97 H264/90000
a=setup:actpass
`;

function taken(sdp: string) {
  const verdict = checkOffer(sdp);
  assert.ok(verdict.kind === "offer", JSON.stringify(verdict));
  return verdict.offer;
}

Deno.test("offers: Chromium's is taken, written anew with one format each", () => {
  const { sdp, video, audio } = taken(CHROMIUM);
  const format = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e034";
  assert.deepEqual(video, {
    mid: "0",
    payloadType: 108,
    format,
    ids: { playoutDelay: 5, sendTime: 2, captureTime: 0 },
  });
  assert.deepEqual(audio, {
    mid: "1",
    payloadType: 111,
    format: "minptime=10;stereo=1;sprop-stereo=1;useinbandfec=1",
    ids: { playoutDelay: 0, sendTime: 2, captureTime: 0 },
  });
  const section = (kind: string, mid: string, payloadType: number, name: string, parameters: string) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    `a=ice-ufrag:${UFRAG}`,
    `a=ice-pwd:${PASSWORD}`,
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    "a=setup:actpass",
    "a=ice-options:trickle",
    "a=recvonly",
    "a=rtcp-mux",
    `a=rtpmap:${payloadType} ${name}`,
    `a=fmtp:${payloadType} ${parameters}`,
  ];
  assert.deepEqual(sdp.split("\r\n"), [
    ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=msid-semantic: WMS"],
    ...section("video", "0", 108, "H264/90000", format),
    ...section("audio", "1", 111, "opus/48000/2", audio!.format),
    "",
  ]);
});

Deno.test("offers: Firefox's order, session attributes and candidates are taken; video alone too", () => {
  const { sdp, video, audio } = taken(FIREFOX);
  assert.deepEqual([video.mid, video.payloadType, audio?.mid, audio?.payloadType], ["1", 126, "0", 109]);
  assert.deepEqual(video.ids, { playoutDelay: 7, sendTime: 3, captureTime: 0 });
  assert.match(sdp, /^m=audio[^]*^m=video[^]*^a=candidate:0 1 UDP 2122252543 192.168.1.7 50000 typ host\r$/m);
  const alone = CHROMIUM.slice(0, CHROMIUM.indexOf("m=audio")).replace("BUNDLE 0 1", "BUNDLE 0");
  assert.equal(taken(alone).audio, undefined);
});

Deno.test("offers: the best profile that an encoder emits is taken, and only what packets can be made for", () => {
  const only = (...kept: string[]) =>
    CHROMIUM.replace(
      /^a=fmtp:\d+ .*profile-level-id=(\w{6})$\n/gm,
      (line, level) => kept.includes(level) ? line : "",
    );
  assert.equal(taken(only("42001f")).video.payloadType, 102);
  assert.equal(taken(only("4d001f", "f4001f")).video.payloadType, 116);
  assert.equal(checkOffer(only("f4001f")).kind, "malformed");
  assert.equal(
    checkOffer(CHROMIUM.replaceAll("packetization-mode=1", "packetization-mode=0")).kind,
    "malformed",
  );
});

Deno.test("offers: hostile ones are refused", () => {
  const changed = (from: string | RegExp, to: string) => {
    const text = CHROMIUM.replace(from, to);
    assert.notEqual(text, CHROMIUM, String(from));
    return text;
  };
  const hostile: Record<string, string> = {
    "nothing": "",
    "no version": changed("v=0\n", ""),
    "a control character": changed("s=-", "s=\x00"),
    "data": changed(/m=audio .*/, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
    "two videos": changed(/m=audio .*/, "m=video 9 UDP/TLS/RTP/SAVPF 111"),
    "no video": changed(/m=video[^]*(?=m=audio)/, "").replace("BUNDLE 0 1", "BUNDLE 1"),
    "RTP without DTLS": changed("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    "a viewer that sends": changed("a=recvonly", "a=sendrecv"),
    "no mux": changed("a=rtcp-mux", "a=nothing"),
    "no bundle": changed("BUNDLE 0 1", "BUNDLE 0"),
    "two mids": changed("a=mid:0", "a=mid:0\na=mid:5"),
    "the same mid": changed("a=mid:0", "a=mid:1"),
    "a long mid": changed("a=mid:0", "a=mid:01234567890123456"),
    "another password in one section": changed("a=ice-pwd:", "a=ice-pwd:x"),
    "a short password": CHROMIUM.replaceAll(PASSWORD, "short"),
    "two fingerprints": changed("a=fingerprint", `a=fingerprint:sha-256 ${FINGERPRINT}\na=fingerprint`),
    "a weak fingerprint": CHROMIUM.replaceAll("sha-256", "sha-1"),
    "a role that is taken": CHROMIUM.replaceAll("actpass", "active"),
    "an extension id twice": changed("a=extmap:5", "a=extmap:2"),
    "an extension twice": changed(
      "a=extmap:3",
      "a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\na=extmap:3",
    ),
    "an extmap without an id": changed("a=extmap:5", "a=extmap:"),
    "H.264 on RTCP's payload type": CHROMIUM.replaceAll(/\b108\b/g, "72").replaceAll(
      /packetization-mode=1;profile-level-id=(?!42e0)/g,
      "",
    ),
    "no Opus": CHROMIUM.replaceAll("opus", "speex"),
    "a bad candidate": changed("a=mid:0", "a=mid:0\na=candidate:1 1 UDP 1 evil.example 5 typ host"),
    "many candidates": changed(
      "a=mid:0",
      "a=mid:0" + "\na=candidate:1 1 UDP 1 10.0.0.1 5 typ host".repeat(65),
    ),
    "many lines": changed("s=-", "s=-" + "\na=x".repeat(1000)),
    "a long line": changed("s=-", `s=-\na=x:${"x".repeat(600)}`),
    "many characters": CHROMIUM + "a=x\n".repeat(MAX_OFFER / 4),
    "prototypes": changed("a=mid:0", "a=__proto__:0"),
  };
  for (const [name, sdp] of Object.entries(hostile)) assert.equal(checkOffer(sdp).kind, "malformed", name);
});

Deno.test("offers: whatever is changed, nothing throws and only lines of our own come out", () => {
  const lines = CHROMIUM.trimEnd().split("\n");
  const change = fc.tuple(
    fc.nat(lines.length - 1),
    fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...lines)),
  );
  const OURS =
    /^(?:v=0|o=- 1 1 IN IP4 127\.0\.0\.1|s=-|t=0 0|c=IN IP4 0\.0\.0\.0|m=(?:audio|video) 9 UDP\/TLS\/RTP\/SAVPF \d{2,3}|a=(?:msid-semantic: WMS|ice-options:trickle|recvonly|rtcp-mux|group:BUNDLE [!-~]+(?: [!-~]+)?|mid:[!-~]{1,16}|setup:actpass|ice-ufrag:[A-Za-z0-9+\/]+|ice-pwd:[A-Za-z0-9+\/]+|fingerprint:sha-256 [0-9A-Fa-f:]{95}|rtpmap:\d+ (?:H264\/90000|opus\/48000\/2)|fmtp:\d+ [a-z0-9=;-]+|candidate:[ -~]+))$/;
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), fc.nat(lines.length), (changes, cut) => {
      const text = [...lines];
      for (const [at, line] of changes) text[at] = line;
      for (const sdp of [text.join("\n"), text.toSpliced(cut, 1).join("\r\n")]) {
        const verdict = checkOffer(sdp);
        if (verdict.kind === "malformed") continue;
        for (const line of verdict.offer.sdp.split("\r\n").slice(0, -1)) assert.match(line, OURS);
      }
    }),
    { numRuns: 2000 },
  );
});
