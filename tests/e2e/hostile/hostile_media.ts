/** A viewer of a desktop's media that says what it likes: a real connection of libdatachannel, over which RTCP goes as raw bytes. */
import datachannel from "node-datachannel";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { encodeDesktopHead } from "../../../session/services/desktop/heads.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import type { OpenStream, ServiceStream } from "../../../session/services/service_stream.ts";
import { deadline } from "../../support/deadline.ts";
import { START } from "../scene.ts";

const FORMAT = "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1";

/** A message of the host on `media`. */
interface Answer {
  readonly answer?: string;
  readonly candidate?: string;
  readonly mid?: string;
}

export class HostileMedia implements AsyncDisposable {
  /** RTP and RTCP packets that came. */
  heard = 0;

  private constructor(
    private readonly peer: datachannel.PeerConnection,
    private readonly track: datachannel.Track,
    private readonly stream: ServiceStream,
  ) {}

  /** Connects; `show` must be open. */
  static async connect(open: OpenStream): Promise<HostileMedia> {
    const peer = new datachannel.PeerConnection("liar", { iceServers: [], forceMediaTransport: true });
    const offered = Promise.withResolvers<string>();
    const stream = open("desktop", encodeDesktopHead({ kind: "media" }));
    peer.onLocalDescription((sdp) => offered.resolve(sdp));
    peer.onLocalCandidate((candidate, mid) =>
      void stream.write(encodeMessage({ candidate, mid })).catch(() => {})
    );
    const video = new datachannel.Video("0", "RecvOnly");
    video.addH264Codec(96, FORMAT);
    const track = peer.addTrack(video);
    const made = new HostileMedia(peer, track, stream);
    const up = Promise.withResolvers<void>();
    track.onOpen(() => up.resolve());
    track.onMessage(() => made.heard++);
    peer.setLocalDescription("offer");
    const offer = await deadline(offered.promise, START, "an offer");
    await stream.write(encodeMessage({ offer, policy: "all" }));
    const reader = new ByteReader(stream.readable);
    const { answer } = await deadline(nextMessage(reader, 65_536), START, "an answer") as Answer;
    peer.setRemoteDescription(answer!, "answer");
    void made.#follow(reader).catch(() => {});
    await deadline(up.promise, START, "an open track");
    return made;
  }

  /** Sends bytes as RTCP; false if they could not go. */
  say(rtcp: Uint8Array): boolean {
    try {
      return this.track.sendMessageBinary(rtcp as Parameters<datachannel.Track["sendMessageBinary"]>[0]);
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const over = Promise.withResolvers<void>();
    this.peer.onStateChange((state) => state === "closed" && over.resolve());
    this.peer.close();
    await deadline(over.promise, START, "the end of the connection");
    await this.stream.finish().catch(() => {});
  }

  async #follow(reader: ByteReader): Promise<void> {
    for (;;) {
      const { candidate, mid } = await nextMessage(reader, 65_536) as Answer;
      if (candidate) this.peer.addRemoteCandidate(candidate, mid ?? "0");
    }
  }
}
