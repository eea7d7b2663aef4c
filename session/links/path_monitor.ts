/** What one end knows of one link from its headers: round trip, loss each way, when it was last heard. */
import type { PacketHeader } from "../../frames/packet.ts";
import { LossMeter } from "./loss_meter.ts";
import { Outages } from "./outages.ts";
import { RttEstimator, silence } from "./rtt.ts";

/** A larger change of the transit time is an outage or a clock that jumped, not jitter; ms. */
const MAX_CHANGE = 2000;
/** How far back a late message can be distinguished from a duplicate. */
const SEEN_SPAN = 4096;

/** The clock's ms in the form of a header: 32 bits, never 0. */
export function timeOf(now: number): number {
  return Math.floor(now) >>> 0 || 1;
}

/** Whether `time` is later than `other`, two times of one end's headers: they wrap at 2^32 ms. */
export function isLater(time: number, other: number): boolean {
  return ((time - other) | 0) > 0;
}

/** The measurements of one path: round trip, loss, and what was acknowledged. */
export class PathMonitor {
  readonly rtt = new RttEstimator();
  readonly #out = new LossMeter();
  readonly #in = new LossMeter();
  #number = 0;
  #top = 0;
  #got = 0;
  readonly #seen = new Set<number>();
  #peerTime = 0;
  #peerTimeAt = 0;
  #echoed = 0;
  #answeredAt: number;
  #heardAt: number;
  /** Until this time messages may have been queued for the length of an outage: they are no measure of the round trip. */
  #staleUntil = 0;
  #jitter = 0;
  readonly #outages = new Outages();
  /** How long the silence was before the last message, in ms. */
  #silence = 0;

  /** @param now ms of any monotonic clock, here and everywhere */
  constructor(now: number) {
    this.#heardAt = this.#answeredAt = now;
  }

  /** The header of the next packet; `onTerm` says whether it gets a number, which {@link unsent} takes back. */
  header(now: number, onTerm: boolean): PacketHeader {
    return {
      time: timeOf(now),
      echo: this.#peerTime,
      held: this.#peerTime === 0 ? 0 : Math.max(0, Math.round(now - this.#peerTimeAt)),
      number: onTerm ? ++this.#number : 0,
      top: this.#top,
      got: this.#got,
    };
  }

  /** The link refused the message with the newest number: that is no loss of the path. */
  unsent(): void {
    this.#number--;
  }

  /** Handles a received header. */
  heard(header: PacketHeader, now: number): void {
    this.alive(now);
    if (header.echo !== 0) {
      if (this.#echoed === 0 || isLater(header.echo, this.#echoed)) {
        this.#echoed = header.echo;
        this.#answeredAt = now;
      }
      const rtt = ((Math.floor(now) >>> 0) - header.echo - header.held) | 0;
      // A clock that jumped, or an attacker: no sample is better than a wrong one.
      if (rtt >= 0 && rtt < 60_000 && (now >= this.#staleUntil || rtt <= 2 * (this.rtt.srtt ?? Infinity))) {
        this.rtt.sample(rtt, now);
      }
    }
    if (this.#peerTime !== 0) {
      const change = Math.abs(now - this.#peerTimeAt - ((header.time - this.#peerTime) | 0));
      if (change < MAX_CHANGE) this.#jitter += (change - this.#jitter) / 16;
    }
    // A late copy must not make the round trip look longer: only newer times count.
    if (this.before(header.time)) {
      this.#peerTime = header.time;
      this.#peerTimeAt = now;
    }
    if (header.top <= this.#number && header.got <= header.top) this.#out.report(header.top, header.got);
    if (header.number > 0) this.#count(header.number);
  }

  #count(number: number): void {
    if (number <= this.#top - SEEN_SPAN || this.#seen.has(number)) return;
    this.#seen.add(number);
    this.#got++;
    if (number > this.#top) {
      this.#top = number;
      this.#in.report(this.#top, this.#got);
    }
    if (this.#seen.size > 2 * SEEN_SPAN) {
      for (const old of this.#seen) if (old <= this.#top - SEEN_SPAN) this.#seen.delete(old);
    }
  }

  /** Whether everything heard so far was sent before `time`, by the other end's clock. */
  before(time: number): boolean {
    return this.#peerTime === 0 || isLater(time, this.#peerTime);
  }

  /** The newest time of the other end that was heard, by its own clock; 0: none yet. */
  get peerTime(): number {
    return this.#peerTime;
  }

  /** The newest of our times ({@link timeOf}) that the other end has confirmed; 0: none yet. A message of that time went both ways. */
  get echoed(): number {
    return this.#echoed;
  }

  /** When {@link echoed} last rose; the clock's ms. If much is heard on a path and this does not rise, nothing of ours arrives. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Any message on the link shows that it lives. */
  alive(now: number): void {
    if (this.silent(now)) this.#staleUntil = now + 2 * this.rtt.rto;
    this.#silence = now - this.#heardAt;
    this.#heardAt = now;
  }

  /** Whether the path had an outage and no `term` message since is known to have arrived: they may be queued in SCTP for seconds. */
  get unproven(): boolean {
    return this.#out.restarting;
  }

  /** Whether nothing was heard for so long that the path may have an outage. */
  silent(now: number): boolean {
    return now - this.#heardAt > silence(this.rtt.rto);
  }

  /** The outage has ended with the message just heard. */
  restored(): void {
    this.#out.restart(this.#number);
    this.#outages.add(this.#silence, this.#heardAt);
  }

  /** The time of the last minute in which nothing came although something was awaited, in ms. */
  outages(now: number): number {
    return this.#outages.within(now);
  }

  /** When anything was last heard; the clock's ms. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Interarrival jitter in ms: how unevenly the path delivers, smoothed (RFC 3550, 6.4.1). */
  get jitter(): number {
    return this.#jitter;
  }

  /** How many of our `term` messages did not arrive, as far as the other end has said. */
  get lostOut(): number {
    return this.#out.lost;
  }

  /** How many of the other's `term` messages did not arrive here. */
  get lostIn(): number {
    return this.#top - this.#got;
  }

  /** The fraction of our `term` messages that did not arrive; undefined until enough were reported. */
  get lossOut(): number | undefined {
    return this.#out.loss;
  }

  /** Whether one in a hundred or more of our `term` messages is known to be lost. */
  get losing(): boolean {
    return this.#out.losing;
  }

  /** Whether so many are lost that one copy is not enough. */
  get losingMuch(): boolean {
    return this.#out.losingMuch;
  }

  /** Whether a `term` message may be lost: the path has loss, or too little is known about it. */
  get doubtful(): boolean {
    return this.#out.losing || !this.#out.sure;
  }

  /** The fraction of our last 256 `term` messages that did not arrive; undefined until enough were reported. */
  get lossOutLong(): number | undefined {
    return this.#out.long;
  }

  /** The fraction of the other's `term` messages that did not arrive here; undefined until enough came. */
  get lossIn(): number | undefined {
    return this.#in.loss;
  }
}
