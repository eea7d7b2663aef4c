/**
 * The contract between the code that moves bytes and the code that knows their meaning: a {@link Link} carries whole messages between the
 * host and one viewer, on named channels. `transport/README.md` says how each kind of link fulfils it.
 */

/**
 * - `ctrl`: reliable and ordered (`beach/ctrl/1`);
 * - `term`: unordered, each message sent once at most (`beach/term/1`); a link without a lossy channel carries it reliably;
 * - `bulk`: reliable and ordered, separate from the other two where the link supports it (`beach/bulk/1`); may open later than the link.
 */
export type Channel = "ctrl" | "term" | "bulk";

/** How the bytes travel, as far as the link can tell: `direct` and `turn` are WebRTC, `relay` is the road's WebSocket. */
export type Path = "direct" | "turn" | "relay" | "memory";

/** Why a link ended. `detail` is one readable line. */
export interface LinkClosed {
  readonly reason: "local" | "remote" | "failed" | "protocol";
  readonly detail: string;
}

/** Counters since the link opened; bytes are payload bytes, times in ms. */
export interface ChannelStats {
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
}

export interface LinkStats {
  readonly path: Path;
  /** The transport's own round trip in ms, where it knows one. */
  readonly transportRttMs?: number;
  readonly channels: Readonly<Record<Channel, ChannelStats>>;
  /** Messages dropped because they were malformed, replayed or unauthentic. */
  readonly dropped: number;
}

/** The largest message that any channel takes, in bytes. */
export const MAX_MESSAGE = 64 * 1024;

/** The largest message on `term` that still travels in one packet, in bytes (1,200 of MTU less DTLS and SCTP headers). */
export const MAX_DATAGRAM = 1100;

/** One open path between host and viewer. It is open when it is handed out and ends once. */
export interface Link extends AsyncDisposable {
  /** A short name for logs, e.g. `webrtc#3`. */
  readonly id: string;
  readonly path: Path;
  /** Whether `term` may lose and reorder messages; if false, `term` is as reliable as `ctrl`. */
  readonly lossy: boolean;
  /** Whether `bulk` messages do not delay `ctrl` and `term`, because a second connection is open for them. */
  readonly separateBulk: boolean;
  /**
   * A hint: bulk data may follow soon, or an outage needs a second connection. The link opens its bulk connection where it can, and keeps
   * it for a while. Cheap; call it as often as there is a reason.
   */
  wantBulk(): void;
  /**
   * Sends one message of at most {@link MAX_MESSAGE} bytes. Returns false if the message was not accepted (channel not open, link closed,
   * or send buffer full); never throws because of the network. Throws RangeError for a larger message. The bytes are copied or consumed
   * before it returns.
   */
  send(channel: Channel, message: Uint8Array): boolean;
  /** Bytes accepted on `channel` but not yet handed to the network, as far as the link knows. */
  buffered(channel: Channel): number;
  /**
   * The one receiver. Messages that arrive before it is set are kept (at most 256, 1 MiB) and delivered in order when it is. An exception
   * in the receiver ends the link with `protocol`.
   */
  onmessage: ((channel: Channel, message: Uint8Array) => void) | null;
  /** Settles when the link has ended for any reason; never rejects. */
  readonly closed: Promise<LinkClosed>;
  /** When the last message arrived, ms of `performance.now()`; -Infinity before the first. */
  readonly heardAt: number;
  stats(): LinkStats;
  /** Ends the link and frees its resources; settles when no native callback can follow any more. Idempotent. */
  close(detail?: string): Promise<void>;
}
