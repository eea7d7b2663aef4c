/** The viewers of `joins_bench.ts`, all in one process: `joins_viewers.ts <road> <code> <joins> <at a time>`; a line of JSON for each join. */
import { roadClient } from "../../../cli/network/road_socket.ts";
import { parseCode } from "../../../transport/auth/join_code.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { pakeReady } from "../../../transport/auth/pake.ts";
import { ViewerPeer } from "../../../transport/peer/viewer_peer.ts";

/** No WebRTC within this is none, ms. */
const PATIENCE = 30_000;

const [road, code, joins, together] = Deno.args as [string, string, string, string];
const { session, access, words } = parseCode(code);
const rtc = await nativeRtc({ bind: "network" });
await pakeReady;

/** One join: ms to the first link that both ends use, and to the first over WebRTC. */
async function join(): Promise<{ link: number | null; webrtc: number | null }> {
  const client = roadClient({ road, role: "viewer", session });
  const policy = { forceWebsocket: false, strictWebrtc: false, iceServers: [], icePolicy: "all" as const };
  const peer = new ViewerPeer({
    ...{ road: client, session, access, secret: words!, name: "", rtc, policy, log: () => {} },
  });
  const over = Promise.withResolvers<void>();
  const began = performance.now();
  const took: { link: number | null; webrtc: number | null } = { link: null, webrtc: null };
  const timer = setTimeout(over.resolve, PATIENCE);
  peer.listen({
    path: (path) => {
      took.link ??= performance.now() - began;
      if (path === "relay") return;
      took.webrtc = performance.now() - began;
      over.resolve();
    },
    refused: () => over.resolve(),
    ended: () => over.resolve(),
  });
  await client.connect().then(() => over.promise, () => {});
  clearTimeout(timer);
  await peer.close();
  client.close({ leave: true });
  return took;
}

let left = Number(joins);
await Promise.all(
  Array.from({ length: Number(together) }, async () => {
    while (left-- > 0) console.log(JSON.stringify(await join()));
  }),
);
console.log("done");
