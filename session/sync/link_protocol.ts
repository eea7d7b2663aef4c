/**
 * What both ends do on one link: headers, acknowledgements, heartbeats, and frames into packets on their channels. One per link; the
 * streams that it serves live longer.
 */
import type { Frame } from "../../frames/frame.ts";
import type { OtherProtocol } from "../../frames/link_frames.ts";
import { encodePacket, type Packet } from "../../frames/packet.ts";
import { FIRST_STREAM } from "../../frames/stream_frames.ts";
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
import { TokenBucket } from "../../transport/token_bucket.ts";

/** The most unacked bytes on the second connection while it carries copies of `term`: a few packets. */
const SPARE = 8 * 1024;
/**
 * Above so many bytes queued on `bulk`, further frames are queued here, where more urgent ones can overtake them; and when to check again
 * for room, in ms.
 */
const BULK_ROOM = 64 * 1024;
const AGAIN = 5;
/** The rate of a host's routing messages, each of which is a log line: a host probes `ctrl` for seconds before the next one. */
const ROUTINGS = { burst: 4, perSecond: 1 };

/** The channels' names in the log; tools that read logs know them. */
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

  /** @param counters those of the session, which outlive the link */
  constructor(
    readonly link: Link,
    private readonly options: LinkProtocolOptions,
    now: number,
    private readonly counters: Counters,
  ) {
    this.reader = new PacketReader(options.from, link.lossy, now, () => counters.dropped++);
    this.#routings = new TokenBucket(ROUTINGS, now);
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
   * Decodes a packet and handles its header; returns it with the frames that are left for the session, or null if none are.
   * @throws {WireError} for malformed bytes on a reliable channel, which chance cannot cause, and for more frames there than an honest end
   * sends
   */
  heard(channel: Channel, bytes: Uint8Array, now: number): Packet | null {
    this.rates.in.add(bytes.length, now);
    const packet = this.reader.read(channel, bytes, now);
    if (!packet) return null;
    this.#digest(packet, channel, now);
    const frames = packet.frames.filter((frame) => !this.#isDone(frame, channel, now));
    return frames.length > 0 ? { ...packet, frames } : null;
  }

  /** Updates the link's state from a packet, independent of its frames. */
  #digest({ header, frames }: Packet, channel: Channel, now: number): void {
    const data = frames.filter(carriesData).length;
    // The answer to a probe on `ctrl` may have been queued in SCTP: its times say nothing about the path.
    const answer = channel === "ctrl" && data === 0 && this.fallback.asking && frames.some(isAck);
    if (header && !answer) this.path.heard(header, now);
    else this.path.alive(now);
    if (answer) this.fallback.answered(now);
    this.counters.received += data;
    if (data > 0) this.#acks.data(now);
    if (!frames.every(saysLittle)) this.#used(now);
    else if (frames.some(isAck) && this.#keepalive.answers(this.path.rtt.srtt, now)) this.ackBy(now);
  }

  /** Handles a frame that concerns only the link; returns whether it was one. */
  #isDone(frame: Frame | OtherProtocol, channel: Channel, now: number): boolean {
    if (frame.type === "Routing" && this.options.from === "host") {
      if (this.#routings.tryConsume(now)) this.fallback.told(frame.how, now);
      return true;
    }
    if (frame.type === "Probe") this.#acks.probed(channel === "ctrl" && this.lossy, now);
    if (!("stream" in frame)) return false;
    if (frame.stream >= FIRST_STREAM) this.options.streams.receive(frame);
    else this.reader.unknown++;
    return true;
  }

  /** Queues `frame`: it is sent in its turn, at the next {@link flush}. */
  queue(frame: Frame, channel: Channel = "ctrl"): void {
    this.#scheduler.push(priorityOf(frame, channel), channel, frame);
  }

  /** Sends one frame, after what is queued before it; false if the link refused it. */
  tell(frame: Frame, now: number, channel: Channel = "ctrl"): boolean {
    this.queue(frame, channel);
    return this.flush(now);
  }

  /** Sends everything that may be sent now, by priority: `own`, this end's stream, first. False if the link refused some. */
  flush(now: number, own?: FrameSource): boolean {
    for (;;) {
      const room = this.bulkWaiting < BULK_ROOM;
      const packet = this.#scheduler.next(now, own, room, this.options.streams.on(this.link));
      if (!packet) return true;
      if (!this.#put(packet, now)) {
        this.#scheduler.refused(packet, now);
        return false;
      }
      this.#scheduler.sent(packet, now);
    }
  }

  /** Bytes queued on `bulk`, besides those of opened streams. */
  get bulkWaiting(): number {
    return this.link.buffered("bulk") - this.options.streams.queuedOn(this.link);
  }

  /** Probes the other end, which answers on the same channel. */
  probe(now: number, channel: Channel = this.options.single ? "ctrl" : "term"): void {
    this.#put({ channel, frames: [{ type: "Probe" }] }, now);
    this.#keepalive.sent(now);
  }

  /** Sends an ack if one is due. */
  ack(now: number): void {
    if (now < Math.min(this.#acks.at, this.#keepalive.due(this.path.heardAt))) return;
    // The answer to the last heartbeat may have been lost: after a second ack the other end would see that it answered just now.
    if (now < this.#acks.at && this.#keepalive.unanswered(this.path.heardAt, now)) return this.probe(now);
    const channel = this.options.single || this.#acks.onCtrl ? "ctrl" : "term";
    this.#acks.answers();
    // A link that accepts nothing now is tried again at the next heartbeat, or is replaced.
    this.#put({ channel, frames: [this.options.ack(now)] }, now);
    this.#said(now);
    // After a return to a path with loss it is needed at once, and after an outage it carries copies of `term`.
    if (this.path.losing || this.path.unproven) this.link.wantBulk();
  }

  /** An ack is due by `at`. */
  ackBy(at: number): void {
    this.#acks.by(at);
  }

  /** Received data is applied now: an ack is due soon, with data that may result. */
  applied(now: number): void {
    this.ackBy(now + ACK_DELAY);
  }

  /**
   * Received data is shown now: acked at once, except that an `echo` may wait for data to ride on. Not on a path with loss, or an unknown
   * one: there a prompt ack saves the other end its copies.
   */
  shown(echo: boolean, now: number): void {
    const waits = echo && !this.path.doubtful && !this.path.lossIn;
    this.ackBy(waits ? now + ACK_DELAY : now);
  }

  /** When {@link flush} or {@link ack} sends next. */
  due(now: number): number {
    const waiting = this.#scheduler.waits ? now + AGAIN : Infinity;
    const streams = this.options.streams.on(this.link)?.due?.(now) ?? Infinity;
    return Math.min(this.#acks.at, this.#keepalive.due(this.path.heardAt), waiting, streams);
  }

  /** How overdue the other end's next message is, in ms; 0 or less: it is not. */
  late(now: number): number {
    return this.#keepalive.late(this.path.heardAt, now);
  }

  /** A packet was sent, which acknowledged what had come. */
  #said(now: number): void {
    this.#keepalive.sent(now);
    this.#acks.said(now);
  }

  #used(now: number): void {
    this.#keepalive.used(now);
    this.link.wantBulk();
  }

  /** Sends one packet, with an ack if that needs no packet of its own. */
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
   * After an outage packets of the interactive connection may be queued behind an SCTP timer that has backed off. The second connection was
   * idle, so it is fast: `term` packets are copied there, until one on `term` is known to have arrived.
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
