/**
 * The small part of WebRTC that sends media to one viewer, so that `node-datachannel` (in `transport/native/native_media.ts`) can be
 * injected. RTP and RTCP are made and read by this folder; native code encrypts and carries them.
 */

import type { RtcCandidate, RtcOptions, RtcState } from "../webrtc/rtc.ts";
import type { MediaOffer } from "./offer.ts";

/** How the host names one of its streams in the answer. */
export interface StreamName {
  /** The synchronisation source, 1 to 2^32 - 1: the same at every viewer. */
  readonly ssrc: number;
  /** The name by which a viewer sees that sound and picture belong together: 1 to 64 letters and digits. */
  readonly cname: string;
}

/** A stream to one viewer. */
export interface MediaTrack {
  isOpen(): boolean;
  /** Sends an RTP or RTCP packet, whose bytes are copied before it returns. False if it was not sent. */
  send(packet: Uint8Array): boolean;
  onopen: (() => void) | null;
  /** A compound RTCP packet of the viewer, unchecked. */
  onrtcp: ((packet: Uint8Array) => void) | null;
}

/** A connection that answers one offer and sends to its tracks. */
export interface MediaPeer {
  readonly video: MediaTrack;
  readonly audio: MediaTrack | undefined;
  onanswer: ((sdp: string) => void) | null;
  /** `candidate` is empty at the end of gathering. */
  oncandidate: ((candidate: RtcCandidate) => void) | null;
  onstate: ((state: RtcState) => void) | null;
  /** Takes the offer that the peer was made for; the answer comes by `onanswer`. Called once. Throws Error if the library refuses it. */
  answer(): void;
  /** The caller has checked its form. Throws Error if the library refuses it. */
  addCandidate(candidate: RtcCandidate): void;
  /** The candidate types in use, e.g. `{local: "host", remote: "relay"}`, once connected. */
  selected(): { readonly local: string; readonly remote: string } | null;
  /** Settles when the last native callback has been delivered. Idempotent. */
  close(): Promise<void>;
}

export interface MediaOptions extends RtcOptions {
  readonly offer: MediaOffer;
  readonly video: StreamName;
  readonly audio: StreamName;
}

/** Makes connections for media. Throws Error if it is closed or the library refuses. */
export interface MediaFactory {
  createMedia(options: MediaOptions): MediaPeer;
}
