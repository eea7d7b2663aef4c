import assert from "node:assert/strict";
import fc from "fast-check";
import { KINDS, seal, unseal } from "../../../road/nodes/envelope.ts";

Deno.test("envelopes between nodes: each survives, and any bytes are an envelope or none", () => {
  const envelope = fc.record({
    kind: fc.constantFrom(...KINDS),
    from: fc.stringMatching(/^[a-z2-7]{8}$/),
    guest: fc.nat(0xffff_ffff),
    payload: fc.uint8Array({ maxLength: 200 }),
  });
  fc.assert(
    fc.property(envelope, (sent) => {
      const got = unseal(seal(sent));
      assert.ok(got !== null);
      assert.deepEqual({ ...got, payload: [...got.payload] }, { ...sent, payload: [...sent.payload] });
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const got = unseal(bytes);
      assert.ok(got === null || KINDS.includes(got.kind));
    }),
    { numRuns: 2_000 },
  );
  const good = seal({ kind: "said", from: "abcdefgh", guest: 1, payload: new Uint8Array(3) });
  for (const [at, byte] of [[0, 2], [1, 200], [2, 0]] as const) {
    const bad = good.slice();
    bad[at] = byte;
    assert.equal(unseal(bad), null);
  }
  assert.equal(unseal(good.subarray(0, 13)), null);
});
