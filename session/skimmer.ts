/**
 * The pace of snapshots to a viewer that gets the screen as it stands instead of every byte in between: several may be on
 * their way, each makes those before it needless, and only the newest is sent again. Pure: it says when, never sends.
 */
import type { PathMonitor } from "./path.ts";
import type { SendWindow } from "./window.ts";

/** The least time between two snapshots, ms: 50 a second are more than a person tells apart, and a Ctrl-C waits for one. */
const INTERVAL = 20;
/** The most, where the path takes long for each. */
const INTERVAL_MAX = 250;
/** A snapshot that took this much longer than the quickest stood in a queue: send fewer; ms. */
const QUEUED = 50;
/** Nothing heard for this long: the path may be cut, so try at the pace of quiet mode (`quiet.ts`); ms. */
const SILENCE = 600;
const PROBE = 250;
/** Tries at the RTO before it doubles, and how often it doubles at most. */
const TRIES = 3;
const DOUBLINGS = 4;

interface Sent {
  readonly version: number;
  readonly bytes: number;
  readonly at: number;
  readonly reliable: boolean;
}

export class Skimmer {
  #sent: Sent[] = [];
  #at = -Infinity;
  #version = -1;
  #interval = INTERVAL;
  #tries = 0;
  #floor = Infinity;
  #limited = false;
  /** The viewer has nothing that a snapshot could be left out for. */
  #needed = true;

  constructor(private readonly window: SendWindow, private readonly path: PathMonitor) {}

  /** A snapshot must go, whatever was sent before. */
  need(): void {
    this.#needed = true;
    this.#tries = 0;
  }

  /** The newest version sent, -1 if none. */
  get version(): number {
    return this.#version;
  }

  /** Whether the newest one still has to be confirmed. */
  get unconfirmed(): boolean {
    return this.#sent.length > 0;
  }

  /** A snapshot of `bytes` bytes was sent; `reliable` if the link repeats it by itself. */
  sent(version: number, bytes: number, reliable: boolean, now: number): void {
    // The screen has not changed since: this was another try.
    if (version === this.#version && !this.#needed) this.#tries++;
    else this.#tries = 0;
    this.#needed = false;
    this.#version = version;
    this.#at = now;
    this.#sent = this.#sent.filter((s) => s.version !== version);
    this.#sent.push({ version, bytes, at: now, reliable });
  }

  /** The viewer shows `have`. Returns whether that is one of these snapshots, or later. */
  ack(have: number, now: number): boolean {
    const done = this.#sent.filter((s) => s.version <= have);
    if (done.length === 0) return false;
    this.#sent = this.#sent.filter((s) => s.version > have);
    this.#tries = 0;
    const took = now - done[done.length - 1]!.at;
    this.#floor = Math.min(this.#floor, took);
    const slower = took > 1.5 * this.#floor + QUEUED;
    this.#interval = Math.min(INTERVAL_MAX, Math.max(INTERVAL, this.#interval * (slower ? 1.25 : 0.95)));
    const bytes = done.reduce((sum, s) => sum + s.bytes, 0);
    // Snapshots come at a pace of their own: their acks tell nothing that the window may double on.
    const floor = Math.min(this.#floor, 1000);
    this.window.acked({ bytes, took, floor, clean: false, limited: this.#limited }, now);
    this.#limited = false;
    return true;
  }

  /** When the next snapshot is due, with the output at `end`; Infinity if only an ack or output can bring it. */
  due(end: number, now: number): number {
    const newest = this.#sent[this.#sent.length - 1];
    const again = newest && !newest.reliable ? newest.at + this.#patience(now) : Infinity;
    if (!this.#needed && end === this.#version) return again;
    if (this.#silent(now)) return again;
    const inFlight = this.#sent.reduce((sum, s) => sum + s.bytes, 0);
    if (inFlight > 0 && inFlight + newest!.bytes > this.window.size) {
      this.#limited = true;
      return again;
    }
    return this.#at + this.#interval;
  }

  #silent(now: number): boolean {
    return this.#sent.length > 0 && now - Math.max(this.path.heardAt, this.#sent[0]!.at) > SILENCE;
  }

  #patience(now: number): number {
    if (this.#silent(now)) return PROBE;
    return this.path.rtt.rto * 2 ** Math.min(DOUBLINGS, Math.max(0, this.#tries - TRIES + 1));
  }
}
