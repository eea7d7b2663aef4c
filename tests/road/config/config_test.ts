import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError } from "../../../road/config/config_fields.ts";
import { parseConfig } from "../../../road/config/config.ts";
import { check, readWritten } from "../../../road/start.ts";

const SECRET = "0123456789abcdef";
const parse = (value: unknown) =>
  parseConfig("road.json", typeof value === "string" ? value : JSON.stringify(value), () => `${SECRET}\n`);
const turn = { urls: ["turn:turn.example:3478"], credentialSecret: SECRET };

Deno.test("a whole configuration is read", () => {
  assert.deepEqual(
    parse({
      webrtc: {
        enabled: true,
        credentialTTL: 300,
        relayHint: "relay",
        servers: [
          { ...turn, credentialType: "hmac-sha1" },
          { urls: "turn:[2001:db8::1]:3478?transport=udp", credentialSecretFile: "/run/secret" },
          { urls: "stun:stun.example" },
        ],
      },
      limits: { peers: 8, idleTtl: 60, joins: { burst: 5, perSecond: 1 } },
    }),
    {
      ice: {
        servers: [
          { urls: turn.urls, secret: SECRET },
          { urls: ["turn:[2001:db8::1]:3478?transport=udp"], secret: SECRET },
          { urls: ["stun:stun.example"] },
        ],
        ttlSeconds: 300,
        relayHint: "relay",
      },
      limits: { peers: 8, idleTtl: 60_000, joins: { burst: 5, perSecond: 1 } },
    },
  );
  assert.deepEqual(parse({ webrtc: { enabled: false, servers: [turn] } }), { ice: null });
  assert.deepEqual(parse({}), {});
});

Deno.test("each fault is one line that names the place, what is there and what is wanted", () => {
  const servers = (server: unknown) => ({ webrtc: { servers: [server] } });
  const cases: [unknown, RegExp][] = [
    ["{", /^configuration, road\.json: no JSON: .*; wanted a JSON object\.$/],
    [[], /road\.json: a list; wanted an object/],
    [{ web: 1 }, /road\.json\.web: no field of this name is known; wanted webrtc, limits/],
    [{ webrtc: { enabled: 1 } }, /webrtc\.enabled: 1; wanted true or false/],
    [
      { webrtc: { credentialTTL: 5 } },
      /webrtc\.credentialTTL: 5; wanted a whole number of seconds from 60 to 86400/,
    ],
    [{ webrtc: { relayHint: "never" } }, /webrtc\.relayHint: "never"; wanted "all" or "relay"/],
    [{ webrtc: { relayHint: "relay" } }, /a TURN server to relay through/],
    [{ webrtc: { servers: {} } }, /webrtc\.servers: an object; wanted a list/],
    [servers({ urls: [] }), /webrtc\.servers\[0\]\.urls: empty; wanted one URL or more/],
    [
      servers({ urls: ["http://x"] }),
      /webrtc\.servers\[0\]\.urls\[0\]: "http:\/\/x"; wanted a URL like turn:/,
    ],
    [servers({ ...turn, urls: ["turn:x:0"] }), /"turn:x:0"; wanted a URL/],
    [
      servers({ urls: turn.urls }),
      /credentialSecret: missing; wanted credentialSecret or credentialSecretFile/,
    ],
    [servers({ ...turn, credentialSecretFile: "f" }), /there with credentialSecretFile/],
    [servers({ ...turn, credentialType: "none" }), /credentialType: "none"; wanted "hmac-sha1"/],
    [servers({ ...turn, credentialType: "oauth" }), /credentialType: "oauth"; wanted "hmac-sha1" or "none"/],
    [servers({ ...turn, urls: ["stun:x", "turn:x"] }), /STUN and TURN together/],
    [servers({ urls: "stun:x", credentialSecret: "s" }), /since STUN needs none/],
    [{ limits: { peers: 257 } }, /limits\.peers: 257; wanted a whole number from 1 to 256/],
    [{ limits: { sesions: 5 } }, /limits\.sesions: no field of this name/],
    [{ limits: { joins: { burst: 0, perSecond: 1 } } }, /limits\.joins\.burst: 0; wanted/],
    [{ limits: { joins: { burst: 1 } } }, /limits\.joins\.perSecond: nothing; wanted a number above 0/],
    [{ limits: [] }, /limits: a list; wanted an object/],
    [
      '{"limits": {"joins": {"burst": 1e999, "perSecond": 1}}}',
      /limits\.joins\.burst: .*; wanted a number above 0/,
    ],
    ['{"limits": {"toString": 1}}', /limits\.toString: no field of this name/],
    [
      servers({ ...turn, credentialSecret: 481516 }),
      /credentialSecret: a number; wanted text that is not empty/,
    ],
    [
      servers({ ...turn, credentialSecret: SECRET.repeat(1000) }),
      /credentialSecret: text of 16000 characters; wanted text that is not empty, at most 4096 characters/,
    ],
    [{ webrtc: "hunter2" }, /webrtc: "hunter2"; wanted an object/],
    [servers({ ...turn, credentialSecret: "" }), /credentialSecret: empty text; wanted text/],
    [
      servers({ ...turn, user: "x" }),
      /webrtc\.servers\[0\]\.user: no field of this name is known; wanted urls, /,
    ],
    [{ limits: { joins: 5 } }, /limits\.joins: a number; wanted an object/],
  ];
  for (const [value, line] of cases) {
    assert.throws(() => parse(value), (error: Error) => {
      assert.equal(error.name, "ConfigError");
      assert.match(error.message, line);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
  const missing = { webrtc: { servers: [{ urls: turn.urls, credentialSecretFile: "/nowhere" }] } };
  assert.throws(
    () => parseConfig("f", JSON.stringify(missing)),
    /"\/nowhere"; wanted a file that can be read/,
  );
});

Deno.test("property: whatever the file says, it is read or refused in a line; secrets are not repeated", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (webrtc, limits) => {
      try {
        parse({ webrtc, limits });
      } catch (error) {
        assert.ok(error instanceof ConfigError);
      }
    }),
    { numRuns: 500 },
  );
  try {
    parse({ webrtc: { servers: [{ urls: ["nonsense"], credentialSecret: "hunter2hunter2" }] } });
  } catch (error) {
    assert.ok(!(error as Error).message.includes("hunter2"));
  }
});

