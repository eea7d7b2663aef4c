/**
 * What both ends do alike on one link: headers, acks, heartbeats, and putting a stream's data on the channel that its sender chose.
 * One per link; the streams that it serves live longer.
 */
import { WireError } from "../../frames/codec.ts";
import { type Data, decodeMessage, encodeMessage, type Header, type Message } from "../../frames/message.ts";
import type { Channel, Link } from "../../transport/link.ts";
import type { ByteLog } from "./byte_log.ts";
import { Counters } from "./counters.ts";
import type { LinkProtocolOptions } from "./link_protocol_options.ts";
import { AdaptiveRouting } from "./adaptive_routing.ts";
import { PathMonitor } from "../links/path_monitor.ts";
import { Keepalive } from "../links/keepalive.ts";
import { RateMeter } from "../links/rate.ts";
import { MessageBudget } from "../links/request_limits.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";
import type { StreamSender } from "./sender.ts";

/** Acks wait this long for data to ride on: an echo is mostly there by then; ms. */
const ACK_DELAY = 4;
/** The least time between two acks that go by themselves, and before the answer to a `Probe`: a flood must not make another; ms. */
const ACK_GAP = 1;
const PROBE_GAP = 20;
/** Bytes that may be unacked on the second connection when it stands in for `term`: a few packets. */
const SPARE = 8 * 1024;
/** Words of a host about its routing, each a line in a log: it asks `ctrl` for seconds before it says the next. */
const ROUTINGS = { burst: 4, perSecond: 1 };

/** What the receiving side has to report. */
export interface Standing {
  readonly have: number;
  readonly gen: number;
  readonly sack: readonly number[];
  readonly effect: number;
}

/** What the log calls the channels; tools that read logs know these words. */
const CHANNEL_WORDS: Readonly<Record<Channel, string>> = { ctrl: "control", term: "output", bulk: "bulk" };

export class LinkProtocol {
  readonly path: PathMonitor;
  /** Messages on `term` that did not decode. */
  malformed = 0;
  readonly fallback: AdaptiveRouting;
  /** Bytes of messages that came and went, on all channels. */
  readonly rates: { readonly in: RateMeter; readonly out: RateMeter };
  #ackAt = Infinity;
  /** When anything was said that acked what had come. */
  #saidAt = -Infinity;
  /** A probe came on `ctrl`, which is answered there although there is a lossy channel. */
  #answerOnCtrl = false;
  readonly #pulse: Keepalive;
  readonly #budget: MessageBudget;
  readonly #routings: TokenBucket;

