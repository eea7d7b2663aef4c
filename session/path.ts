/** What one end knows of one link from the headers that pass over it: round trip, loss each way, when it was last heard. */
import type { Header } from "../frames/message.ts";
import { silence } from "./quiet.ts";
import { RttEstimator } from "./rtt.ts";

/** How many numbered messages one loss figure covers: enough to tell 1 % from chance, few enough to follow a change. */
const LOSS_SPAN = 64;
/** A path of which all of the first so many arrived loses less than 4 %, or it is a lucky one in two hundred. */
const SURE_SPAN = 128;
/** A path that lost some keeps its name for this many messages: at 5 % every 27th span of 64 happens to lose none. */
const LONG_SPAN = 256;
/** The loss from which a path is one that loses, and from which a message and its copy are often both lost. */
const LOSING = 0.01;
const LOSING_MUCH = 0.07;
/** A larger change of the time on the way is a cut or a clock that jumped, no jitter; ms. */
const MAX_CHANGE = 2000;
/** How far back a late message is still told from a duplicate. */
const SEEN_SPAN = 4096;

/** Loss over a sliding span, from the far end's running `top` and `got`. */
class LossMeter {
  #marks: { readonly top: number; readonly got: number }[] = [{ top: 0, got: 0 }];
  #loss = 0;
  #long = 0;

  /** How many of all were lost, as far as reported. */
  lost = 0;

  #from = -1;

  /** Whether nothing behind the number of {@link restart} has arrived, as far as reported. */
  get restarting(): boolean {
    return this.#from >= 0;
  }

  /** Begins anew behind message `number`: what was lost until then was lost in a cut, and says nothing of the path. */
  restart(number: number): void {
    this.#from = number;
    this.#marks = this.#marks.slice(-1);
  }

  /** `top` sent, `got` of them arrived. */
  report(top: number, got: number): void {
    const last = this.#marks[this.#marks.length - 1]!;
    if (top <= last.top) return;
    this.lost = Math.max(0, top - got);
    if (this.#from >= 0) {
      if (top <= this.#from) return;
      this.#from = -1;
      this.#marks = [{ top, got }];
      return;
    }
    this.#marks.push({ top, got });
    while (this.#marks.length > 2 && top - this.#marks[1]!.top >= LONG_SPAN) this.#marks.shift();
    const since = (mark: { top: number; got: number }) =>
      Math.max(0, 1 - (got - mark.got) / (top - mark.top));
    this.#long = since(this.#marks[0]!);
    const recent = this.#marks.findLastIndex((mark) => top - mark.top >= LOSS_SPAN);
    this.#loss = since(this.#marks[Math.max(0, recent)]!);
  }

  /** Whether enough was reported to say anything: a quarter of the span. */
  get known(): boolean {
    return this.#reported * 4 >= LOSS_SPAN;
  }

  /** Whether enough was reported to rely on. */
  get sure(): boolean {
    return this.#reported >= SURE_SPAN;
  }

  get #reported(): number {
    return this.#marks[this.#marks.length - 1]!.top - this.#marks[0]!.top;
  }

  /** The fraction lost, 0 to 1; 0 until it is {@link known}. */
  get loss(): number {
    return this.known ? this.#loss : 0;
  }

  /** Whether it loses 1 % or more, of late or over a longer span. */
  get losing(): boolean {
    return this.known && Math.max(this.#loss, this.#long) >= LOSING;
  }

  /** Whether it loses so much that two in a row are no rarity. */
  get losingMuch(): boolean {
    return this.known && this.#long >= LOSING_MUCH;
  }
}

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
  #heardAt: number;
  /** What comes until then may have stood in a queue for the length of a cut: it tells no round trip. */
  #staleUntil = 0;
  #jitter = 0;

  /** @param now ms of any steady clock, here and everywhere */
  constructor(now: number) {
    this.#heardAt = now;
  }

  /** The header of the next message; `onTerm` says whether it takes a number, which {@link unsent} gives back. */
  header(now: number, onTerm: boolean, have: number, gen: number, sack: readonly number[]): Header {
    return {
      time: Math.floor(now) >>> 0 || 1,
      echo: this.#peerTime,
      held: this.#peerTime === 0 ? 0 : Math.max(0, Math.round(now - this.#peerTimeAt)),
      number: onTerm ? ++this.#number : 0,
      top: this.#top,
      got: this.#got,
      have,
      gen,
      sack,
    };
  }

  /** The link did not take the message with the newest number: it is no loss of the path. */
  unsent(): void {
    this.#number--;
  }

  /** Takes what a header says. */
  heard(header: Header, now: number): void {
    this.alive(now);
    if (header.echo !== 0) {
      const rtt = ((Math.floor(now) >>> 0) - header.echo - header.held) | 0;
      // A clock that jumped, or a liar: no sample is better than a wrong one.
      if (rtt >= 0 && rtt < 60_000 && (now >= this.#staleUntil || rtt <= 2 * (this.rtt.srtt ?? Infinity))) {
        this.rtt.sample(rtt, now);
      }
    }
    if (this.#peerTime !== 0) {
      const change = Math.abs(now - this.#peerTimeAt - ((header.time - this.#peerTime) | 0));
      if (change < MAX_CHANGE) this.#jitter += (change - this.#jitter) / 16;
    }
    // A copy that comes late must not make the round trip look longer: only newer times count.
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

  /** Whether all that was heard was said before `time`, by the other end's clock. */
  before(time: number): boolean {
    return this.#peerTime === 0 || ((time - this.#peerTime) | 0) > 0;
  }

  /** Any message on the link shows that it lives. */
  alive(now: number): void {
    if (this.silent(now)) this.#staleUntil = now + 2 * this.rtt.rto;
    this.#heardAt = now;
  }

  /** Whether the path was cut and no `term` message since is known to have arrived: they may stand in SCTP for seconds. */
  get unproven(): boolean {
    return this.#out.restarting;
  }

  /** Whether nothing was heard for so long that the path may be cut. */
  silent(now: number): boolean {
    return now - this.#heardAt > silence(this.rtt.rto);
  }

  /** The path was cut and is back. */
  restored(): void {
    this.#out.restart(this.#number);
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

  /** The fraction of our `term` messages that did not arrive. */
  get lossOut(): number {
    return this.#out.loss;
  }

  /** Whether our `term` messages are known to be lost, one in a hundred or more. */
  get losing(): boolean {
    return this.#out.losing;
  }

  /** Whether so many are lost that one copy is not enough. */
  get losingMuch(): boolean {
    return this.#out.losingMuch;
  }

  /** Whether a `term` message may well be lost: the path loses, or too little is known of it yet. */
  get doubtful(): boolean {
    return this.#out.losing || !this.#out.sure;
  }

  /** The fraction of the other's `term` messages that did not arrive here. */
  get lossIn(): number {
    return this.#in.loss;
  }
}
