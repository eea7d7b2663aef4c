/** When a WebRTC link acknowledges bulk. */
import assert from "node:assert/strict";
import type { RtcChannel, RtcPeer } from "../../../transport/webrtc/rtc.ts";
import { WebRtcLink } from "../../../transport/webrtc/webrtc_link.ts";

/** A channel that is open and tells what is sent on it. */
class OpenChannel implements RtcChannel {
  readonly label = "";
  onopen = null;
  onclose = null;
  onmessage: ((message: Uint8Array) => void) | null = null;

  constructor(private readonly sent: (message: Uint8Array) => void) {}

  isOpen(): boolean {
    return true;
  }

  send(message: Uint8Array): boolean {
    this.sent(message);
    return true;
  }

  buffered(): number {
    return 0;
  }
}

const peer: RtcPeer = {
  createChannel: () => assert.fail("there are channels"),
  offer() {},
  setRemote() {},
  addCandidate() {},
  ondescription: null,
  oncandidate: null,
  onstate: null,
  onicestate: null,
  selected: () => null,
  rttMs: () => undefined,
  close: () => Promise.resolve(),
};

/** A message of the lane with `bytes` of content. */
function laneMessage(index: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(5 + bytes);
  new DataView(frame.buffer).setUint32(1, index);
  return frame;
}

Deno.test("a link acknowledges little on the second connection later than much there, or anything on the main one", async () => {
  const order: string[] = [];
  const acked = async (name: string, carrier: "main" | "second", sizes: readonly number[]) => {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const silent = () => new OpenChannel(() => assert.fail("nothing else is sent"));
    const bulk = new OpenChannel(resolve);
    const link = new WebRtcLink(peer, {
      ctrl: silent(),
      term: silent(),
      bulk: carrier === "main" ? bulk : silent(),
    });
    link.onmessage = () => {};
    if (carrier === "second") link.useSecond(bulk, { close: () => Promise.resolve() });
    sizes.forEach((size, index) => bulk.onmessage!(laneMessage(index, size)));
    assert.deepEqual([...await promise], [1, 0, 0, 0, sizes.length]);
    order.push(name);
    await link.close();
  };
  await Promise.all([
    acked("little", "second", [100, 100]),
    acked("much", "second", [100, 4000]),
    acked("main", "main", [100]),
    // So many bytes need no timer at all.
    acked("enough", "second", [16 * 1024, 16 * 1024, 16 * 1024, 16 * 1024]),
  ]);
  assert.deepEqual(order, ["enough", "much", "main", "little"]);
});
