/** A link over peer connections: `ctrl` and `term` on the interactive one, `bulk` on a second one when that is open. */

import { BulkLane, type Carrier } from "./bulk_lane.ts";
import type { Channel, Link, LinkClosed, LinkStats, Path } from "../link.ts";
import { linkId, LinkState, StatefulLink } from "../links/link_state.ts";
import type { RtcChannel, RtcPeer } from "./rtc.ts";

/**
 * Bytes queued above SCTP's own 4 MiB before `ctrl` is refused. On `term` nothing is queued: a message that cannot be sent now is outdated
 * later.
 */
const CTRL_BUFFER = 4 * 1024 * 1024;

/** How long an acknowledgement of bulk is held back so that one acknowledges several messages, in ms. */
const ACK_DELAY = 10;
/**
 * The same on the second connection while fewer than so many bytes came: a sender has room for twice as many, so that none waits for this. Each
 * acknowledgement costs both ends what a message does, so that one for each of twenty questions a second would be half of their cost.
 */
const LAZY_ACK_DELAY = 1000;
const LITTLE = 4096;

/** The dialer or carrier of a link's second connection. */
export interface SecondConnection {
  /** Settles when it is freed. Idempotent. */
  close(): Promise<void>;
}

/** A {@link Link} over WebRTC. The dialer of the main connection creates it before the channels open, so that no early message is lost. */
export class WebRtcLink extends StatefulLink implements Link {
  readonly id: string = linkId("webrtc");
  readonly lossy = true;
  readonly #peer: RtcPeer;
  readonly #channels: Record<Channel, RtcChannel>;
  protected readonly state = new LinkState((closed) => void this.#end(closed));
  readonly #lane = new BulkLane(
    (carrier, frame) =>
      (carrier === "main" ? this.#channels.bulk : this.#second?.channel)?.send(frame) ?? false,
    (message) => this.state.receive("bulk", message),
  );
  #second: { readonly channel: RtcChannel; readonly dialer: SecondConnection } | null = null;
  /** Dialers of the second connection; they end with this link. */
  readonly #dialers = new Set<SecondConnection>();
  /** Called when bulk needs its own connection and has none; set by the owner that can open one. */
  onbulkwanted: (() => void) | null = null;
  #bulkWantedAt = performance.now();
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer was set to, ms. */
  #ackDelay = Infinity;
  #path: Path = "direct";
  #freed: Promise<void> | null = null;

  constructor(peer: RtcPeer, channels: Record<Channel, RtcChannel>) {
    super();
    this.#peer = peer;
    this.#channels = channels;
    channels.ctrl.onmessage = (message) => this.state.receive("ctrl", message);
    channels.term.onmessage = (message) => this.state.receive("term", message);
    channels.bulk.onmessage = (frame) => this.#bulkFrame("main", frame);
  }

  get path(): Path {
    const pair = this.#peer.selected();
    if (pair) this.#path = pair.local === "relay" || pair.remote === "relay" ? "turn" : "direct";
    return this.#path;
  }

  get separateBulk(): boolean {
    return this.#second !== null;
  }

  override wantBulk(): void {
    this.#bulkWantedAt = performance.now();
    if (this.#second === null && this.state.open) this.onbulkwanted?.();
  }

  /** How long bulk has been unused, in ms; 0 while data is queued or in flight. */
  get bulkUnwanted(): number {
    return this.#lane.buffered > 0 || this.#lane.owesAck ? 0 : performance.now() - this.#bulkWantedAt;
  }

  send(channel: Channel, message: Uint8Array): boolean {
    this.state.checkSize(channel, message);
    if (!this.state.open || !this.#channels[channel].isOpen() || !this.#take(channel, message)) return false;
    this.state.sent(channel, message.length);
    return true;
  }

  buffered(channel: Channel): number {
    return channel === "bulk" ? this.#lane.buffered : this.#channels[channel].buffered();
  }

  stats(): LinkStats {
    const transportRttMs = this.#peer.rttMs();
    return {
      path: this.path,
      ...(transportRttMs === undefined ? {} : { transportRttMs }),
      channels: this.state.counters(),
      dropped: this.state.dropped,
    };
  }

  /** Does not wait for sent messages to arrive: a caller that needs that waits for an answer of the far end. */
  close(detail = "closed here"): Promise<void> {
    return this.#end({ reason: "local", detail });
  }

  /** The main connection is gone. Called by its dialer. */
  lost(closed: LinkClosed): void {
    void this.#end(closed);
  }

  /** `dialer` is for a second connection, and ends with this link. False if the link has ended. Called by the dialer. */
  adopt(dialer: SecondConnection): boolean {
    if (this.state.open) this.#dialers.add(dialer);
    return this.state.open;
  }

  /** Bulk goes over `channel` from now on. False if the link has ended. Called by the dialer. */
  useSecond(channel: RtcChannel, dialer: SecondConnection): boolean {
    if (!this.state.open) return false;
    // The far end has closed the older one, and its message about that was lost.
    this.closeSecond();
    this.#second = { channel, dialer };
    // The data that needed the connection has waited for it: the idle time starts now.
    this.wantBulk();
    channel.onmessage = (frame) => this.#bulkFrame("second", frame);
    this.#lane.use("second", false);
    return true;
  }

  /** The second connection is gone: bulk in flight is sent again on the main one. Called by the dialer. */
  secondLost(dialer: SecondConnection): void {
    void dialer.close().then(() => this.#dialers.delete(dialer));
    if (this.#second?.dialer !== dialer) return;
    this.#second = null;
    if (this.state.open) this.#lane.use("main", true);
  }

  /** Closes the second connection, if there is one: bulk continues on the main one. */
  closeSecond(): void {
    void this.#second?.dialer.close();
  }

  #take(channel: Channel, message: Uint8Array): boolean {
    switch (channel) {
      case "ctrl":
        return this.#channels.ctrl.buffered() <= CTRL_BUFFER && this.#channels.ctrl.send(message);
      case "term":
        return this.#channels.term.buffered() === 0 && this.#channels.term.send(message);
      case "bulk":
        this.wantBulk();
        return this.#lane.send(message);
    }
  }

  #bulkFrame(carrier: Carrier, frame: Uint8Array): void {
    if (!this.state.open) return;
    this.wantBulk();
    if (!this.#lane.receive(carrier, frame)) {
      return void this.#end({
        reason: "protocol",
        detail: `a malformed bulk frame of ${frame.length} bytes`,
      });
    }
    if (this.#lane.owesAck) {
      const lazy = carrier === "second" && this.#lane.unacked < LITTLE;
      this.#ackWithin(lazy ? LAZY_ACK_DELAY : ACK_DELAY);
    }
  }

  #ackWithin(ms: number): void {
    if (ms >= this.#ackDelay) return;
    clearTimeout(this.#ackTimer);
    this.#ackDelay = ms;
    this.#ackTimer = setTimeout(() => this.#flushAck(), ms);
  }

  #flushAck(): void {
    this.#ackDelay = Infinity;
    if (this.state.open && !this.#lane.flushAck()) this.#ackWithin(ACK_DELAY);
  }

  #end(closed: LinkClosed): Promise<void> {
    this.state.end(closed);
    clearTimeout(this.#ackTimer);
    return this.#freed ??= Promise.all([this.#peer, ...this.#dialers].map((made) => made.close())).then(
      () => {},
    );
  }
}
