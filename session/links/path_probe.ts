/**
 * Path probes: during an outage the path gets a small probe now and then instead of every key. Otherwise SCTP's window falls to one MTU,
 * outdated frames are sent after the outage, and the association aborts 12.6 s after its beginning (measured).
 */

import type { PathMonitor } from "./path_monitor.ts";
import { silence } from "./rtt.ts";

/**
 * The interval of probes, in ms, by how long the path has been silent. The first probe after the outage ends it, so the interval is felt.
 * SCTP sends one MTU between its own timeouts, which come 0.2, 0.6, 1.4, 3, 6.2, 12.6 s into an outage.
 */
const PROBES: readonly (readonly [until: number, gap: number])[] = [[3000, 40], [10_000, 80], [
  Infinity,
  250,
]];

/** Decides when an idle path is probed. */
export class PathProbe {
  #since: number | undefined;
  #probeAt = 0;

  get on(): boolean {
    return this.#since !== undefined;
  }

  /** Updates the state: `unackedSince` is since when bytes have been unacked. */
  check(path: PathMonitor, unackedSince: number, now: number): void {
    if (this.#since !== undefined || now < this.at(path, unackedSince)) return;
    this.#since = now;
    this.#probeAt = now;
  }

  /** When silence begins to mean an outage. */
  at(path: PathMonitor, unackedSince: number): number {
    return Math.max(path.heardAt, unackedSince) + silence(path.rtt.rto);
  }

  /** Whether a probe is due; the next one is counted from here. */
  probe(now: number): boolean {
    if (this.#since === undefined || now < this.#probeAt) return false;
    const lasted = now - this.#since;
    this.#probeAt = now + PROBES.find(([until]) => lasted < until)![1];
    return true;
  }

  /** When the next probe is due; Infinity if the path is not silent. */
  get due(): number {
    return this.on ? this.#probeAt : Infinity;
  }

  /** Something was heard. Returns whether the path had been silent. */
  end(): boolean {
    const was = this.on;
    this.#since = undefined;
    return was;
  }
}
