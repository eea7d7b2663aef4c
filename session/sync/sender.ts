/**
 * The sending end of a stream, for output and input alike (`../PROTOCOL.md`, "The sender, both ways"). It decides what to send and when; it
 * never sends itself, so all of it can be tested with numbers.
 */
import { MAX_DATA, MAX_OUTPUT_HEAD } from "../../frames/limits.ts";
import { MAX_DATAGRAM } from "../../transport/link.ts";
import type { ByteLog } from "./byte_log.ts";
import { type ByteRange, merged } from "./byte_range.ts";
import { Duplicates, frameCopies } from "./duplicates.ts";
import { InFlight } from "./in_flight.ts";
import { Redundancy } from "./redundancy.ts";
import type { PathMonitor } from "../links/path_monitor.ts";
import { Pacer } from "./pacer.ts";
import { Retransmitter } from "./retransmitter.ts";
import { SendWindow } from "./send_window.ts";

/** Bytes of a stream in one lossy packet: what fits into a datagram with the largest other content. */
export const SMALL = MAX_DATAGRAM - MAX_OUTPUT_HEAD;
/** Up to this size new output is sent in lossy messages whatever the loss; above it, reliably in large chunks if the path loses little. */
const LARGE = 8 * 1024;
/** Bounds of the coalescing time under load, which is SRTT/2: a redraw 60 times a second stays one message; ms. */
const TURN_MIN = 8;
const TURN_MAX = 12;
/** The channel refused a message: the next try comes after this; ms. */
const REFUSED = 10;
/** The most unacked bytes on a path with loss: SCTP's own window is 2 to 6 KB at 5 %, and data in its queue delays everything behind it. */
export const LOSING_WINDOW = 4 * 1024;
/** The messages sent after a timeout until anything is heard, which shows that the path works. */
const AFTER_TIMEOUT = 2;

export interface Transmission extends ByteRange {
  readonly channel: "term" | "ctrl";
}

export interface SenderOptions {
  /** Whether `term` may lose messages; if not, nothing is sent twice. */
  readonly lossy: boolean;
}

/** The sending end of a byte stream on one link. */
export class StreamSender {
  readonly window = new SendWindow();
  readonly #flights = new InFlight();
  #acked: number;
  #sent: number;
  #again: ByteRange[] = [];
  readonly #redundancy = new Redundancy();
  readonly #copies = new Duplicates<ByteRange>();
  readonly #turns = new Pacer(() => Math.min(TURN_MAX, Math.max(TURN_MIN, (this.path.rtt.srtt ?? 0) / 2)));
  #refusedUntil = 0;
  #unackedSince = 0;
  readonly #retransmitter: Retransmitter;
  /** When new bytes were last sent. */
  #newAt = -Infinity;
  #limited = false;
  /** How many messages may be sent before anything is heard: after a timeout only a few. */
  #againLeft = Infinity;
  #fullSince: number | undefined;

  constructor(
    private readonly log: ByteLog,
    private path: PathMonitor,
    private options: SenderOptions,
    acked = log.end,
  ) {
    this.#acked = this.#sent = acked;
    this.#retransmitter = new Retransmitter(path);
  }

  /** Everything below this offset was applied at the other end. */
  get acked(): number {
    return this.#acked;
  }

  /** Everything below this offset was sent at least once. */
  get sent(): number {
    return this.#sent;
  }

  /** Since when the window has been full with more bytes waiting. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /** Bytes sent and not acked. */
  get inFlight(): number {
    return this.#flights.bytes;
  }

  /** Since when there has been no news of bytes that were sent, the clock's ms; undefined if all of them have arrived, applied or not. */
  get unackedSince(): number | undefined {
    const missing = this.#again.length > 0 || !this.#flights.allArrived;
    return missing ? this.#unackedSince : undefined;
  }

  /** Continues from `acked`, on another link if one is given. */
  restart(acked: number, path = this.path, options = this.options): void {
    this.path = path;
    this.options = options;
    this.#acked = this.#sent = acked;
    this.#flights.clear();
    this.#again = [];
    this.#redundancy.clear();
    this.#copies.clear();
    this.#retransmitter.restart(path);
    this.#againLeft = Infinity;
    this.#fullSince = undefined;
  }

  /** Whether the path counts as interrupted: only probes are sent. */
  get silent(): boolean {
    return this.#retransmitter.silent;
  }

  /** Whether a probe must be sent now. */
  probe(now: number): boolean {
    const since = this.#flights.uncertain && this.#unackedSince;
    return now >= this.#refusedUntil && this.#retransmitter.probe(since, now);
  }

