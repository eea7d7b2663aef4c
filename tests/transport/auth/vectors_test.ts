/** `vectors.json`: logins and sealed messages for second implementations (`transport/README.md`, "Vectors"). */
import assert from "node:assert/strict";
import * as opaque from "@serenity-kit/opaque";
import { decodeBase64Url, encodeBase64Url } from "../../../transport/auth/base64url.ts";
import type { Access } from "../../../transport/auth/join_code.ts";
import { answerKeyExchange, pakeReady, ViewerKeyExchange } from "../../../transport/auth/pake.ts";
import { Seal, type SealedChannel } from "../../../transport/auth/seal.ts";
import type { SignalKind } from "../../../transport/schema/signal.ts";
import vectors from "./vectors.json" with { type: "json" };

await pakeReady;
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (data: Uint8Array | null) => data === null ? null : [...data].map(byte).join("");
const byte = (value: number) => value.toString(16).padStart(2, "0");
const role = (access: Access) => access === "write" ? "w" : "v";

Deno.test("vectors: a record that was kept knows its secret, in any form of Unicode: no parameter of the login has changed", () => {
  for (const { access, secret, session, record, password } of vectors.logins) {
    const kept = { access: access as Access, bits: 33, session, ...record };
    for (const typed of [secret, secret.normalize("NFC"), secret.normalize("NFD")]) {
      const viewer = new ViewerKeyExchange(access as Access, typed, session);
      const host = answerKeyExchange({ [access]: kept }, viewer.hello, session);
      const { ke3, key } = viewer.finish(host.ke2);
      assert.deepEqual(host.finish(ke3), key);
    }
    assert.equal(hex(new TextEncoder().encode(secret.normalize("NFC"))), password);
  }
});

Deno.test("vectors: the viewer's random values and KE2 give KE3 and the key", () => {
  for (const vector of vectors.logins) {
    const { access, session, password, hello, ke2, ke3, key } = vector;
    const [first, ...ke1] = decodeBase64Url(hello)!;
    assert.equal(String.fromCharCode(first!), role(access as Access));
    // As the library keeps a login: the blinding scalar, KE1, and both parts of the key share.
    const state = bytes(
      vector.blind + hex(Uint8Array.from(ke1)) + vector.client_keyshare_secret + vector.client_nonce,
    );
    const done = opaque.client.finishLogin({
      clientLoginState: encodeBase64Url(state),
      loginResponse: ke2,
      password: new TextDecoder().decode(bytes(password)),
      keyStretching: { "argon2id-custom": { iterations: 1, memory: 1024, parallelism: 1 } },
      identifiers: { client: role(access as Access), server: session },
    });
    assert.equal(done?.finishLoginRequest, ke3);
    assert.equal(hex(decodeBase64Url(done.sessionKey)), key);
    const sizes = [hello, ke2, ke3].map((message) => decodeBase64Url(message)!.length);
    assert.deepEqual(sizes, [97, 320, 64]);
  }
});

Deno.test("vectors: messages are sealed to these bytes", () => {
  const { login, viewer, sealed } = vectors.seal;
  const { key, session } = vectors.logins[login]!;
  const ends = {
    host: new Seal({ key: bytes(key), session, viewer, role: "host" }),
    viewer: new Seal({ key: bytes(key), session, viewer, role: "viewer" }),
  };
  for (const message of sealed) {
    const { from, kind, negotiation } = message;
    const channel = message.channel as SealedChannel;
    const sender = ends[from as "host" | "viewer"];
    const receiver = ends[from === "host" ? "viewer" : "host"];
    const plain = bytes(message.plain);
    if (channel === "signal") {
      assert.equal(sender.sealSignal(kind as SignalKind, negotiation!, plain), message.sealed);
      assert.equal(hex(receiver.openSignal(kind as SignalKind, negotiation!, message.sealed)), message.plain);
    } else {
      assert.equal(hex(sender.seal(channel, plain)), message.sealed);
      assert.equal(hex(receiver.open(channel, bytes(message.sealed))), message.plain);
    }
  }
});
