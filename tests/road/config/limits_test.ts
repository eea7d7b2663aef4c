import assert from "node:assert/strict";
import { clientAddress, limitKey } from "../../../road/client_address.ts";
import { settle } from "../../../road/config/options.ts";
import {
  fits,
  hashSecret,
  newNodeId,
  newSession,
  newToken,
  newViewerClaim,
  peerIdOf,
  sessionIdLength,
  sessionIdOf,
} from "../../../road/sessions/tokens.ts";
import { SESSION_ID } from "../../../transport/schema/signal.ts";

Deno.test("the client's address", () => {
  assert.equal(clientAddress("::ffff:192.0.2.1", undefined, true), "192.0.2.1");
  assert.equal(clientAddress("10.0.0.1", "192.0.2.9, 198.51.100.7", true), "198.51.100.7");
  assert.equal(clientAddress("10.0.0.1", "192.0.2.9", false), "10.0.0.1");
  assert.equal(clientAddress("10.0.0.1", "<script>", true), "10.0.0.1");
  assert.equal(limitKey("192.0.2.1"), "192.0.2.1");
  assert.equal(limitKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assert.equal(limitKey("2001:0db8::1"), limitKey("2001:db8::ffff:2"));
  assert.notEqual(limitKey("2001:db8::1"), limitKey("2001:db8:0:1::1"));
});

Deno.test("tokens and ids", () => {
  const token = newToken();
  assert.match(token, /^[A-Za-z0-9_-]{22}$/);
  assert.ok(fits(token, hashSecret(token)));
  assert.ok(!fits(token + "A", hashSecret(token)));
  assert.ok(!fits("", hashSecret(token)));
  const ids = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const { id, token } = newSession(ids.size, (id) => ids.has(id));
    assert.match(id, SESSION_ID);
    assert.equal(sessionIdOf(token, id.length), id);
    ids.add(id);
  }
  assert.equal(ids.size, 200);
  // All but the last of so many tries are taken: the maker must go on until one is free.
  let tries = 0;
  newSession(0, () => ++tries < 200);
  assert.equal(tries, 200);
  const viewer = newViewerClaim("7kq2mx", () => false);
  assert.match(viewer.id, /^[a-z2-7]{8}$/);
  assert.equal(peerIdOf("7kq2mx", viewer.token), viewer.id);
  assert.notEqual(peerIdOf("7kq2my", viewer.token), viewer.id);
  assert.match(newNodeId(), /^[a-z2-7]{8}$/);
  assert.deepEqual([0, 1, 1024, 1025, 32_768, 1_000_000].map(sessionIdLength), [6, 6, 6, 7, 7, 8]);
});

Deno.test("options that make no sense are refused", () => {
  assert.throws(() => settle({ limits: { peers: 257 } }), /peers is 257; at most 256/);
  assert.throws(() => settle({ limits: { unread: 0 } }), /unread is 0; it must be above 0/);
  assert.equal(settle({ publicUrl: "https://road.example/" }).publicUrl, "https://road.example");
});