  /** Anything was heard: an interrupted path works again, and one full frame is sent at once, whatever the timers say. */
  heard(): void {
    this.#againLeft = Infinity;
    if (this.#retransmitter.heard()) this.#lost(this.#flights.expire());
  }

  /** Handles an ack of everything below `have` and of the ranges of `sack`. */
  ack(have: number, sack: readonly number[], now: number): void {
    this.heard();
    if (have > this.log.end || have < this.#acked) return;
    // What was in flight on the previous link has arrived.
    this.#sent = Math.max(this.#sent, have);
    const { bytes, shortest } = this.#flights.ack(have, sack, now);
    if (have > this.#acked || bytes > 0) {
      this.#retransmitter.progress();
      this.#unackedSince = now;
    }
    this.#acked = have;
    this.#again = this.#again.filter((r) => r.end > have);
    this.#copies.keep(({ end }) => end > have);
    this.#retransmitter.took(shortest);
    if (bytes > 0) {
      const clean = !this.path.losing;
      const { floor } = this.#retransmitter;
      this.window.acked({ bytes, took: shortest, floor, clean, limited: this.#limited }, now);
    }
  }

  /** The channel refused the last result of {@link next}. */
  refused(sent: Transmission, now: number): void {
    this.#refusedUntil = now + REFUSED;
    this.#againLeft++;
    this.#lost([sent]);
  }

  /** The next message to send now, or null: call it until it returns null, after {@link probe}. */
  next(now: number): Transmission | null {
    if (now < this.#refusedUntil || this.silent) return null;
    this.#checkTimeout(now);
    return this.#takeAgain(now) ?? this.#takeCopy(now) ?? this.#takeNew(now);
  }

  /** When {@link next} may next return a message, in the clock's ms; Infinity if only an event can cause one. */
  due(now: number): number {
    if (this.silent) return Math.max(this.#refusedUntil, this.#retransmitter.probeDue);
    const times = [this.#copies.due];
    if (
      this.#again.length > 0 && this.#againLeft > 0 ||
      this.log.end > this.#sent && !this.#full() && this.#againLeft > 0
    ) {
      times.push(this.#turns.next(now));
    }
    const first = this.#flights.uncertain;
    if (first) {
      times.push(this.#retransmitter.timeoutAt(first.at), this.#retransmitter.silentAt(this.#unackedSince));
    }
    return Math.max(this.#refusedUntil, Math.min(...times));
  }

  #lost(ranges: readonly ByteRange[]): void {
    this.#again = merged([...this.#again, ...ranges], this.#acked);
  }

  #checkTimeout(now: number): void {
    const first = this.#flights.uncertain;
    if (!first || now < this.#retransmitter.timeoutAt(first.at)) return;
    this.#retransmitter.timedOut();
    this.#againLeft = AFTER_TIMEOUT;
    this.#lost(this.#flights.expire());
  }

  #takeAgain(now: number): Transmission | null {
    if (this.#againLeft <= 0) return null;
    const range = this.#again.shift();
    if (!range) return null;
    const base = Math.max(range.base, this.#acked);
    if (base >= range.end) return this.#takeAgain(now);
    let end = Math.min(range.end, base + SMALL);
    if (end < range.end) this.#again.unshift({ base: end, end: range.end });
    // New bytes that fit are added: the frame is cumulative.
    else if (end === this.#sent) end = Math.min(this.log.end, base + SMALL);
    this.#againLeft--;
    return this.#fly("term", base, end, now);
  }

  #takeCopy(now: number): Transmission | null {
    const copy = this.#copies.next(now);
    return copy ? { channel: "term", base: Math.max(copy.base, this.#acked), end: copy.end } : null;
  }

  #takeNew(now: number): Transmission | null {
    const waiting = this.log.end - this.#sent;
    this.#limited = waiting > 0 && this.#full();
    this.#fullSince = this.#limited ? this.#fullSince ?? now : undefined;
    if (waiting <= 0 || this.#limited || this.#againLeft <= 0 || !this.#turns.tryConsume(now)) return null;
    if (waiting > LARGE && (!this.options.lossy || !this.path.losing)) {
      return this.#fly("ctrl", this.#sent, Math.min(this.log.end, this.#sent + MAX_DATA), now);
    }
    const base = this.options.lossy ? this.#reach() : this.#sent;
    const end = Math.min(this.log.end, base + SMALL);
    // After a timeout there is no reason to send more.
    if (this.options.lossy && this.#retransmitter.tries === 0) {
      this.#copies.add({ base, end }, frameCopies(end - base, this.path, now - this.#newAt), now);
    }
    this.#newAt = now;
    this.#againLeft--;
    return this.#fly("term", base, end, now);
  }

  #reach(): number {
    const least = Math.max(this.log.start, this.log.end - SMALL);
    return this.#redundancy.reach(this.#acked, this.#sent, least, this.path.doubtful);
  }

  #fly(channel: "term" | "ctrl", base: number, end: number, now: number): Transmission {
    if (this.#acked === this.#sent) this.#unackedSince = now;
    this.#flights.add(base, end, now, channel === "ctrl" || !this.options.lossy);
    this.#sent = Math.max(this.#sent, end);
    return { channel, base, end };
  }

  #full(): boolean {
    return this.inFlight >= Math.min(this.window.size, this.path.losing ? LOSING_WINDOW : Infinity);
  }
}
