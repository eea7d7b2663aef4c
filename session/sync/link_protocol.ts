/**
 * What both ends do alike on one link: headers, acks, heartbeats, and frames into packets on their channels. One per link; the streams that it serves
 * live longer.
 */
import type { Frame } from "../../frames/frame.ts";
import type { OtherProtocol } from "../../frames/link_frames.ts";
import { encodePacket, type Packet } from "../../frames/packet.ts";
import { type Channel, type Link, MAX_DATAGRAM } from "../../transport/link.ts";
import { ACK_DELAY, AckTimer } from "../links/ack_timer.ts";
import type { Counters } from "./counters.ts";
import { carriesData, isAck, priorityOf, saysLittle, traceName } from "../links/frame_kinds.ts";
import type { LinkProtocolOptions } from "./link_protocol_options.ts";
import { PacketReader } from "../links/packet_reader.ts";
import { AdaptiveRouting } from "./adaptive_routing.ts";
import { PathMonitor } from "../links/path_monitor.ts";
import { Keepalive } from "../links/keepalive.ts";
import { type FrameSource, type Outgoing, PacketScheduler } from "../links/packet_scheduler.ts";
import { RateMeter } from "../links/rate.ts";
import { UnknownStreams } from "../links/unknown_streams.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";

/** Bytes that may be unacked on the second connection when it stands in for `term`: a few packets. */
const SPARE = 8 * 1024;
/** Bytes that wait on `bulk` above which more waits here, where what matters more can go before it; and when to look again whether there is room, ms. */
const BULK_ROOM = 64 * 1024;
const AGAIN = 5;
/** What a host says about its routing, each a line in a log: it asks `ctrl` for seconds before it says the next. */
const ROUTINGS = { burst: 4, perSecond: 1 };

/** What the log calls the channels; tools that read logs know these words. */
const CHANNEL_WORDS: Readonly<Record<Channel, string>> = { ctrl: "control", term: "output", bulk: "bulk" };

/** The protocol of one end on one link: packets out and in, acknowledgements, keepalive. */
export class LinkProtocol {
  readonly path: PathMonitor;
  readonly reader: PacketReader;
  readonly fallback: AdaptiveRouting;
  /** Bytes of packets that came and went, on all channels. */
  readonly rates: { readonly in: RateMeter; readonly out: RateMeter };
  readonly #acks = new AckTimer();
  readonly #keepalive: Keepalive;
  readonly #routings: TokenBucket;
  readonly #scheduler = new PacketScheduler();
  readonly #unknownStreams: UnknownStreams;

  /** @param counters those of the session, which outlive the link */
  constructor(
    readonly link: Link,
    private readonly options: LinkProtocolOptions,
    now: number,
    private readonly counters: Counters,
  ) {
    this.reader = new PacketReader(options.from, link.lossy, now, () => counters.dropped++);
    this.#routings = new TokenBucket(ROUTINGS, now);
    this.#unknownStreams = new UnknownStreams(now);
    this.path = new PathMonitor(now);
    this.#keepalive = new Keepalive(now);
    this.rates = { in: new RateMeter(now), out: new RateMeter(now) };
    this.fallback = new AdaptiveRouting(options.fallbackLoss, this.path, (how, now) => {
      options.routed(how);
      if (options.from === "viewer") this.tell({ type: "Routing", how }, now);
    });
  }

  /** Whether `term` may lose what is put on it. */
  get lossy(): boolean {
    return this.link.lossy && !this.options.single;
  }

