/** From signals to an open WebRTC link: one attempt. It has no timer: its owner decides how long to wait, and closes it. */

import { CHANNELS } from "./channels.ts";
import type { Link } from "../link.ts";
import type { RtcChannel, RtcFactory, RtcOptions, RtcPeer, RtcState } from "./rtc.ts";
import { WebRtcLink } from "./webrtc_link.ts";

/** The signals between the two ends of a connection; `candidate` is empty at the end of gathering. */
export type DialSignal =
  | { readonly kind: "offer" | "answer"; readonly sdp: string }
  | { readonly kind: "ice"; readonly candidate: string; readonly mid: string };

export interface DialOptions extends RtcOptions {
  readonly connection: "main" | "bulk";
}

/** Candidates accepted from the far end, before and after its description; a normal one has a few for each of its interfaces. */
export const MAX_FAR_CANDIDATES = 64;

/** One attempt to open a peer connection. */
export class WebRtcDialer {
  /** Set before {@link start} and {@link accept}. */
  onsignal: ((signal: DialSignal) => void) | null = null;
  /** ICE's state by its W3C name, for logs. */
  onicestate: ((state: string) => void) | null = null;
  /**
   * The link, when all channels of the connection are open; for a bulk connection the link that it was attached to, when it carries that
   * link's bulk. Rejects with Error if the attempt failed or was closed; the rejection need not be handled.
   */
  readonly opened: Promise<Link>;
  /** Signals that were useless: out of order, too many, or refused by the library. */
  dropped = 0;
  readonly #role: "host" | "viewer";
  readonly #peer: RtcPeer;
  readonly #channels: readonly RtcChannel[];
  readonly #outcome = Promise.withResolvers<Link>();
  /** The main connection's own link, or the one that this bulk connection was attached to. */
  #link: WebRtcLink | null = null;
  readonly #bulk: boolean;
  #early: { readonly candidate: string; readonly mid: string }[] = [];
  #described = false;
  #candidates = 0;
  /** The host's own candidates until {@link #release}; null afterwards, and at a viewer. */
  #held: DialSignal[] | null;
  #state: "dialling" | "open" | "ended" = "dialling";
  #failed = false;

  /** Throws Error if the factory cannot make a connection (it is closed, or no socket is left). */
  constructor(rtc: RtcFactory, options: DialOptions, role: "host" | "viewer") {
    this.#role = role;
    this.#held = role === "host" ? [] : null;
    this.#bulk = options.connection === "bulk";
    this.opened = this.#outcome.promise;
    this.opened.catch(() => {});
    this.#peer = rtc.create(options);
    this.#channels = CHANNELS[options.connection].map((channel) => this.#peer.createChannel(channel));
    for (const channel of this.#channels) {
      channel.onopen = () => this.#tryOpen();
      channel.onclose = () => this.#end(`${channel.label} was closed by the far end`);
    }
    if (!this.#bulk) {
      const [ctrl, term, bulk] = this.#channels as [RtcChannel, RtcChannel, RtcChannel];
      this.#link = new WebRtcLink(this.#peer, { ctrl, term, bulk });
      void this.#link.closed.then(({ detail }) => this.#end(detail));
    }
    this.#peer.ondescription = ({ type, sdp }) => this.onsignal?.({ kind: type, sdp });
    this.#peer.oncandidate = ({ candidate, mid }) => this.#signalCandidate({ kind: "ice", candidate, mid });
    this.#peer.onicestate = (state) => this.onicestate?.(state);
    this.#peer.onstate = (state) => this.#stateChanged(state);
  }

