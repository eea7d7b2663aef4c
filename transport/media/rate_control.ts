/**
 * How many bits a second one viewer is sent. Pure; times in ms.
 *
 * A viewer's REMB falls within 0.2 s when delay grows on the path, so it says first that we send too much. It falls as well when a busy
 * machine stalls, and when a still screen begins to move; then it is far too low (0.85 of what came through in that instant), and rises by 8 %
 * a second. So its fall counts as much as the round trip bears out, and what the path carried before is tried again soon.
 */

import { PathDelay } from "./path_delay.ts";

/** The share of REMB that is used: the rest empties the bottleneck's queue, and is room for what is sent again. */
const REMB_SHARE = 0.85;
/** REMB has fallen if it is below this share of the one before. */
const FALLEN = 0.97;
/** The most that one fall takes, so that a stall costs half of the rate for a second. */
const DEEPEST_FALL = 0.5;
/** A queue on the path (ms) that bears out that REMB fell, and one at which the rate falls without it. */
const SOME_DELAY = 30;
const MUCH_DELAY = 120;
const DELAY_FALL = 0.8;
/** The most that such a fall takes, and the queue (ms) at which it takes all. */
const DEEPEST_DRAIN = 0.2;
const DRAIN = 2000;
/** How long a fall of REMB may still be borne out (ms), and what it takes at once while another one is in doubt. */
const DOUBT = 2000;
const DOUBTED_FALL = 0.85;
/** Loss above which the rate falls (by half of it), and up to which it rises; between them lies what wireless links lose anyway. */
const MUCH_LOSS = 0.1;
const LITTLE_LOSS = 0.05;
/** Loss is of so many packets at least: one of ten is no tenth. */
const SAMPLE = 40;
/** The rise in a second far below the rate at which the path was full, near it, and up to what REMB vouches for. */
const FAST_RISE = 1.5;
const SLOW_RISE = 1.05;
const VOUCHED_RISE = 4;
/** A fall so soon after another (ms) means that the path was full at a lower rate than was thought: by so much. */
const EPISODE = 3000;
const STILL_FULL = 0.9;
/** Where the path was never full, REMB says how far it may be tried. */
const UNTRIED = 1.5;
/** For so long after much loss REMB vouches for nothing; ms. */
const BLIND = 20_000;
/** Near begins at this share of that rate, which is forgotten by so much a second. */
const NEAR = 0.8;
const FORGOTTEN = 1.01;
/** The first rate in bit/s: a first picture of 60 KB takes 0.13 s to leave. */
export const FIRST_RATE = 1_500_000;
/** The least in bit/s: text that changes stays legible at 5 pictures a second. */
export const FLOOR = 150_000;
/** The rate falls at most once in this time (ms), or the path's own round trip: the answer to a fall takes that long. */
const SETTLE = 300;
/** What was sent counts over about so long; ms. */
const SENT_WINDOW = 500;
/** A rate is tried if so much of it is sent. */
const TRIED = 0.6;
/** Without any word of the viewer for so long (ms), the rate halves each second: what is sent may go nowhere. */
const SILENCE = 3000;

/** The parts of what keeps a slow path usable, each of which an ablation can leave out. */
export interface RateRules {
  readonly remb: boolean;
  readonly delay: boolean;
  readonly loss: boolean;
  readonly pacer: boolean;
  readonly resendBudget: boolean;
}

/** What is in force, but in ablations. */
export const ALL_RULES: RateRules = {
  remb: true,
  delay: true,
  loss: true,
  pacer: true,
  resendBudget: true,
};

/** The rate of one viewer; bits a second. */
export class RateControl {
  readonly #rules: RateRules;
  readonly #delay = new PathDelay();
  /** All in bits a second. */
  #ceiling: number;
  #rate: number;
  #remb: number | undefined;
  /** The rate at which the path was full. */
  #full = Infinity;
  #sent = 0;
  #sentAt: number;
  #heardAt: number;
  #roseAt: number;
  #fellAt = -Infinity;
  /** A fall of REMB that no round trip has borne out. */
  #doubt: { readonly remb: number; readonly until: number } | undefined;
  #lost = 0;
  #lostAt = -Infinity;
  #counted = { lost: 0, packets: 0 };

  /** `ceiling`: bits a second, of a person's setting. */
  constructor(ceiling: number, now: number, rules = ALL_RULES) {
    this.#ceiling = ceiling;
    this.#rules = rules;
    this.#rate = rules.loss ? Math.min(FIRST_RATE, ceiling) : ceiling;
    this.#heardAt = this.#roseAt = this.#sentAt = now;
  }