Deno.test("flags and file together: servers of both, the flag's time to live, the flag's limits", () => {
  const text = JSON.stringify({
    webrtc: { credentialTTL: 300, servers: [turn] },
    limits: { peers: 4, sessions: 9 },
  });
  const options = readWritten({
    config: { path: "f", text },
    turn: { urls: ["turn:other"], secret: SECRET, ttlSeconds: 120 },
    stun: ["stun:other"],
    limits: { peers: 5 },
  });
  assert.deepEqual(options.ice!.servers.map(({ urls }) => urls[0]), [
    "turn:other",
    "stun:other",
    turn.urls[0],
  ]);
  assert.equal(options.ice!.ttlSeconds, 120);
  assert.deepEqual(options.limits, { peers: 5, sessions: 9 });
  assert.throws(
    () => readWritten({ turn: { urls: ["turn:x"] } }),
    /--turn-url: no secret; wanted --turn-secret-file/,
  );
  assert.throws(() => readWritten({ stun: ["turn:x"] }), /--stun: "turn:x"; wanted a URL like stun:/);
});

Deno.test("a check says what is wrong, and what is odd", () => {
  assert.deepEqual(check({}), { wrong: [], odd: [] });
  assert.match(
    check({ tls: { cert: "x", key: "y" } }).wrong[0]!,
    /--tls-cert and --tls-key: .*; wanted a PEM/,
  );
  const secret = "redis://:hunter2@";
  assert.match(check({ redis: secret }).wrong[0]!, /--redis: no URL of a Redis/);
  assert.ok(!check({ redis: secret }).wrong[0]!.includes("hunter2"));
  assert.match(check({ limits: { peers: 300 } }).wrong[0]!, /peers is 300/);
  const odd = check({
    publicUrl: "https://road.example",
    adminToken: "short",
    turn: { urls: ["turns:a:5349", "turn:b?transport=tcp"], secret: "short" },
  }).odd.join("\n");
  for (const part of [/no TURN server over UDP/, /openssl rand/, /--trust-proxy/, /admin token/]) {
    assert.match(odd, part);
  }
});
