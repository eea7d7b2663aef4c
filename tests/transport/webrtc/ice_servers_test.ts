import assert from "node:assert/strict";
import { nativeIceServers } from "../../../transport/webrtc/ice_servers.ts";
import { iceOptions } from "../../../transport/peer/peer_options.ts";

Deno.test("URLs become what the library takes; TURN always says that it is TURN", () => {
  const login = { username: "1700000000:peer", credential: "a:b@c" };
  assert.deepEqual(
    nativeIceServers([
      { urls: ["stun:stun.example", "STUN:192.0.2.1:19302"] },
      { urls: ["turn:turn.example:3479?transport=udp"], ...login },
      { urls: ["turn:[2001:db8::1]:3480"], ...login },
    ]),
    {
      servers: [
        { hostname: "stun.example", port: 3478 },
        { hostname: "192.0.2.1", port: 19302 },
        {
          hostname: "turn.example",
          port: 3479,
          username: login.username,
          password: "a:b@c",
          relayType: "TurnUdp",
        },
        {
          hostname: "2001:db8::1",
          port: 3480,
          username: login.username,
          password: "a:b@c",
          relayType: "TurnUdp",
        },
      ],
      skipped: [],
    },
  );
});

Deno.test("what can't be used is left out, with the reason", () => {
  const login = { username: "u", credential: "p" };
  const urls: [string, RegExp][] = [
    ["", /not an ICE server/],
    ["http://example.org", /not an ICE server/],
    ["stun:", /not an ICE server/],
    ["stun:a b", /not an ICE server/],
    ["stun:host:0", /port/],
    ["stun:host:65536", /port/],
    ["stuns:host", /TLS/],
    ["turns:host", /TLS/],
    ["turn:host?transport=tcp", /TCP/],
  ];
  for (const [url, why] of urls) {
    const { servers, skipped } = nativeIceServers([{ urls: [url], ...login }]);
    assert.deepEqual(servers, [], url);
    assert.match(skipped[0]!, why);
  }
  assert.match(nativeIceServers([{ urls: ["turn:host"] }]).skipped[0]!, /username/);
});

Deno.test("no more than two TURN servers, however many STUN", () => {
  const urls = ["turn:a", "stun:b", "turn:c", "turn:d", "stun:e"];
  const { servers, skipped } = nativeIceServers([{ urls, username: "u", credential: "p" }]);
  assert.deepEqual(servers.map(({ hostname }) => hostname), ["a", "b", "c", "e"]);
  assert.match(skipped[0]!, /^turn:d: more than 2/);
});

Deno.test("a server that we name ourselves is not asked again as the road names it", () => {
  const policy = { forceWebsocket: false, strictWebrtc: false, icePolicy: "all" as const };
  const own = { urls: ["turn:turn.example:3478"], username: "own", credential: "c" };
  const servers = [
    { urls: ["TURN:turn.example:3478", "stun:turn.example:3478"], username: "1:road", credential: "d" },
    { urls: ["turn:turn.example:3478"], username: "1:road", credential: "d" },
  ];
  const road = { ice: { servers, issuedAt: 0, expiresAt: 60, ttlSeconds: 60 } };
  assert.deepEqual(
    iceOptions(road, { ...policy, iceServers: [own] }).iceServers,
    [own, { ...servers[0], urls: ["stun:turn.example:3478"] }],
  );
  assert.deepEqual(iceOptions(road, { ...policy, iceServers: [] }).iceServers, servers);
});