  /** Bits a second that the viewer is to be sent, pictures and what is sent again. */
  get target(): number {
    return Math.round(Math.max(FLOOR, Math.min(this.#rate, this.#ceiling)));
  }

  /** The newest REMB in bits a second. */
  get remb(): number | undefined {
    return this.#remb;
  }

  /** The share of packets lost lately, 0 to 1. */
  get lost(): number {
    return this.#lost;
  }

  /** The newest round trip in ms. */
  get rttMs(): number | undefined {
    return this.#delay.rttMs;
  }

  set ceiling(bitrate: number) {
    this.#ceiling = bitrate;
  }

  /** So many bytes were handed to the network. */
  sent(bytes: number, now: number): void {
    this.#sent = this.#sentNow(now) + bytes * 8000 / SENT_WINDOW;
    this.#sentAt = Math.max(this.#sentAt, now);
  }

  /** The viewer reported the share lost (0 to 1) of so many packets since the report before, and with it a round trip in ms. */
  report(lost: number, packets: number, rttMs: number | undefined, now: number): void {
    this.#count(lost, packets);
    this.#heardAt = now;
    if (rttMs !== undefined) this.#delay.add(rttMs, now);
    this.#answerDoubt(now);
    const queue = this.#queueOnPath();
    if (this.#rules.loss && this.#lost > MUCH_LOSS) {
      this.#lostAt = now;
      this.#fall(1 - this.#lost / 2, now);
    } else if (queue > MUCH_DELAY && this.#isTried(now)) this.#drain(queue, now);
    else if (this.#lost <= LITTLE_LOSS && queue <= SOME_DELAY) this.#rise(now);
    else this.#roseAt = now;
  }

  /** The viewer said which rate the path carries, bits a second. Its report of the same packet was told before. */
  estimate(remb: number, now: number): void {
    const before = this.#remb ?? Infinity;
    this.#remb = remb;
    this.#heardAt = now;
    if (!this.#rules.remb || remb >= before * FALLEN || remb * REMB_SHARE >= this.#rate) return;
    const again = this.#doubt !== undefined;
    this.#doubt = { remb, until: now + DOUBT };
    this.#answerDoubt(now);
    // A round trip tells of the queue some time after REMB does.
    if (this.#doubt !== undefined) {
      this.#fall(again ? DOUBTED_FALL : Math.max(DEEPEST_FALL, remb * REMB_SHARE / this.target), now);
    }
  }

  /** Call it at least each second. */
  tick(now: number): void {
    if (now - this.#heardAt <= SILENCE) return;
    this.#heardAt = now - SILENCE + 1000;
    this.#rate = Math.max(FLOOR, this.target / 2);
  }

  #count(lost: number, packets: number): void {
    this.#counted.lost += lost * packets;
    this.#counted.packets += packets;
    if (this.#counted.packets < SAMPLE) return;
    this.#lost = this.#counted.lost / this.#counted.packets;
    this.#counted = { lost: 0, packets: 0 };
  }

  #queueOnPath(): number {
    return this.#rules.delay ? this.#delay.queueMs ?? 0 : 0;
  }

  #isTried(now: number): boolean {
    return this.#sentNow(now) >= this.#rate * TRIED;
  }

  #sentNow(now: number): number {
    return this.#sent * Math.exp((this.#sentAt - Math.max(now, this.#sentAt)) / SENT_WINDOW);
  }

  /** A rate that is not tried is not known to work, so it does not rise. */
  #rise(now: number): void {
    const seconds = Math.min(1, Math.max(0, now - this.#roseAt) / 1000);
    this.#roseAt = now;
    this.#full *= FORGOTTEN ** seconds;
    if (!this.#isTried(now)) return;
    // A queue that is too short to add delay loses packets, and REMB sees nothing.
    const blind = !this.#rules.remb || now - this.#lostAt < BLIND;
    const vouched = blind ? 0 : (this.#remb ?? 0) * REMB_SHARE;
    const sure = Math.min(vouched, this.#rate * VOUCHED_RISE ** seconds);
    const known = this.#full === Infinity ? vouched * UNTRIED : this.#full * NEAR;
    const fast = Math.min(known, this.#rate * FAST_RISE ** seconds);
    this.#rate = Math.min(this.#ceiling, Math.max(this.#rate * SLOW_RISE ** seconds, fast, sure));
  }

  /** Where REMB has fallen the rate follows as soon as, and as far as, the round trip bears it out. */
  #answerDoubt(now: number): void {
    const doubt = this.#doubt;
    if (doubt === undefined) return;
    if (now > doubt.until) this.#doubt = undefined;
    const queue = this.#rules.delay ? this.#delay.queueMs ?? MUCH_DELAY : MUCH_DELAY;
    if (queue <= SOME_DELAY) return;
    this.#doubt = undefined;
    const share = doubt.remb * REMB_SHARE / this.target;
    if (queue > MUCH_DELAY) this.#drain(queue, now, share);
    else this.#fall(Math.max(DEEPEST_FALL, share), now);
  }

  /** The queue on the path (ms) is to be gone in about two seconds; `share` of the rate is what comes through. */
  #drain(queue: number, now: number, share = 1): void {
    const left = Math.max(DEEPEST_DRAIN, 1 - queue / DRAIN);
    const before = this.#fellAt;
    this.#fall(Math.max(DEEPEST_DRAIN, Math.min(DELAY_FALL, share * left)), now);
    // So much delay is no stall: what REMB says came through is what the path carries.
    if (this.#fellAt !== before && this.#remb !== undefined) {
      this.#full = Math.min(this.#full, Math.max(FLOOR, this.#remb / REMB_SHARE));
    }
  }

  #fall(by: number, now: number): void {
    this.#roseAt = now;
    if (now - this.#fellAt < Math.max(SETTLE, this.#delay.leastMs)) return;
    // Falls that follow each other are answers to one overload.
    this.#full = now - this.#fellAt > EPISODE ? this.target : this.#full * STILL_FULL;
    this.#fellAt = now;
    this.#rate = Math.max(FLOOR, this.target * by);
  }
}