  /** @param counters those of the session, which outlive the link */
  constructor(
    readonly link: Link,
    private readonly options: LinkProtocolOptions,
    now: number,
    private readonly counters: Counters,
  ) {
    this.#budget = new MessageBudget(options.from, now);
    this.#routings = new TokenBucket(ROUTINGS, now);
    this.path = new PathMonitor(now);
    this.#pulse = new Keepalive(now);
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
   * The message in `bytes`, its header digested; null if nothing of it is left to do.
   * @throws {WireError} for bad bytes on a reliable channel: chance can't have made them; and there for more messages than any honest end has to say
   */
  heard(channel: Channel, bytes: Uint8Array, now: number): Message | null {
    this.rates.in.add(bytes.length, now);
    if (!this.#budget.admits(bytes.length, now)) return this.#tooMany(channel);
    let message: Message;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      if (channel !== "term") throw error;
      this.malformed++;
      this.counters.dropped++;
      return null;
    }
    // The answer to a probe on `ctrl` may have waited in SCTP: its times tell nothing of the path.
    if (message.type === "Ack" && channel === "ctrl" && this.fallback.asking) {
      this.path.alive(now);
      this.fallback.answered(now);
    } else if (message.type === "Data" || message.type === "Ack") {
      this.path.heard(message, now);
      if (message.type === "Data") {
        this.counters.received++;
        this.#ackAt = Math.min(this.#ackAt, now + ACK_DELAY);
      }
    } else this.path.alive(now);
    if (message.type === "Routing" && this.options.from === "host") {
      if (this.#routings.tryConsume(now)) this.fallback.told(message.how, now);
      return null;
    }
    if (message.type === "Probe") {
      this.#answerOnCtrl = channel === "ctrl" && this.lossy;
      this.ackBy(Math.max(now, this.#saidAt + PROBE_GAP));
    } else if (message.type !== "Ack") this.#used(now);
    else if (this.#pulse.answers(this.path.rtt.srtt, now)) this.ackBy(now);
    return message;
  }

  /** What was too much is dropped where messages may be lost; else what was said would never arrive, so the link ends. */
  #tooMany(channel: Channel): null {
    if (channel !== "term" || !this.link.lossy) throw new WireError("a flood of messages");
    this.counters.dropped++;
    return null;
  }

  /** Sends one message reliably; false if the link did not take it. */
  tell(message: Exclude<Message, Data>, now: number, channel: Channel = "ctrl"): boolean {
    this.#pulse.sent(now);
    this.#used(now);
    return this.#put(channel, message, now);
  }

  /** Sends what `sender` wants sent now. */
  flush(sender: StreamSender, log: ByteLog, standing: Standing, now: number): void {
    if (sender.probe(now)) this.probe(now);
    for (let next = sender.take(now); next; next = sender.take(now)) {
      const channel = this.options.single ? "ctrl" : next.channel;
      const data = log.slice(next.base, next.end);
      const message = {
        type: "Data",
        ...this.#header(channel, standing, now),
        base: next.base,
        data,
      } as const;
      if (!this.#put(channel, { ...message, effect: standing.effect }, now)) {
        if (message.number > 0) this.path.unsent();
        sender.refused(next, now);
        return;
      }
      this.counters.frameSent(next.end);
      this.#said(now);
      this.#used(now);
    }
  }

  /** Asks the other end whether it is there; it answers on the same channel. */
  probe(now: number, channel: Channel = this.options.single ? "ctrl" : "term"): void {
    this.#put(channel, { type: "Probe" }, now);
    this.#pulse.sent(now);
  }

  /** Sends an ack if one is due. */
  ack(standing: Standing, now: number): void {
    if (now < this.due()) return;
    // What it asks for may have been sent and lost: a second `Ack` would find that it was sent just now.
    if (now < this.#ackAt && this.#pulse.unanswered(this.path.heardAt, now)) return this.probe(now);
    const channel = this.options.single || this.#answerOnCtrl ? "ctrl" : "term";
    this.#answerOnCtrl = false;
    const header = this.#header(channel, standing, now);
    // A link that takes nothing now will be asked again at the next heartbeat, or is replaced.
    const taken = this.#put(channel, { type: "Ack", ...header, effect: standing.effect }, now);
    if (!taken && header.number > 0) this.path.unsent();
    this.#said(now);
    // Whoever comes back to a path that loses needs it at once, and after a cut it stands in for `term`.
    if (this.path.losing || this.path.unproven) this.link.wantBulk();
  }

  /** Asks for an ack by `at`. */
  ackBy(at: number): void {
    this.#ackAt = Math.min(this.#ackAt, Math.max(at, this.#saidAt + ACK_GAP));
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

  /** When {@link ack} next sends. */
  due(): number {
    return Math.min(this.#ackAt, this.#pulse.due(this.path.heardAt));
  }

  /** How much later the other end is than it should be, ms; 0 or less: it is not. */
  late(now: number): number {
    return this.#pulse.late(this.path.heardAt, now);
  }

  /** What was sent has acked what came. */
  #said(now: number): void {
    this.#pulse.sent(now);
    this.#saidAt = now;
    if (!this.#answerOnCtrl) this.#ackAt = Infinity;
  }

  #used(now: number): void {
    this.#pulse.used(now);
    this.link.wantBulk();
  }

  #put(channel: Channel, message: Message, now: number): boolean {
    if (this.options.trace) {
      const name = message.type === "Data" ? this.options.trace.data : message.type;
      this.options.trace.log(`Routing to ${CHANNEL_WORDS[channel]} channel: ${name}`);
    }
    if (channel === "term" && this.path.unproven) this.#spare(message, now);
    return this.#send(channel, message, now);
  }

  /**
   * After a cut the messages of the interactive connection may wait for an SCTP timer that has backed off. The second connection was idle, so
   * it is quick: what goes on `term` goes there too, until something on `term` is known to have come through.
   */
  #spare(message: Message, now: number): void {
    if (!this.link.separateBulk || this.link.buffered("bulk") > SPARE) return;
    this.#send("bulk", "number" in message ? { ...message, number: 0 } : message, now);
  }

  #send(channel: Channel, message: Message, now: number): boolean {
    const bytes = encodeMessage(message);
    const taken = this.link.send(channel, bytes);
    if (taken) this.rates.out.add(bytes.length, now);
    return taken;
  }

  #header(channel: Channel, { have, gen, sack }: Standing, now: number): Header {
    return this.path.header(now, channel === "term", have, gen, sack);
  }
}
