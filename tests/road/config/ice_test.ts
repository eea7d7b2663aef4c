import assert from "node:assert/strict";
import { grant, type IceOptions, mint, untilDue } from "../../../road/config/ice.ts";
import { decodeRoadMessage } from "../../../transport/schema/signal_codec.ts";
import { Client, withRoad } from "../client.ts";

const SECRET = "north-secret-of-coturn";
const ICE: IceOptions = {
  servers: [{ urls: ["turn:turn.example:3478"], secret: SECRET }, { urls: ["stun:turn.example:3478"] }],
  ttlSeconds: 600,
};

Deno.test("a credential is what coturn expects (vector made with openssl dgst -sha1 -hmac)", () => {
  assert.deepEqual(mint(SECRET, "7kq2mx-abcdefgh", 1763700000), {
    username: "1763700000:7kq2mx-abcdefgh",
    credential: "pWhz0NkhWZdcy8TQw3uGQG8DTCA=",
  });
});

Deno.test("a grant says its times, fits the schema, and does not outlive the session", () => {
  const given = grant(ICE, "7kq2mx", "abcdefgh", 1_000_500, Infinity);
  assert.deepEqual([given.issuedAt, given.expiresAt, given.ttlSeconds], [1000, 1600, 600]);
  assert.equal(given.servers[0]!.username, "1600:7kq2mx-abcdefgh");
  assert.equal(given.servers[1]!.username, undefined);
  assert.equal(untilDue(given), 400_000);
  const short = grant({ ...ICE, relayHint: "relay" }, "7kq2mx", "host", 1_000_000, 1_120_000);
  assert.deepEqual([short.expiresAt, short.ttlSeconds, short.policy], [1120, 120, "relay"]);
  for (const ice of [given, short]) {
    assert.deepEqual(decodeRoadMessage(JSON.stringify({ type: "ice", ice })), { type: "ice", ice });
  }
});

Deno.test("host and viewer get credentials of their own at the join, new ones in time, and none after the end", () =>
  withRoad({ ice: { ...ICE, ttlSeconds: 3 } }, async (road) => {
    const host = await Client.join(road, "new", "host");
    const viewer = await Client.join(road, host.welcome.session, "viewer");
    const [first, other] = [host.welcome.ice!, viewer.welcome.ice!];
    assert.notEqual(first.servers[0]!.username, other.servers[0]!.username);
    assert.ok(first.servers[0]!.username!.endsWith(`:${host.welcome.session}-host`));
    for (const [client, before] of [[host, first], [viewer, other]] as const) {
      const { ice } = await client.next("ice");
      assert.ok(Date.now() / 1000 < before.expiresAt, "before the old one expires");
      assert.ok(ice.expiresAt > before.expiresAt);
      assert.notEqual(ice.servers[0]!.credential, before.servers[0]!.credential);
    }
    host.send({ type: "leave" });
    await viewer.closed;
    assert.match(
      await (await fetch(`${road.url}/metrics`)).text(),
      /beach_ice_credentials_total\{why="join"\} 2\n(.*\n)*?beach_ice_credentials_total\{why="refresh"\} [2-9]/,
    );
  }));

Deno.test("without servers of its operator a road tells of none", () =>
  withRoad({}, async (road) => {
    assert.equal((await Client.join(road, "new", "host")).welcome.ice, undefined);
  }));
