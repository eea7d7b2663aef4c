/** The host's end of one viewer's media: it answers the viewer's offer and carries packets. It has no timer: its owner decides how long to wait. */

import { checkCandidate } from "../webrtc/candidate.ts";
import type { IceServer, RtcCandidate, RtcState } from "../webrtc/rtc.ts";
import { type HostMediaMessage, readMediaMessage } from "./media_message.ts";
import type { MediaFactory, MediaPeer, StreamName } from "./media_peer.ts";
import { checkOffer, type MediaOffer } from "./offer.ts";
import { readRtcp, type RtcpEvent } from "./rtcp.ts";

/** The stream that carries a connection's signals. */
export interface MediaSignals {
  send(message: HostMediaMessage): void;
  onmessage: ((message: unknown) => void) | null;
}

export interface MediaConnectionOptions {
  readonly rtc: MediaFactory;
  readonly signals: MediaSignals;
  readonly iceServers: readonly IceServer[];
  /** The host's own. `relay`: the viewer is told of no address of this machine; libjuice may still find the direct way, if there is one. */
  readonly icePolicy: "all" | "relay";
  readonly video: StreamName;
  readonly audio: StreamName;
}

export type MediaState = "waiting" | "connecting" | "open" | "closed";

/** Candidates accepted from a viewer; a normal one has a few for each of its interfaces. */
const MAX_CANDIDATES = 64;

/** One viewer's media connection, from its offer to its end. */
export class MediaConnection {
  /** `why` says how it came to its end. */
  onstate: ((state: MediaState, why: string) => void) | null = null;
  /** What the viewer said of the packets that it got. */
  onrtcp: ((event: RtcpEvent) => void) | null = null;
  /** Useless or malformed messages, candidates and RTCP of the viewer. */
  dropped = 0;
  readonly #options: MediaConnectionOptions;
  #state: MediaState = "waiting";
  #offer: MediaOffer | undefined;
  #peer: MediaPeer | undefined;
  #candidates = 0;
  #closing: Promise<void> | undefined;

  /** Waits for the viewer's offer on `signals`. */
  constructor(options: MediaConnectionOptions) {
    this.#options = options;
    options.signals.onmessage = (message) => this.#receive(message);
  }

  get state(): MediaState {
    return this.#state;
  }

  /** The viewer's formats, once it has offered. */
  get offer(): MediaOffer | undefined {
    return this.#offer;
  }

  /** Sends an RTP or RTCP packet; its bytes may change when this has returned. False if it was not sent. */
  send(stream: "video" | "audio", packet: Uint8Array): boolean {
    return this.#state === "open" && this.#peer?.[stream]?.send(packet) === true;
  }

  /** The candidate types in use, e.g. `{local: "host", remote: "relay"}`, once connected. */
  selected(): { readonly local: string; readonly remote: string } | null {
    return this.#peer?.selected() ?? null;
  }

  /** Ends the connection; settles when no native callback can follow. Idempotent. */
  close(): Promise<void> {
    return this.#end("closed here");
  }

  #receive(value: unknown): void {
    if (this.#state === "closed") return;
    const message = readMediaMessage(value);
    if (message === undefined) this.dropped++;
    else if ("offer" in message) this.#answer(message.offer);
    else this.#candidate(message.candidate, message.mid);
  }

  #answer(sdp: string): void {
    if (this.#state !== "waiting") {
      this.dropped++;
      return;
    }
    const verdict = checkOffer(sdp);
    if (verdict.kind === "malformed") {
      void this.#end(`the viewer's offer is malformed: ${verdict.why}`);
      return;
    }
    this.#offer = verdict.offer;
    const { rtc, signals, iceServers, icePolicy, video, audio } = this.#options;
    try {
      const peer = this.#peer = rtc.createMedia({
        offer: verdict.offer,
        iceServers,
        icePolicy,
        video,
        audio,
      });
      // The library may report a candidate before the answer that it belongs to.
      let held: RtcCandidate[] | undefined = [];
      peer.onanswer = (answer) => {
        signals.send({ answer });
        for (const { candidate, mid } of held ?? []) signals.send({ candidate, mid });
        held = undefined;
      };
      peer.oncandidate = ({ candidate, mid }) => {
        if (held) held.push({ candidate, mid });
        else signals.send({ candidate, mid });
      };
      peer.onstate = (state) => this.#stateChanged(state);
      for (const track of [peer.video, peer.audio]) {
        if (!track) continue;
        track.onopen = () => this.#tryOpen();
        track.onrtcp = (packet) => this.#receiveRtcp(packet);
      }
      this.#change("connecting", "the viewer has offered");
      peer.answer();
    } catch (error) {
      void this.#end(`can't answer the viewer's offer: ${error instanceof Error ? error.message : error}`);
    }
  }

  #candidate(line: string, mid: string): void {
    const verdict = checkCandidate(line, mid);
    if (verdict.kind === "end") return;
    if (!this.#peer || ++this.#candidates > MAX_CANDIDATES || verdict.kind !== "candidate") {
      this.dropped++;
      return;
    }
    try {
      this.#peer.addCandidate({ candidate: verdict.line, mid: this.#offer!.video.mid });
    } catch {
      this.dropped++;
    }
  }

  #receiveRtcp(packet: Uint8Array): void {
    const { events, malformed } = readRtcp(packet);
    if (malformed) this.dropped++;
    for (const event of events) this.onrtcp?.(event);
  }

  #tryOpen(): void {
    const { video, audio } = this.#peer!;
    if (this.#state !== "connecting" || !video.isOpen() || audio?.isOpen() === false) return;
    this.#change("open", "its tracks are open");
  }

  #stateChanged(state: RtcState): void {
    if (state === "failed") void this.#end("the connection failed: no packets come through");
    else if (state === "closed") void this.#end("the connection was closed by the far end");
  }

  #change(state: MediaState, why: string): void {
    this.#state = state;
    this.onstate?.(state, why);
  }

  #end(why: string): Promise<void> {
    if (this.#state !== "closed") {
      this.#options.signals.onmessage = null;
      this.#change("closed", why);
      this.#closing = this.#peer?.close() ?? Promise.resolve();
    }
    return this.#closing!;
  }
}
