import assert from "node:assert/strict";
import fc from "fast-check";
import { Seal, SEAL_OVERHEAD } from "../../../transport/auth/seal.ts";
import type { Channel } from "../../../transport/link.ts";

const KEY = Uint8Array.from({ length: 64 }, (_, i) => i);
const VIEWER = "abcdefgh";

function pair(
  change: { key?: Uint8Array; session?: string; viewer?: string } = {},
): { host: Seal; viewer: Seal } {
  const common = { key: KEY, session: "7kq2mx", viewer: VIEWER };
  return {
    host: new Seal({ ...common, role: "host" }),
    viewer: new Seal({ ...common, ...change, role: "viewer" }),
  };
}
const channel = fc.constantFrom<Channel>("ctrl", "term", "bulk");
const message = fc.uint8Array({ maxLength: 300 });

Deno.test("seal: what one end seals the other opens, in order, on every channel and both ways", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), channel, message)), (messages) => {
    const { host, viewer } = pair();
    for (const [fromHost, channel, message] of messages) {
      const [from, to] = fromHost ? [host, viewer] : [viewer, host];
      const sealed = from.seal(channel, message);
      assert.equal(sealed.length, message.length + SEAL_OVERHEAD);
      assert.deepEqual(to.open(channel, sealed), message);
    }
    assert.equal(host.dropped + viewer.dropped, 0);
  }));
});

Deno.test("seal: an altered message is dropped and counted, and the next good one still opens", () => {
  fc.assert(fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, where, flip) => {
    const { host, viewer } = pair();
    const sealed = host.seal("ctrl", message);
    const altered = sealed.slice();
    altered[where % altered.length]! ^= flip;
    assert.equal(viewer.open("ctrl", altered), null);
    assert.equal(viewer.dropped, 1);
    assert.deepEqual(viewer.open("ctrl", sealed), message);
  }));
});

Deno.test("seal: of any order of arrival only ascending counters are taken, each once", () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 40 }), (order) => {
    const { host, viewer } = pair();
    const sealed = Array.from({ length: 10 }, (_, i) => host.seal("term", Uint8Array.of(i)));
    let newest = -1, dropped = 0;
    for (const i of order) {
      const opened = viewer.open("term", sealed[i]!);
      if (i > newest) {
        assert.deepEqual(opened, Uint8Array.of(i));
        newest = i;
      } else {
        assert.equal(opened, null);
        dropped++;
      }
    }
    assert.equal(viewer.dropped, dropped);
  }));
});

Deno.test("seal: the wrong channel, direction, peer, session, kind, negotiation or key opens nothing", () => {
  const data = new TextEncoder().encode("hello");
  const { host, viewer } = pair();
  const sealed = host.seal("ctrl", data);
  assert.equal(viewer.open("term", sealed), null, "channel");
  assert.equal(host.open("ctrl", sealed), null, "direction: a reflected message");
  assert.equal(pair({ viewer: "bbbbbbbb" }).viewer.open("ctrl", sealed), null, "another viewer");
  assert.equal(pair({ session: "7kq2my" }).viewer.open("ctrl", sealed), null, "another session");
  assert.equal(pair({ key: KEY.map((b) => b ^ 1) }).viewer.open("ctrl", sealed), null, "another key");
  const signal = host.sealSignal("offer", 3, data);
  assert.equal(viewer.openSignal("answer", 3, signal), null, "kind");
  assert.equal(viewer.openSignal("offer", 4, signal), null, "negotiation");
  assert.deepEqual(viewer.openSignal("offer", 3, signal), data);
  assert.equal(viewer.openSignal("offer", 3, signal), null, "replay");
});

Deno.test("seal: any bytes are opened or dropped, never thrown at", () => {
  const { viewer } = pair();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.string(), (bytes, text) => {
    assert.equal(viewer.open("bulk", bytes), null);
    assert.equal(viewer.openSignal("ice", 1, text), null);
  }));
});

Deno.test("seal: equal messages never look equal", () => {
  const { host, viewer } = pair();
  const plain = new Uint8Array(32);
  const seen = new Set<string>();
  for (const end of [host, viewer]) {
    for (const channel of ["ctrl", "term", "bulk"] as const) {
      for (let i = 0; i < 3; i++) seen.add(end.seal(channel, plain).subarray(8).join());
    }
  }
  assert.equal(seen.size, 18);
});
