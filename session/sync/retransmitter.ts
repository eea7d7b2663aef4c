/**
 * When unacknowledged data is sent again, for a stream's bytes and for snapshots: the RTO and its backoff, the fastest acknowledgement, and
 * probes instead of data while the path is silent. Pure: it decides when, and never sends.
 */
import type { PathMonitor } from "../links/path_monitor.ts";
import { PathProbe } from "../links/path_probe.ts";

/** The most doublings of the RTO: data that a late path carries again is noticed within 16 of them. */
const DOUBLINGS = 4;
/** ms. */
const FLOOR_MAX = 1000;

/** Decides when unacknowledged messages are sent again. */
export class Retransmitter {
  readonly #probe = new PathProbe();
  #tries = 0;
  #floor = Infinity;

  constructor(private path: PathMonitor) {}

  /** Begins anew, on another path if one is given. */
  restart(path = this.path): void {
    this.path = path;
    this.#probe.end();
    this.#tries = 0;
    this.#floor = Infinity;
  }

  /** When data that was sent at `at` is sent again unless it is acknowledged; the clock's ms. */
  timeoutAt(at: number): number {
    return at + this.path.rtt.rto * 2 ** Math.min(DOUBLINGS, this.#tries);
  }

  /** Timeouts since the last progress. */
  get tries(): number {
    return this.#tries;
  }

  /** Something was not acknowledged in time. */
  timedOut(): void {
    this.#tries++;
  }

  /** Something was acknowledged, or something new replaces what was late. */
  progress(): void {
    this.#tries = 0;
  }

  /** An acknowledgement took this long; ms. */
  took(ms: number): void {
    this.#floor = Math.min(this.#floor, ms);
  }

  /** The fastest acknowledgement, at most a second, which is as long as a window needs to be measured; ms. */
  get floor(): number {
    return Math.min(FLOOR_MAX, this.#floor);
  }

  /** Whether the path counts as interrupted: only probes are sent. */
  get silent(): boolean {
    return this.#probe.on;
  }

  /** When the path counts as silent, with bytes unacknowledged since `unackedSince`; the clock's ms. */
  silentAt(unackedSince: number): number {
    return this.#probe.at(this.path, unackedSince);
  }

  /** Whether a probe has to go now. `unackedSince`: since when something has been, undefined if nothing is. */
  probe(unackedSince: number | undefined, now: number): boolean {
    if (unackedSince !== undefined) this.#probe.check(this.path, unackedSince, now);
    return this.#probe.probe(now);
  }

  /** When {@link probe} is next due on a path that is silent; the clock's ms, else Infinity. */
  get probeDue(): number {
    return this.#probe.due;
  }

  /** Anything was heard. Returns whether the path had been silent. */
  heard(): boolean {
    if (!this.#probe.end()) return false;
    this.path.restored();
    return true;
  }
}
