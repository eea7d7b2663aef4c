import assert from "node:assert/strict";
import type { RoadPort } from "../../../transport/signalling/road_port.ts";
import { Seal } from "../../../transport/auth/seal.ts";
import { SealedSignalling } from "../../../transport/signalling/sealed_signalling.ts";
import type { PeerId } from "../../../transport/schema/signal.ts";

Deno.test("a flood of signals that nobody sealed is counted, and only its beginning is logged", () => {
  const viewer = "aaaaaaaa" as PeerId;
  const seal = new Seal({ key: new Uint8Array(32), session: "7kq2mx", viewer, role: "host" });
  let logged = 0;
  // Nothing is sent: the line hears only.
  const line = new SealedSignalling({} as RoadPort, seal, viewer, () => logged++);
  for (let i = 0; i < 10_000; i++) {
    assert.equal(line.open({ kind: "ice", negotiation: 1, data: "A".repeat(54) }), null);
  }
  assert.deepEqual([line.dropped, logged], [10_000, 100]);
});