  /**
   * The packet in `bytes`, its header digested, with the frames of which something is left to do; null if nothing is.
   * @throws {WireError} for bad bytes on a reliable channel: chance can't have made them; and there for more than any honest end has to say
   */
  heard(channel: Channel, bytes: Uint8Array, now: number): Packet | null {
    this.rates.in.add(bytes.length, now);
    const packet = this.reader.read(channel, bytes, now);
    if (!packet) return null;
    this.#digest(packet, channel, now);
    const frames = packet.frames.filter((frame) => !this.#isDone(frame, channel, now));
    return frames.length > 0 ? { ...packet, frames } : null;
  }

  /** What a packet tells of the link, whatever its frames do. */
  #digest({ header, frames }: Packet, channel: Channel, now: number): void {
    const data = frames.filter(carriesData).length;
    // The answer to a probe on `ctrl` may have waited in SCTP: its times tell nothing of the path.
    const answer = channel === "ctrl" && data === 0 && this.fallback.asking && frames.some(isAck);
    if (header && !answer) this.path.heard(header, now);
    else this.path.alive(now);
    if (answer) this.fallback.answered(now);
    this.counters.received += data;
    if (data > 0) this.#acks.data(now);
    if (!frames.every(saysLittle)) this.#used(now);
    else if (frames.some(isAck) && this.#keepalive.answers(this.path.rtt.srtt, now)) this.ackBy(now);
  }

  /** Does what is the link's own to do with `frame`; whether that was all. */
  #isDone(frame: Frame | OtherProtocol, channel: Channel, now: number): boolean {
    if (frame.type === "Routing" && this.options.from === "host") {
      if (this.#routings.tryConsume(now)) this.fallback.told(frame.how, now);
      return true;
    }
    if (frame.type === "Probe") this.#acks.probed(channel === "ctrl" && this.lossy, now);
    if (!("stream" in frame)) return false;
    const answer = this.#unknownStreams.answer(frame, now);
    if (answer) this.tell(answer, now, "bulk");
    else this.reader.unknown++;
    return true;
  }

  /** Lets `frame` go when its turn is: with the next {@link flush}. */
  queue(frame: Frame, channel: Channel = "ctrl"): void {
    this.#scheduler.push(priorityOf(frame, channel), channel, frame);
  }

  /** Sends one frame, behind what waits before it; false if the link did not take it. */
  tell(frame: Frame, now: number, channel: Channel = "ctrl"): boolean {
    this.queue(frame, channel);
    return this.flush(now);
  }

  /** Sends all that may go now, what matters most first: `own`, the stream that this end sends, before all. False if the link took less. */
  flush(now: number, own?: FrameSource): boolean {
    for (;;) {
      const room = this.link.buffered("bulk") < BULK_ROOM;
      const packet = this.#scheduler.next(now, own, room);
      if (!packet) return true;
      if (!this.#put(packet, now)) {
        this.#scheduler.refused(packet, now);
        return false;
      }
      this.#scheduler.sent(packet, now);
    }
  }

  /** Asks the other end whether it is there; it answers on the same channel. */
  probe(now: number, channel: Channel = this.options.single ? "ctrl" : "term"): void {
    this.#put({ channel, frames: [{ type: "Probe" }] }, now);
    this.#keepalive.sent(now);
  }

  /** Sends an ack if one is due. */
  ack(now: number): void {
    if (now < Math.min(this.#acks.at, this.#keepalive.due(this.path.heardAt))) return;
    // What it asks for may have been sent and lost: a second ack would find that it was sent just now.
    if (now < this.#acks.at && this.#keepalive.unanswered(this.path.heardAt, now)) return this.probe(now);
    const channel = this.options.single || this.#acks.onCtrl ? "ctrl" : "term";
    this.#acks.answers();
    // A link that takes nothing now will be asked again at the next heartbeat, or is replaced.
    this.#put({ channel, frames: [this.options.ack(now)] }, now);
    this.#said(now);
    // Whoever comes back to a path that loses needs it at once, and after a cut it stands in for `term`.
    if (this.path.losing || this.path.unproven) this.link.wantBulk();
  }

  /** Asks for an ack by `at`. */
  ackBy(at: number): void {
    this.#acks.by(at);
  }

  /** What came before is applied now: acked soon, with the data that it may bring. */
  applied(now: number): void {
    this.ackBy(now + ACK_DELAY);
  }

  /**
   * Something that came is shown now: acked at once, but that an `echo` may wait for data to ride on. Not where messages are lost or may be:
   * an ack saves the other end the copies that it would send.
   */
  shown(echo: boolean, now: number): void {
    const waits = echo && !this.path.doubtful && !this.path.lossIn;
    this.ackBy(waits ? now + ACK_DELAY : now);
  }

  /** When {@link flush} or {@link ack} next sends. */
  due(now: number): number {
    const waiting = this.#scheduler.waits ? now + AGAIN : Infinity;
    return Math.min(this.#acks.at, this.#keepalive.due(this.path.heardAt), waiting);
  }

  /** How much later the other end is than it should be, ms; 0 or less: it is not. */
  late(now: number): number {
    return this.#keepalive.late(this.path.heardAt, now);
  }

  /** What was sent has acked what came. */
  #said(now: number): void {
    this.#keepalive.sent(now);
    this.#acks.said(now);
  }

  #used(now: number): void {
    this.#keepalive.used(now);
    this.link.wantBulk();
  }

  /** Puts one packet on the link, with an ack where that costs no packet of its own. */
  #put({ channel: wanted, frames }: Outgoing, now: number): boolean {
    const data = frames.some(carriesData);
    const channel = this.options.single && data ? "ctrl" : wanted;
    if (this.options.trace) this.#trace(channel, frames);
    const acks = frames.some(isAck);
    const timed = data || acks || channel === "term" && !frames.every(({ type }) => type === "Probe");
    const header = timed ? this.path.header(now, channel === "term") : null;
    const riding = timed && !acks ? [...frames, this.options.ack(now)] : frames;
    const whole = encodePacket({ header, frames: riding });
    const fits = !timed || channel !== "term" || whole.length <= MAX_DATAGRAM;
    const bytes = fits ? whole : encodePacket({ header, frames });
    if (channel === "term" && this.path.unproven) {
      this.#spare(timed ? encodePacket({ header: { ...header!, number: 0 }, frames }) : bytes, now);
    }
    if (!this.#send(channel, bytes, now)) {
      if (header && header.number > 0) this.path.unsent();
      return false;
    }
    if (timed && fits) this.#said(now);
    else this.#keepalive.sent(now);
    if (!frames.every(saysLittle)) this.#used(now);
    return true;
  }

  #trace(channel: Channel, frames: readonly Frame[]): void {
    const { log, data } = this.options.trace!;
    for (const frame of frames) {
      log(`Routing to ${CHANNEL_WORDS[channel]} channel: ${traceName(frame, data)}`);
    }
  }

  /**
   * After a cut the packets of the interactive connection may wait for an SCTP timer that has backed off. The second connection was idle, so
   * it is quick: what goes on `term` goes there too, until something on `term` is known to have come through.
   */
  #spare(bytes: Uint8Array, now: number): void {
    if (this.link.separateBulk && this.link.buffered("bulk") <= SPARE) this.#send("bulk", bytes, now);
  }

  #send(channel: Channel, bytes: Uint8Array, now: number): boolean {
    const taken = this.link.send(channel, bytes);
    if (taken) this.rates.out.add(bytes.length, now);
    return taken;
  }
}
