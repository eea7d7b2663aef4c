/**
 * The small part of WebRTC that Beach uses, so that `node-datachannel` (in `transport/native/node_datachannel.ts`) and a browser's
 * `RTCPeerConnection` (in `road/web/`) can be injected. Every channel is negotiated out of band with a fixed id, which
 * saves the round trip of DCEP (RFC 8832) and any `ondatachannel` event.
 */

/** One ICE server, RFC 8489/8656. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface RtcOptions {
  readonly iceServers: readonly IceServer[];
  readonly icePolicy: "all" | "relay";
}

export interface RtcChannelOptions {
  readonly label: string;
  /** The SCTP stream id, the same at both ends. */
  readonly id: number;
  readonly ordered: boolean;
  /** 0: never sent again. Absent: reliable. */
  readonly maxRetransmits?: number;
}

export interface RtcChannel {
  readonly label: string;
  isOpen(): boolean;
  /** False if the message was refused. */
  send(message: Uint8Array): boolean;
  buffered(): number;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((message: Uint8Array) => void) | null;
}

export interface RtcDescription {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** An ICE candidate as it is signalled; `candidate` is the `candidate:…` line, empty at the end of gathering. */
export interface RtcCandidate {
  readonly candidate: string;
  readonly mid: string;
}

export type RtcState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

export interface RtcPeer {
  createChannel(options: RtcChannelOptions): RtcChannel;
  /** Makes the local offer, which is reported by `ondescription`. Called once, by the host, after the channels were created. */
  offer(): void;
  /** Sets the far description; for an offer, the answer is reported by `ondescription`. The caller has checked its form. Throws Error. */
  setRemote(description: RtcDescription): void;
  addCandidate(candidate: RtcCandidate): void;
  ondescription: ((description: RtcDescription) => void) | null;
  oncandidate: ((candidate: RtcCandidate) => void) | null;
  onstate: ((state: RtcState) => void) | null;
  /** ICE's own state by its W3C name (`connected` …), for logs. */
  onicestate: ((state: string) => void) | null;
  /** The candidate types in use, e.g. `{local: "host", remote: "relay"}`, once connected. */
  selected(): { readonly local: string; readonly remote: string } | null;
  rttMs(): number | undefined;
  /** Settles when the last native callback has been delivered. Idempotent. */
  close(): Promise<void>;
}

/** Creates peer connections. `close` ends all that are left and shuts the native library down in an order that does not crash. */
export interface RtcFactory {
  create(options: RtcOptions): RtcPeer;
  close(): Promise<void>;
}
