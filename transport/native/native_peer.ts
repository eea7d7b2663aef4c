/** One peer connection of `node-datachannel`. Deno only. */

import type { PeerConnection, RtcConfig } from "node-datachannel";
import { guarded, NativeChannel, type NativePart } from "./native_channel.ts";
import type {
  RtcCandidate,
  RtcChannel,
  RtcChannelOptions,
  RtcDescription,
  RtcPeer,
  RtcState,
} from "../webrtc/rtc.ts";

/**
 * How long {@link NativePeer.close} waits for the library's last callbacks, in ms. They take under 1 ms; after this deadline native code is
 * stuck, and the peer is kept in memory for good instead of being freed while a thread uses it.
 */
const CLOSE_DEADLINE = 2000;

/**
 * Every peer whose native callbacks may still come. The set references the connection, its channels, tracks and their handlers: garbage collection
 * closes whatever JavaScript drops, and a closed callback after that is a segmentation fault.
 */
const alive = new Set<NativePeer>();

const STATES: readonly string[] = ["new", "connecting", "connected", "disconnected", "failed", "closed"];

/**
 * A peer connection over the library. The library negotiates by itself (no `disableAutoNegotiation`), because its explicit
 * `setLocalDescription` lets a C++ exception escape, which aborts the process when, for example, no socket is left; the same fault in
 * `createDataChannel` and `setRemoteDescription` is a JavaScript error. Therefore the native channels are created at the moment of
 * negotiation.
 */
export class NativePeer implements RtcPeer {
  ondescription: ((description: RtcDescription) => void) | null = null;
  oncandidate: ((candidate: RtcCandidate) => void) | null = null;
  onstate: ((state: RtcState) => void) | null = null;
  onicestate: ((state: string) => void) | null = null;
  readonly #native: PeerConnection;
  readonly #onclosed: (peer: NativePeer) => void;
  readonly #parts: NativePart[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #negotiating: RtcDescription["type"] | null = null;
  #selected: { local: string; remote: string } | null = null;
  #closing: Promise<void> | null = null;

  /** `onclosed` is called when {@link close} has settled. Throws Error if the library refuses the configuration. */
  constructor(Native: typeof PeerConnection, config: RtcConfig, onclosed: (peer: NativePeer) => void) {
    this.#native = new Native("beach", config);
    this.#onclosed = onclosed;
    alive.add(this);
    this.#native.onLocalDescription((sdp, type) =>
      this.#unlessClosing(() => {
        // A hostile offer without data channels makes the library create an unrequested offer of its own.
        if (type === this.#negotiating && (type === "offer" || type === "answer")) {
          this.ondescription?.({ type, sdp });
        }
      })
    );
    this.#native.onLocalCandidate((candidate, mid) =>
      this.#unlessClosing(() => this.oncandidate?.({ candidate: candidate.replace(/^a=/, ""), mid }))
    );
    this.#native.onGatheringStateChange((state) =>
      this.#unlessClosing(() => {
        if (state === "complete") this.oncandidate?.({ candidate: "", mid: "0" });
      })
    );
    this.#native.onIceStateChange((state) => this.#unlessClosing(() => this.onicestate?.(state)));
    this.#native.onStateChange((state) => {
      if (state === "closed") this.#closed.resolve();
      this.#unlessClosing(() => {
        if (STATES.includes(state)) this.onstate?.(state as RtcState);
      });
    });
  }

  createChannel(options: RtcChannelOptions): RtcChannel {
    const channel = new NativeChannel(options);
    this.addPart(channel);
    return channel;
  }

  /** Adds a channel or a track, before the negotiation. */
  addPart(part: NativePart): void {
    this.#parts.push(part);
  }

  offer(): void {
    this.#negotiating = "offer";
    // The first channel starts the negotiation; the others are part of the same offer.
    for (const part of this.#parts) part.attach(this.#native);
  }

  setRemote({ type, sdp }: RtcDescription): void {
    if (this.#closing) throw new Error(`the connection is closed; it can't take an ${type}`);
    if (type === "answer") return this.#native.setRemoteDescription(sdp, "answer");
    this.#negotiating = "answer";
    for (const part of this.#parts) if (part.early) part.attach(this.#native);
    this.#native.setRemoteDescription(sdp, "offer");
    // Early enough: nothing can arrive before our answer does, and that is sent in a later turn of the event loop.
    for (const part of this.#parts) if (!part.early) part.attach(this.#native);
  }

  /** Throws Error before {@link setRemote}, and for a candidate that the library cannot parse. */
  addCandidate({ candidate, mid }: RtcCandidate): void {
    if (candidate === "" || this.#closing) return; // the end of candidates: libjuice uses its own timer instead
    this.#native.addRemoteCandidate(candidate, mid);
  }

  selected(): { readonly local: string; readonly remote: string } | null {
    if (this.#closing) return this.#selected;
    const pair = this.#native.getSelectedCandidatePair();
    if (pair) this.#selected = { local: pair.local.type, remote: pair.remote.type };
    return this.#selected;
  }

  rttMs(): number | undefined {
    if (this.#closing) return undefined;
    const rtt = this.#native.rtt();
    return rtt >= 0 ? rtt : undefined;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    // Channels and tracks first: each closes its stream, and its closed callback frees it.
    const waits = this.#parts.map((part) => part.close());
    guarded(() => this.#native.close());
    waits.push(this.#closed.promise);
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(resolve, CLOSE_DEADLINE, "late");
    const ended = await Promise.race([Promise.all(waits), late]);
    clearTimeout(timer);
    this.ondescription =
      this.oncandidate =
      this.onstate =
      this.onicestate =
        null;
    if (ended !== "late") alive.delete(this);
    this.#onclosed(this);
  }

  #unlessClosing(run: () => void): void {
    if (!this.#closing) guarded(run);
  }
}