  /** Makes the host's offer, which is reported by {@link onsignal}; a viewer waits for one. */
  start(): void {
    if (this.#state === "ended" || this.#role === "viewer") return;
    try {
      this.#peer.offer();
    } catch (error) {
      this.#fail("can't make an offer", error);
    }
  }

  /**
   * Handles a signal of the far end; the caller has checked its form. Never throws: a description that the library refuses fails the
   * attempt; any other useless signal is dropped and counted. Candidates may come before the description.
   */
  accept(signal: DialSignal): void {
    if (this.#state === "ended") return;
    switch (signal.kind) {
      case "offer":
      case "answer":
        return this.#describe(signal.kind, signal.sdp);
      case "ice":
        return this.#candidate(signal.candidate, signal.mid);
    }
  }

  /** Ends the attempt, and its link if there is one; settles when no native callback can follow. Idempotent. */
  async close(): Promise<void> {
    if (!this.#bulk) await this.#link?.close();
    this.#end("closed here");
    await this.#peer.close();
  }

  /** See {@link attachBulk}. */
  async carryBulk(link: WebRtcLink): Promise<boolean> {
    if (!this.#bulk) throw new TypeError("this dialer is for the main connection; bulk needs one of its own");
    this.#link = link;
    if (!link.adopt(this)) this.#end(`${link.id} has ended`);
    this.#tryOpen();
    return await this.opened.then(() => true, () => false);
  }

  #describe(type: "offer" | "answer", sdp: string): void {
    if (this.#described || type !== (this.#role === "host" ? "answer" : "offer")) {
      this.dropped++;
      return;
    }
    this.#described = true;
    try {
      this.#peer.setRemote({ type, sdp });
    } catch (error) {
      return this.#fail(`the far end's ${type} can't be used`, error);
    }
    for (const { candidate, mid } of this.#early) this.#add(candidate, mid);
    this.#early = [];
  }

  #candidate(candidate: string, mid: string): void {
    if (++this.#candidates > MAX_FAR_CANDIDATES) this.dropped++;
    else if (this.#described) this.#add(candidate, mid);
    else this.#early.push({ candidate, mid });
  }

  #add(candidate: string, mid: string): void {
    try {
      this.#peer.addCandidate({ candidate, mid });
    } catch {
      this.dropped++;
    }
    this.#release();
  }

  /**
   * Signals a candidate; the host's are held back until it has the answer. A host that the viewer can check before the host has the answer
   * connects while it processes the answer, and on a fast path the handshake is over before the library has stored the expected
   * fingerprint: 6 to 26 of 100 first connections failed so ("certificate verify failed"), more on a busier machine. Also, a viewer that
   * connects first sends its first DTLS message to a host that is not ready: 3 of 20 connections waited a second until DTLS repeated it. So
   * the host's addresses stay unknown until it has the answer and has begun to check: it connects first, and the viewer, which is the DTLS
   * client, starts the handshake after that.
   */
  #signalCandidate(signal: DialSignal): void {
    if (this.#held) this.#held.push(signal);
    else this.onsignal?.(signal);
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const signal of held) this.onsignal?.(signal);
  }

  #stateChanged(state: RtcState): void {
    if (state === "failed") {
      this.#failed = true;
      this.#end("the connection failed: no packets come through");
    } else if (state === "closed") this.#end("the connection was closed");
  }

  #tryOpen(): void {
    if (
      this.#state !== "dialling" || !this.#link || !this.#channels.every((channel) => channel.isOpen())
    ) return;
    this.#state = "open";
    if (this.#bulk && !this.#link.useSecond(this.#channels[0]!, this)) {
      return this.#end(`${this.#link.id} has ended`);
    }
    this.#outcome.resolve(this.#link);
  }

  #fail(what: string, error: unknown): void {
    this.#failed = true;
    this.#end(`${what}: ${error instanceof Error ? error.message : error}`);
  }

  #end(why: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#outcome.reject(new Error(`WebRTC: ${why}`));
    if (this.#bulk) this.#link?.secondLost(this);
    else this.#link?.lost({ reason: this.#failed ? "failed" : "remote", detail: why });
    void this.#peer.close();
  }
}

/**
 * Lets `link` carry bulk over the second connection as soon as that is open; settles with whether it does. When that connection ends, bulk
 * returns to the first and another may be attached. Closing the link closes the dialer too. Rejects with TypeError for a link that is not
 * over WebRTC, or a dialer that is not for bulk.
 */
export async function attachBulk(link: Link, dialer: WebRtcDialer): Promise<boolean> {
  if (!(link instanceof WebRtcLink)) {
    throw new TypeError(`${link.id} is not a WebRTC link: it has no second connection`);
  }
  return await dialer.carryBulk(link);
}
