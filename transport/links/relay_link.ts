/** A link through the road: sealed messages in the WebSocket that both ends use for signalling. */

import type { Channel, Link, LinkClosed, LinkStats, Path } from "../link.ts";
import { linkId, LinkState, StatefulLink } from "./link_state.ts";

/**
 * Most bytes that may be queued in the WebSocket before a message is refused. The road reads slowly when the far end does; beyond one
 * second's worth of a 4 MB/s link the sender should be told, instead of the memory growing.
 */
export const RELAY_BUFFER = 4 * 1024 * 1024;

/** The socket that carries the link. `send` sends the sealed bytes whole, or returns false if it cannot. */
export interface RelayIo {
  send(channel: Channel, sealed: Uint8Array): boolean;
  /** Bytes queued in the socket, of all channels. */
  buffered(): number;
  close?(): void;
}

/**
 * Seals outgoing messages and opens incoming ones, with a key per direction and channel; `open` returns null for a message that is not
 * authentic.
 */
export interface RelaySeal {
  seal(channel: Channel, plain: Uint8Array): Uint8Array;
  open(channel: Channel, sealed: Uint8Array): Uint8Array | null;
}

/**
 * A {@link Link} over the relay. TCP carries it, so `term` is as reliable as `ctrl`, and `bulk` is not separate. Its owner calls {@link
 * receive} for every relayed message from the far peer, and {@link ended} when the socket or the peer is gone.
 */
export class RelayLink extends StatefulLink implements Link {
  readonly id: string = linkId("relay");
  readonly path: Path = "relay";
  readonly lossy = false;
  readonly separateBulk = false;
  readonly #io: RelayIo;
  readonly #seal: RelaySeal;
  protected readonly state: LinkState;

  constructor(io: RelayIo, seal: RelaySeal) {
    super();
    this.#io = io;
    this.#seal = seal;
    this.state = new LinkState((closed) => this.ended(closed));
  }

  send(channel: Channel, message: Uint8Array): boolean {
    this.state.checkSize(channel, message);
    if (!this.state.open || this.#io.buffered() > RELAY_BUFFER) return false;
    if (!this.#io.send(channel, this.#seal.seal(channel, message))) return false;
    this.state.sent(channel, message.length);
    return true;
  }

  buffered(_channel: Channel): number {
    return this.state.open ? this.#io.buffered() : 0;
  }

  /** Handles a relayed message from the far peer. A message that cannot be opened is dropped and counted. */
  receive(channel: Channel, sealed: Uint8Array): void {
    if (!this.state.open) return;
    const plain = this.#seal.open(channel, sealed);
    if (plain) this.state.receive(channel, plain);
    else this.state.dropped++;
  }

  /** Ends the link: the socket closed, the peer left, or the far end announced its end. */
  ended(closed: LinkClosed): void {
    if (this.state.end(closed)) this.#io.close?.();
  }

  stats(): LinkStats {
    return { path: this.path, channels: this.state.counters(), dropped: this.state.dropped };
  }

  close(detail = "closed here"): Promise<void> {
    this.ended({ reason: "local", detail });
    return Promise.resolve();
  }
}
