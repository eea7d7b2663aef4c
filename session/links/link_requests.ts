/** When a viewer takes its link for dead, and asks for another one. Pure: the leaf looks with its own timer. */
import { DEAD, PACE } from "./keepalive.ts";
import type { Candidate, LinkSelector } from "./link_selector.ts";

/** Bytes are unacked, and for this long nothing that came says that anything of ours arrived: the link is taken for dead, in one direction at least; ms. */
const UNANSWERED = 2000;
/** Between two requests for another link, ms: one takes 0.6 to 2.5 s on a bad network. */
const REQUEST_EVERY = 3000;

/** A request to the host for another link. */
export interface LinkRequest {
  readonly why: string;
  /** Our address changed. */
  readonly moved: boolean;
  /** The newest time of the host (`Header.time`) that was heard: once more is heard a link works, and the request is out of date. 0: it never is. */
  readonly heard: number;
}

/** When a viewer asks its transport for another link. */
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
    // A key typed into a long pause is answered after a round trip: the silence before it means nothing.
    const waiting = now - Math.max(current.path.answeredAt, this.unackedSince() ?? Infinity);
    return current.late(now) >= DEAD || waiting >= UNANSWERED ? "silent" : null;
  }

  /** What to ask for now, the last request having had its time; it counts as asked. Null: nothing. */
  due(now: number): LinkRequest | null {
    const fault = this.fault(now);
    if (fault === null || now - this.#requestedAt < REQUEST_EVERY) return null;
    const quiet = `nothing heard for ${Math.round(this.silence(now))} ms`;
    return this.request(fault === "gone" ? "the link is gone" : quiet, now);
  }

  /** What to ask for at once; `moved`: our address changed, and what is heard on a link from the old one counts for nothing. */
  request(why: string, now: number, moved = false): LinkRequest {
    this.#requestedAt = now;
    return { why, moved, heard: moved ? 0 : this.links.peerTime };
  }
}
