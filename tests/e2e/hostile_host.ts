/** A host that lies to its viewers: honest on the way in, and then it sends whatever a test likes. */
import type { Frame } from "../../frames/frame.ts";
import { WIRE_VERSION } from "../../frames/link_frames.ts";
import { roadClient } from "../../cli/network/road_socket.ts";
import { HostPeers } from "../../transport/peer/host_peers.ts";
import type { Channel, Link } from "../../transport/link.ts";
import { makeRecord, pakeReady } from "../../transport/auth/pake.ts";
import { framesOf, packetOf } from "../frames/packets.ts";

const WORDS = "river-lamp-ocean";

export class HostileHost implements AsyncDisposable {
  private constructor(
    /** Where a page joins it. */
    readonly url: string,
    private readonly peers: HostPeers,
    private readonly leave: () => void,
  ) {}

  /** @param heard gets what each viewer says, and a way to answer. Throws RoadError. */
  static async start(
    road: string,
    heard: (frame: Frame, tell: (frame: Frame, channel?: Channel) => boolean) => void,
  ): Promise<HostileHost> {
    await pakeReady;
    const client = roadClient({ road, role: "host" });
    const { session, publicUrl } = await client.connect();
    const peers = new HostPeers({
      road: client,
      session,
      records: { write: makeRecord("write", WORDS, session) },
      rtc: null,
      policy: { maxViewers: 4, forceWebsocket: true, strictWebrtc: false, iceServers: [], icePolicy: "all" },
      log: () => {},
    });
    peers.listen({
      link: (_peer, link: Link) => {
        link.onmessage = (_channel, bytes) => {
          for (const frame of framesOf(bytes)) {
            if (frame.type === "OtherProtocol") continue;
            heard(frame, (answer, channel = "ctrl") => link.send(channel, packetOf(answer)));
          }
        };
      },
    });
    return new HostileHost(`${publicUrl}/j/${session}#${WORDS}`, peers, () => client.close({ leave: true }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peers.close("the end of the test");
    this.leave();
  }
}

/** What a viewer is told first: that it is in, and a screen of 80 x 24 with `rows` rows above it. */
export function welcome(screen: string, rows = 0): Frame[] {
  const size = { cols: 80, rows: 24 };
  return [
    {
      type: "Welcome",
      protocol: WIRE_VERSION,
      features: [],
      role: "write",
      ...size,
      gen: 1,
      have: 0,
      title: "",
    },
    {
      type: "Snapshot",
      id: 1,
      gen: 1,
      version: 0,
      ...size,
      line: rows,
      era: 0,
      size: 0,
      part: 0,
      parts: 1,
      data: new TextEncoder().encode(screen),
    },
  ];
}
