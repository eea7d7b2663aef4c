import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import fc from "fast-check";
import { type Allowed, type Check, type Finding, judge, line } from "../../../cli/doctor/doctor_findings.ts";
import { askStun, bindingRequest, readAnswer } from "../../../cli/doctor/doctor_stun.ts";

const ANY: Allowed = { forceWebsocket: false, strictWebrtc: false, icePolicy: "all" };
const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ""));

/** `direct turn!`: direct works, turn fails because of `turn-why`. */
function findings(words: string): Finding[] {
  return words.split(" ").map((word) => {
    const check = word.replace(/[!-]$/, "") as Check;
    const result = word.endsWith("!") ? "fails" : word.endsWith("-") ? "none" : "works";
    return { check, target: "", result, detail: result === "works" ? "" : `${check}-why` };
  });
}

const CASES: readonly [found: string, allowed: Partial<Allowed>, ok: boolean, detail: RegExp][] = [
  [
    "websocket relay direct stun turn",
    {},
    true,
    /directly, also through most NATs, else through TURN, else through the road/,
  ],
  [
    "websocket relay! direct stun- turn-",
    {},
    true,
    /directly where both ends can reach .*; there is nothing to fall back on/,
  ],
  ["websocket relay direct!", {}, true, /^A join would work through the road's relay\.$/],
  [
    "websocket relay direct",
    { forceWebsocket: true },
    true,
    /^A join would work through the road's relay\.$/,
  ],
  ["websocket relay webrtc!", {}, true, /through the road's relay/],
  ["websocket! direct stun turn", {}, false, /^A join would fail: websocket-why\.$/],
  [
    "websocket relay- direct! turn!",
    {},
    false,
    /no direct UDP: direct-why; no TURN: turn-why; no relay: relay-why\.$/,
  ],
  [
    "websocket relay webrtc!",
    { strictWebrtc: true },
    false,
    /no WebRTC: webrtc-why; --strict-webrtc forbids the relay/,
  ],
  [
    "websocket relay direct turn!",
    { icePolicy: "relay", strictWebrtc: true },
    false,
    /only TURN may be used; no TURN: turn-why/,
  ],
  ["websocket relay! direct turn", { forceWebsocket: true }, false, /fail: no relay: relay-why\.$/],
  ["websocket relay- direct! turn", {}, true, /^A join would work through TURN\.$/],
  [
    "websocket relay direct",
    { own: "192.168.1.5" },
    true,
    /relay; without --road from this machine's own network alone \(192\.168\.1\.5\)\.$/,
  ],
  ["websocket relay direct", { own: null }, false, /^A join would fail: this machine is on no network, /],
];

Deno.test("doctor: what findings mean for a join", () => {
  for (const [found, allowed, ok, detail] of CASES) {
    const verdict = judge(findings(found), { ...ANY, ...allowed });
    assert.equal(verdict.ok, ok, `${found}: ${verdict.detail}`);
    assert.match(verdict.detail, detail, found);
  }
  assert.equal(
    line({ check: "stun", target: "stun:a:1", result: "works", ms: 12.3, detail: "it sees us as 1.2.3.4:5" }),
    "ok    STUN stun:a:1: it sees us as 1.2.3.4:5 (12 ms)",
  );
  assert.equal(line(findings("turn!")[0]!), "FAIL  TURN: turn-why");
});

Deno.test("doctor: reads RFC 5769's sample IPv4 response (section 2.2)", () => {
  const transaction = hex("b7e7a701 bc34d686 fa87dfae");
  const response = hex(`0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
    8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96`);
  const request = bindingRequest(transaction);
  assert.equal(request.toHex(), "000100002112a442b7e7a701bc34d686fa87dfae");
  assert.deepEqual(readAnswer(response, request), { mapped: "192.0.2.1:32853" });
  assert.equal(readAnswer(response, bindingRequest(hex("b7e7a701 bc34d686 fa87dfaf"))), null);
  assert.equal(readAnswer(request, request), null, "a request is no answer");
  // Whatever follows the header, it is an answer; what can't be read of it is left out.
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
    const answer = readAnswer(Uint8Array.from([...response.subarray(0, 20), ...rest]), request);
    assert.ok(answer !== null && (answer.mapped === undefined || /^[\d.]+:\d+$/.test(answer.mapped)));
  }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => assert.equal(readAnswer(bytes, request), null)),
  );
});

/** A UDP socket on the loopback that does `act` with what comes. */
async function server(act: (socket: Socket, bytes: Uint8Array, port: number, count: number) => void) {
  const socket = createSocket("udp4");
  let count = 0;
  socket.on("message", (bytes: Uint8Array, from: { port: number }) => act(socket, bytes, from.port, ++count));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  return { port: socket.address().port, [Symbol.dispose]: () => void socket.close() };
}

Deno.test("doctor: asks a STUN server again when nothing comes, and takes no other's answer", async () => {
  using late = await server((socket, bytes, port, count) => {
    const answer = Uint8Array.from([...bytes]);
    answer.set([1, 1]);
    if (count === 1) answer[19]! ^= 1;
    socket.send(answer, port, "127.0.0.1");
  });
  const answer = await askStun("127.0.0.1", late.port, new AbortController().signal);
  assert.ok(answer.kind === "answer" && answer.ms >= 200, JSON.stringify(answer));
  const unknown = await askStun("nosuch.invalid", 3478, new AbortController().signal);
  assert.deepEqual(unknown, { kind: "unknown name" });
});

Deno.test("doctor: a silent STUN server is given 3 s, and no longer than the person waits", async () => {
  using silent = await server(() => {});
  const started = performance.now();
  assert.deepEqual(await askStun("127.0.0.1", silent.port, new AbortController().signal), { kind: "silent" });
  assert.ok(performance.now() - started >= 2990);
  const stop = new AbortController();
  const asked = askStun("127.0.0.1", silent.port, stop.signal);
  stop.abort(new Error("left"));
  await assert.rejects(asked, /left/);
});
