/** When a viewer considers its link dead, and requests another one. Pure: the owner calls it with its own timer. */
import { DEAD, PACE } from "./keepalive.ts";
import type { Candidate, LinkSelector } from "./link_selector.ts";

/**
 * If bytes are unacked, and no message for so long has confirmed that anything of ours arrived, the link counts as dead, in one direction
 * at least; ms.
 */
const UNANSWERED = 2000;
/** The shortest time between two requests for another link, in ms: a new link takes 0.6 to 2.5 s on a bad network. */
const REQUEST_EVERY = 3000;

/** A request to the host for another link. */
export interface LinkRequest {
  readonly why: string;
  /** Our address changed. */
  readonly moved: boolean;
  /**
   * The newest time of the host (`Header.time`) that was heard: if the host has heard later messages, a link works, and the request is
   * outdated. 0: never outdated.
   */
  readonly heard: number;
}

/** When a viewer asks its transport for another link. */
export class LinkRequests {
  #since: number;
  #requestedAt: number;

  /**
   * @param unackedSince returns since when there is no news about sent bytes, in ms; undefined if all have arrived
   * @param now the clock's ms, as everywhere here
   */
  constructor(
    private readonly links: LinkSelector<Candidate>,
    private readonly unackedSince: () => number | undefined,
    now: number,
  ) {
    this.#since = this.#requestedAt = now;
  }

  /** The first link was requested by other means, and is expected. */
  begin(now: number): void {
    this.#since = this.#requestedAt = now;
  }

  /** How long nothing was heard on any link, in ms. */
  silence(now: number): number {
    return now - Math.max(this.#since, this.links.heardAt);
  }

  /** The same for the current link; Infinity without a link on which the host has answered. */
  silentFor(now: number): number {
    return this.links.answered ? now - this.links.current!.path.heardAt : Infinity;
  }

  /** How overdue the host's next message is, in ms; without a link, as if one were in use. */
  late(now: number): number {
    return this.links.answered ? this.links.current!.late(now) : this.silence(now) - PACE;
  }

  /** The fault: there is no link, or the current one counts as dead. Null: none. */
  fault(now: number): "gone" | "silent" | null {
    const { current } = this.links;
    if (!current || this.links.doubtful) return "gone";
    // A key typed after a long pause is answered after a round trip: the silence before it means nothing.
    const waiting = now - Math.max(current.path.answeredAt, this.unackedSince() ?? Infinity);
    return current.late(now) >= DEAD || waiting >= UNANSWERED ? "silent" : null;
  }

  /** The request that is due now, if the last one has had its time; it counts as made. Null: none. */
  due(now: number): LinkRequest | null {
    const fault = this.fault(now);
    if (fault === null || now - this.#requestedAt < REQUEST_EVERY) return null;
    const quiet = `nothing heard for ${Math.round(this.silence(now))} ms`;
    return this.request(fault === "gone" ? "the link is gone" : quiet, now);
  }

  /** A request to make at once; `moved`: our address changed, so messages on a link from the old one mean nothing. */
  request(why: string, now: number, moved = false): LinkRequest {
    this.#requestedAt = now;
    return { why, moved, heard: moved ? 0 : this.links.peerTime };
  }
}
