/** The browser's own WebRTC behind the interface of `transport/webrtc/rtc.ts`. */
import type {
  RtcCandidate,
  RtcChannel,
  RtcChannelOptions,
  RtcDescription,
  RtcFactory,
  RtcOptions,
  RtcPeer,
  RtcState,
} from "../../../transport/webrtc/rtc.ts";
import { BrowserChannel } from "./browser_channel.ts";

/** The browser's statistics cost it a millisecond, and it renews them about so often; ms. */
const LOOK = 1000;

/** The factory; null where the browser has no WebRTC (or a person switched it off): the relay is used then. */
export function browserRtc(): RtcFactory | null {
  if (typeof RTCPeerConnection === "undefined") return null;
  const peers = new Set<BrowserPeer>();
  return {
    create(options) {
      const peer = new BrowserPeer(options, () => peers.delete(peer));
      peers.add(peer);
      return peer;
    },
    async close() {
      await Promise.all([...peers].map((peer) => peer.close()));
    },
  };
}

/** The first connection of a page waits for the browser to start its network threads: let it do that early. */
export function warmUp(): void {
  if (typeof RTCPeerConnection === "undefined") return;
  const peer = new RTCPeerConnection();
  peer.createDataChannel("");
  void peer.createOffer().catch(() => {}).finally(() => peer.close());
}

class BrowserPeer implements RtcPeer {
  ondescription: ((description: RtcDescription) => void) | null = null;
  oncandidate: ((candidate: RtcCandidate) => void) | null = null;
  onstate: ((state: RtcState) => void) | null = null;
  onicestate: ((state: string) => void) | null = null;
  readonly #peer: RTCPeerConnection;
  readonly #channels: BrowserChannel[] = [];
  /** The browser's steps are asynchronous, the interface's are not: they run one after the other here. */
  #steps: Promise<void> = Promise.resolve();
  /** Candidates that came before the description that they belong to; null once that is out. */
  #early: RtcCandidate[] | null = [];
  #selected: { local: string; remote: string } | null = null;
  #rtt: number | undefined;
  #lookedAt = -Infinity;
  #closed = false;

  /** Throws Error if the browser refuses the servers. */
  constructor({ iceServers, icePolicy }: RtcOptions, private readonly onclosed: () => void) {
    this.#peer = new RTCPeerConnection({
      iceServers: iceServers.map(({ urls, ...login }) => ({ urls: [...urls], ...login })),
      iceTransportPolicy: icePolicy,
    });
    this.#peer.onicecandidate = ({ candidate }) => {
      this.#found({ candidate: candidate?.candidate ?? "", mid: candidate?.sdpMid ?? "0" });
    };
    this.#peer.oniceconnectionstatechange = () => this.onicestate?.(this.#peer.iceConnectionState);
    this.#peer.onconnectionstatechange = () => {
      if (this.#peer.connectionState === "connected") void this.#look();
      this.onstate?.(this.#peer.connectionState);
    };
  }

  createChannel(options: RtcChannelOptions): RtcChannel {
    const { label, id, ordered, maxRetransmits } = options;
    const channel = new BrowserChannel(this.#peer.createDataChannel(label, {
      negotiated: true,
      id,
      ordered,
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    }));
    this.#channels.push(channel);
    return channel;
  }

  offer(): void {
    this.#then(() => this.#describe());
  }

  setRemote(description: RtcDescription): void {
    if (this.#closed) throw new Error(`the connection is closed; it can't take an ${description.type}`);
    this.#then(async () => {
      await this.#peer.setRemoteDescription(description);
      if (description.type === "offer") await this.#describe();
    });
  }

  addCandidate({ candidate, mid }: RtcCandidate): void {
    if (candidate === "") return;
    // One candidate that can't be used leaves the others.
    this.#then(() => this.#peer.addIceCandidate({ candidate, sdpMid: mid }).catch(() => {}));
  }

  selected(): { readonly local: string; readonly remote: string } | null {
    const pair = this.#peer.sctp?.transport.iceTransport.getSelectedCandidatePair?.();
    if (pair?.local.type && pair.remote.type) {
      this.#selected = { local: pair.local.type, remote: pair.remote.type };
    }
    return this.#selected;
  }

  rttMs(): number | undefined {
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK) {
      this.#lookedAt = now;
      void this.#look();
    }
    return this.#rtt;
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#peer.onicecandidate = null;
      this.#peer.oniceconnectionstatechange = null;
      this.#peer.onconnectionstatechange = null;
      for (const channel of this.#channels) channel.silence();
      this.#peer.close();
      this.ondescription =
        this.oncandidate =
        this.onstate =
        this.onicestate =
          null;
      this.onclosed();
    }
    return Promise.resolve();
  }

  #then(step: () => Promise<void>): void {
    this.#steps = this.#steps.then(async () => {
      if (!this.#closed) await step();
    }).catch(() => {
      if (!this.#closed) this.onstate?.("failed");
    });
  }

  async #describe(): Promise<void> {
    await this.#peer.setLocalDescription();
    const { type, sdp } = this.#peer.localDescription!;
    if (type !== "offer" && type !== "answer") return;
    this.ondescription?.({ type, sdp });
    const early = this.#early ?? [];
    this.#early = null;
    for (const candidate of early) this.oncandidate?.(candidate);
  }

  #found(candidate: RtcCandidate): void {
    if (this.#early) this.#early.push(candidate);
    else this.oncandidate?.(candidate);
  }

  /** Reads what only the statistics tell. */
  async #look(): Promise<void> {
    if (this.#closed) return;
    const reports = new Map<string, Record<string, unknown>>();
    (await this.#peer.getStats()).forEach((report) => reports.set(report.id, report));
    for (const report of reports.values()) {
      if (report.type !== "candidate-pair" || report.state !== "succeeded" || !report.nominated) continue;
      if (typeof report.currentRoundTripTime === "number") this.#rtt = report.currentRoundTripTime * 1000;
      const local = reports.get(String(report.localCandidateId))?.candidateType;
      const remote = reports.get(String(report.remoteCandidateId))?.candidateType;
      if (local && remote) this.#selected = { local: String(local), remote: String(remote) };
    }
  }
}
