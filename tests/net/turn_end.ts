/**
 * One end of a session, a command to run on a host of the lab: `turn_end.ts host|viewer <road> <session> <JSON of path policy>`. Prints what
 * happens, a line each: `session <id>`, `link …`, `pair local remote`, `warn: …`. The viewer sends `ping`, the host answers `pong`.
 */
import type { PathPolicy } from "../../transport/peer/peer_options.ts";
import { nativeRtc } from "../../transport/native/node_datachannel.ts";
import type { RtcPeer } from "../../transport/webrtc/rtc.ts";
import { bytes, startHost, startViewer, type Story } from "../transport/ends.ts";

const [role, road, session = "", policyJson = "{}"] = Deno.args as [string, string, string?, string?];
const policy: Partial<PathPolicy> = { strictWebrtc: true, ...JSON.parse(policyJson) };
const native = await nativeRtc({ bind: "network" });
const made: RtcPeer[] = [];
const rtc = {
  ...native,
  create: (options: Parameters<typeof native.create>[0]) => {
    made.push(native.create(options));
    return made.at(-1)!;
  },
};
const timings = { attempt: 8_000, link: 10_000, second: 2_000 };

/** Prints what the story tells from now on. */
function follow({ lines, tell }: Story, story: Story): void {
  for (const line of lines) console.log(line);
  story.tell = (line) => {
    tell.call(story, line);
    console.log(line);
    if (/^link /.test(line)) {
      for (const pair of made.map((peer) => peer.selected()).filter((pair) => pair !== null)) {
        console.log(`pair ${pair.local} ${pair.remote}`);
      }
    }
  };
}

if (role === "host") {
  const host = await startHost(road, { rtc, policy, timings });
  follow(host.story, host.story);
  console.log(`session ${host.session}`);
  host.peers.listen({
    link: (_peer, link) => {
      link.onmessage = (channel) => void link.send(channel, bytes("pong"));
    },
  });
} else {
  const viewer = await startViewer(road, session, { rtc, policy, timings });
  follow(viewer.story, viewer.story);
  viewer.peer.listen({ link: (link) => void link.send("ctrl", bytes("ping")) });
}
// Ends with its stdin.
for await (const _ of Deno.stdin.readable);
Deno.kill(Deno.pid, "SIGKILL");
