/** The opened streams between this end and one peer, on whichever link they go: what a session holds of them. */
import type { StreamFrame } from "../../frames/stream_frames.ts";
import { MAX_DATA, MAX_FRAMES } from "../../frames/limits.ts";
import type { Link } from "../../transport/link.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";
import type { FrameSource, Outgoing } from "../links/packet_scheduler.ts";
import type { PathMonitor } from "../links/path_monitor.ts";
import { packetCost } from "../links/request_limits.ts";
import { BulkRoom } from "./bulk_room.ts";
import type { ByteStream } from "./byte_stream.ts";
import { StreamTable } from "./stream_table.ts";
import type { ServiceHandler, StreamTableIo } from "./table_io.ts";
import type { ServiceNumbers } from "./traffic.ts";

/** Where keys share the connection: a packet at a time, until the second connection is open; bytes. */
const SHARED = 1000;
/** When to look again whether there is room, or a channel that took nothing takes more; ms. */
const AGAIN = 5;
/** A frame without its bytes, as far as room goes. */
const HEAD = 40;
/** Bytes of a packet at the most: three frames of data. A fast path's CPU time goes by messages, and they must be below `MAX_MESSAGE`. */
const PACKET = 3 * (MAX_DATA + HEAD);
/** More than one frame of data only where it is so small a part of the room: what is sent at once is a queue. */
const PART = 1 / 16;
/**
 * Packets a second, of which the other end takes a budget (`links/request_limits.ts`): what is left beside the terminal's own. Those of a viewer
 * are fewer. What waits goes together in the next.
 */
const VIEWER_PACE = { burst: 1000, perSecond: 1000 };
const HOST_PACE = { burst: 8000, perSecond: 8000 };

/** The link that streams go on. */
interface Carrier {
  readonly link: Link;
  readonly path: PathMonitor;
}

/** All streams with one peer: opened, fed with what comes, and put on one link after the other. */
export class PeerStreams implements FrameSource {
  readonly #table: StreamTable;
  #carrier: Carrier | undefined;
  #room: BulkRoom;
  #refusedUntil = -Infinity;
  readonly #pace: TokenBucket;

  /** @param service who takes streams that the peer opens, by the name of the service */
  constructor(
    side: "viewer" | "host",
    io: Omit<StreamTableIo, "srtt">,
    service: (name: string) => ServiceHandler | undefined,
  ) {
    this.#room = new BulkRoom(io.now());
    this.#pace = new TokenBucket(side === "viewer" ? VIEWER_PACE : HOST_PACE, io.now());
    this.#table = new StreamTable(side, {
      watch: io.watch,
      now: () => io.now(),
      changed: () => io.changed(),
      log: (words) => io.log(words),
      srtt: () => this.#carrier?.path.rtt.srtt,
    }, service);
  }

  /**
   * Opens a stream for a service of the peer; null while 256 are open. It goes as soon as there is a link. What it is refused for comes to
   * {@link ByteStream.onclosed}.
   * @throws {RangeError} if the name or `head` is too long
   */
  open(service: string, head: Uint8Array): ByteStream | null {
    return this.#table.open(service, head);
  }

  /** What its streams carry, by the name of the service. */
  get numbers(): Readonly<Record<string, ServiceNumbers>> {
    return this.#table.traffic.numbers;
  }

  /** Bytes that were sent and not acked. */
  get unacked(): number {
    return this.#table.streams.reduce((sum, { unacked }) => sum + unacked, 0);
  }

  /** The most bytes of streams that stand on `link`: what is not acked, but no more than there is room for. A peer may never ack. */
  queuedOn(link: Link): number {
    return this.#carrier?.link === link ? Math.min(this.unacked, this.#room.size) : 0;
  }

  /** From now on streams go on this link; none: the peer has no streams, and what was opened is closed. `now` in ms. */
  use(carrier: Carrier | undefined, now: number): void {
    this.#carrier = carrier;
    this.#room = new BulkRoom(now);
    if (carrier) this.#table.restart();
    else this.#table.close({ code: "service", message: "the other end has no services" });
  }

  /** What goes on `link` next, if streams go there. */
  on(link: Link): FrameSource | undefined {
    return this.#carrier?.link === link ? this : undefined;
  }

  /** Takes what the peer says, on whatever link. */
  receive(frame: StreamFrame): void {
    this.#table.receive(frame);
  }

  next(now: number): Outgoing | null {
    if (!this.#table.waiting) return null;
    const room = this.#left(now);
    const more = Math.max(MAX_DATA, Math.min(PACKET - MAX_DATA, this.#room.size * PART));
    const frames: StreamFrame[] = [];
    let bytes = 0;
    while (frames.length < MAX_FRAMES && bytes < more) {
      const frame = this.#table.next(room - bytes, frames.length > 0);
      if (!frame) break;
      frames.push(frame);
      bytes += HEAD +
        (frame.type === "Data" ? frame.data.length : frame.type === "Open" ? frame.head.length : 0);
    }
    if (frames.length === 0) {
      if (this.#table.waiting) this.#room.limited();
      return null;
    }
    this.#room.sent(bytes, now);
    this.#pace.consume(now, packetCost(bytes, frames.length));
    return { channel: "bulk", frames };
  }

  refused(now: number): void {
    this.#refusedUntil = now + AGAIN;
    this.#table.restart();
  }

  /** When {@link next} has something, or may have room for it; the clock's ms. */
  due(now: number): number {
    if (!this.#carrier) return Infinity;
    if (!this.#table.waiting) return this.#table.due;
    return this.#left(now) > 0 ? now : Math.max(this.#refusedUntil, now + AGAIN);
  }

  /** Ends all streams of some services that are open, at both ends; others may be opened. */
  reset(code: string, message: string, of: (service: string) => boolean): void {
    for (const stream of this.#table.streams) if (of(stream.service)) stream.reset(code, message);
  }

  /**
   * This end is about to leave: what could wait is due, so that the other end knows which streams ended well. Returns all that can be said besides
   * data. Credits may go on the channel that says the goodbye, before that: on another they could be overtaken by it.
   */
  leave(): readonly StreamFrame[] {
    this.#table.leaving = true;
    const words: StreamFrame[] = [];
    for (let word = this.#table.nextWord(true); word; word = this.#table.nextWord(true)) words.push(word);
    return words;
  }

  /** The session is over, `why` in a line. */
  close(why: string): void {
    this.#table.close({ code: "session", message: why });
  }

  /** Bytes that there is room for. */
  #left(now: number): number {
    if (!this.#carrier || now < this.#refusedUntil || this.#pace.level(now) < 0) return 0;
    const { link, path } = this.#carrier;
    const buffered = link.buffered("bulk");
    if (link.lossy && !link.separateBulk) return buffered > 0 ? 0 : SHARED;
    return this.#room.left(buffered, path.rtt, now);
  }
}
