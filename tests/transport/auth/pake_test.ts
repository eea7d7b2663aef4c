import assert from "node:assert/strict";
import fc from "fast-check";
import {
  answerKeyExchange,
  makeRecord,
  PakeError,
  pakeReady,
  ViewerKeyExchange,
} from "../../../transport/auth/pake.ts";
import { encodeBase64Url } from "../../../transport/auth/base64url.ts";

await pakeReady;
const SESSION = "7kq2mx";
const records = {
  write: makeRecord("write", "rival-lamp-alert", SESSION),
  view: makeRecord("view", "zoo-zone-zero", SESSION),
};

Deno.test("pake: the right secret gives both ends one key, and the record's role", () => {
  for (const [access, secret] of [["write", "rival-lamp-alert"], ["view", "zoo-zone-zero"]] as const) {
    const viewer = new ViewerKeyExchange(access, secret, SESSION);
    const host = answerKeyExchange(records, viewer.hello, SESSION);
    const { ke3, key } = viewer.finish(host.ke2);
    assert.equal(host.access, access);
    assert.deepEqual(host.finish(ke3), key);
    assert.equal(key.length, 64);
  }
});

Deno.test("pake: keys differ from login to login", () => {
  const login = () => {
    const viewer = new ViewerKeyExchange("write", "rival-lamp-alert", SESSION);
    return encodeBase64Url(viewer.finish(answerKeyExchange(records, viewer.hello, SESSION).ke2).key);
  };
  assert.notEqual(login(), login());
});

Deno.test("pake: a wrong secret, the other role's secret, another session and a missing record are refused", () => {
  const attempts = [
    new ViewerKeyExchange("write", "rival-lamp-zoo", SESSION),
    new ViewerKeyExchange("view", "rival-lamp-alert", SESSION),
    new ViewerKeyExchange("write", "zoo-zone-zero", SESSION),
    new ViewerKeyExchange("write", "rival-lamp-alert", "7kq2my"),
  ];
  for (const viewer of attempts) {
    const host = answerKeyExchange(records, viewer.hello, SESSION);
    assert.throws(() => viewer.finish(host.ke2), PakeError);
  }
  const view = new ViewerKeyExchange("view", "zoo-zone-zero", SESSION);
  assert.throws(
    () => view.finish(answerKeyExchange({ write: records.write }, view.hello, SESSION).ke2),
    PakeError,
  );
});

Deno.test("pake: a viewer that names the other record gets nowhere with its own secret", () => {
  const viewer = new ViewerKeyExchange("view", "zoo-zone-zero", SESSION);
  const bytes = Uint8Array.from(
    atob(viewer.hello.replaceAll("-", "+").replaceAll("_", "/")),
    (c) => c.charCodeAt(0),
  );
  bytes[0] = 0x77;
  const host = answerKeyExchange(records, encodeBase64Url(bytes), SESSION);
  assert.throws(() => viewer.finish(host.ke2), PakeError);
});

Deno.test("pake: hostile bytes in any of the three messages throw PakeError and nothing else", () => {
  const messages = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 500 }).map(encodeBase64Url),
    fc.uint8Array({ minLength: 96, maxLength: 96 }).map((b) => encodeBase64Url(Uint8Array.of(0x77, ...b))),
  );
  fc.assert(
    fc.property(messages, (message) => {
      const viewer = new ViewerKeyExchange("write", "rival-lamp-alert", SESSION);
      const host = answerKeyExchange(records, viewer.hello, SESSION);
      // One in 256 random KE1 is two points of the group, and so a good one; it proves nothing.
      assert.throws(() => answerKeyExchange(records, message, SESSION).finish(message), PakeError);
      assert.throws(() => viewer.finish(message), PakeError);
      assert.throws(() => host.finish(message), PakeError);
    }),
    { numRuns: 60 },
  );
});
