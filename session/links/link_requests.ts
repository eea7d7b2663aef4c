/** When a viewer takes its link for dead, and asks for another one. Pure: the leaf looks with its own timer. */
import { DEAD, PACE } from "./keepalive.ts";
import type { Candidate, LinkSelector } from "./link_selector.ts";

/** Nothing heard for this long with bytes unacked: the link is taken for dead; ms. */
const SILENT_UNACKED = 2000;
/** Between two requests for another link, ms: one takes 0.6 to 2.5 s on a bad network. */
const REQUEST_EVERY = 3000;

export class LinkRequests {
  #since: number;
  #requestedAt: number;

  /**
   * @param unackedSince since when there is no news of what was sent, ms; undefined if all of it has arrived
   * @param now the clock's ms, as everywhere here
   */
  constructor(
    private readonly links: LinkSelector<Candidate>,
    private readonly unackedSince: () => number | undefined,
    now: number,
  ) {
    this.#since = this.#requestedAt = now;
  }

  /** The first link was asked for by other means, and is waited for. */
  begin(now: number): void {
    this.#since = this.#requestedAt = now;
  }

  /** How long nothing was heard on any link, ms. */
  silence(now: number): number {
    return now - Math.max(this.#since, this.links.heardAt);
  }

  /** The same of the link that there is; Infinity without one on which the host has answered. */
  silentFor(now: number): number {
    return this.links.answered ? now - this.links.current!.path.heardAt : Infinity;
  }

  /** How much later the host is than it should be, ms; without a link, than it would have to be on one that is used. */
  late(now: number): number {
    return this.links.answered ? this.links.current!.late(now) : this.silence(now) - PACE;
  }

  /** What is wrong: there is no link, or the current one must be taken for dead. Null: nothing. */
  fault(now: number): "gone" | "silent" | null {
    const { current } = this.links;
    if (!current || this.links.doubtful) return "gone";
    const silent = now - current.path.heardAt;
    // A key typed into a long pause is answered after a round trip: the silence before it means nothing.
    const waiting = now - (this.unackedSince() ?? Infinity);
    return current.late(now) >= DEAD || Math.min(silent, waiting) >= SILENT_UNACKED ? "silent" : null;
  }

  /** Why another link is to be asked for now, the last request having had its time; what is said counts as asked. Null: none is. */
  due(now: number): string | null {
    const fault = this.fault(now);
    if (fault === null || now - this.#requestedAt < REQUEST_EVERY) return null;
    this.requested(now);
    return fault === "gone" ? "the link is gone" : `nothing heard for ${Math.round(this.silence(now))} ms`;
  }

  /** Another link is asked for in any case: the network changed. */
  requested(now: number): void {
    this.#requestedAt = now;
  }
}
