/** The media connection of a desktop: the browser offers to receive video and sound, the host answers over a sealed stream. */
import type { DesktopClient } from "../../../session/services/desktop/desktop_client.ts";
import type { MediaExchange } from "../../../session/services/desktop/media_exchange.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";

/** A connection that lost its way may find it again, ms: the other end's checks go on for so long. */
const LOST_FOR = 4000;

export interface MediaEvents {
  up(): void;
  /** It is of no use any more. */
  down(why: string): void;
  video(track: MediaStreamTrack): void;
  sound(track: MediaStreamTrack): void;
}

/** One attempt to have video; a new one is made for the next. */
export class MediaPath {
  readonly peer: RTCPeerConnection;
  #exchange: MediaExchange | undefined;
  /** Candidates of the host that came before its answer. */
  #early: RTCIceCandidateInit[] | null = [];
  #losing: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  /** Throws Error if the browser refuses the servers. */
  constructor(
    private readonly client: DesktopClient,
    private readonly ice: RtcOptions,
    private readonly events: MediaEvents,
  ) {
    this.peer = new RTCPeerConnection({
      iceServers: ice.iceServers.map(({ urls, ...login }) => ({ urls: [...urls], ...login })),
      iceTransportPolicy: ice.icePolicy,
      bundlePolicy: "max-bundle",
    });
    const video = this.peer.addTransceiver("video", { direction: "recvonly" });
    preferH264(video);
    const sound = this.peer.addTransceiver("audio", { direction: "recvonly" });
    this.peer.ontrack = ({ track, receiver }) => {
      if (track.kind !== "video") return this.events.sound(track);
      // Pictures show when they are there; sound has its own time.
      for (const name of ["jitterBufferTarget", "playoutDelayHint"]) {
        if (name in receiver) (receiver as unknown as Record<string, number>)[name] = 0;
      }
      this.events.video(track);
    };
    this.peer.onicecandidate = ({ candidate }) =>
      this.#exchange?.candidate({
        candidate: candidate?.candidate ?? "",
        mid: candidate?.sdpMid ?? video.mid ?? sound.mid ?? "0",
      });
    this.peer.onconnectionstatechange = () => this.#changed();
    void this.#offer().catch((error) => this.#down(error instanceof Error ? error.message : "no offer"));
  }

  /** Ends it, silently. */
  close(): void {
    this.#over = true;
    clearTimeout(this.#losing);
    this.peer.onicecandidate = this.peer.onconnectionstatechange = this.peer.ontrack = null;
    this.peer.close();
    this.#exchange?.close();
  }

  async #offer(): Promise<void> {
    const { sdp = "" } = await this.peer.createOffer();
    if (this.#over) return;
    // The exchange is there before the first candidate.
    const offer = stereo(sdp);
    const exchange = this.#exchange = this.client.negotiate({ offer, policy: this.ice.icePolicy }, {
      answer: (answer) => void this.#answered(answer),
      candidate: (candidate) => this.#heard({ candidate: candidate.candidate, sdpMid: candidate.mid }),
      over: ({ message }) => this.#down(message),
    });
    await this.peer.setLocalDescription({ type: "offer", sdp: offer });
    if (this.#over) exchange.close();
  }

  async #answered(sdp: string): Promise<void> {
    try {
      await this.peer.setRemoteDescription({ type: "answer", sdp });
    } catch {
      return this.#down("the host's answer can't be used");
    }
    const early = this.#early ?? [];
    this.#early = null;
    for (const candidate of early) this.#heard(candidate);
  }

  #heard(candidate: RTCIceCandidateInit): void {
    if (this.#over || candidate.candidate === "") return;
    // As many as the exchange lets through.
    if (this.#early) this.#early.push(candidate);
    // One candidate that can't be used leaves the others.
    else this.peer.addIceCandidate(candidate).catch(() => {});
  }

  #changed(): void {
    clearTimeout(this.#losing);
    switch (this.peer.connectionState) {
      case "connected":
        return this.events.up();
      case "failed":
        return this.#down("the connection for video failed");
      case "disconnected":
        this.#losing = setTimeout(() => this.#down("the connection for video was lost"), LOST_FOR);
    }
  }

  #down(why: string): void {
    if (this.#over) return;
    this.close();
    this.events.down(why);
  }
}

/** H.264 is what hosts encode; what goes with it stays (retransmission, redundancy). */
function preferH264(video: RTCRtpTransceiver): void {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities("video") ?? {};
  const isFirst = ({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec) =>
    mimeType === "video/H264" && !sdpFmtpLine.includes("packetization-mode=0");
  const wanted = codecs.filter(isFirst);
  if (wanted.length === 0) return;
  const others = codecs.filter(({ mimeType }) => /\/(?:rtx|red|ulpfec|flexfec-03)$/i.test(mimeType));
  video.setCodecPreferences?.([...wanted, ...others]);
}

/** Opus is decoded as mono unless the receiver says that it takes both channels. */
export function stereo(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  return opus === undefined ? sdp : sdp.replace(
    new RegExp(`^(a=fmtp:${opus} )(?!.*stereo=)`, "m"),
    "$1stereo=1;",
  );
}
