/** Watches a viewer's links: since when nothing was heard, and when to ask for another one. Pure: the leaf looks with its own timer. */
import { PACE } from "../links/keepalive.ts";
import type { ViewerSession } from "./viewer_session.ts";

/** Between two requests for another link, ms: one takes 0.6 to 2.5 s on a bad network. */
const ASK_EVERY = 3000;
/** Silence of which the person is told, ms. */
const TELL = 2000;
/** A first link is built within it where the network is good, ms; later the person wants to know that something happens. */
const TELL_FIRST = 1000;

export class LinkWatch {
  #heardAt: number;
  #askedAt: number;

  /** @param now the clock's ms, as everywhere here */
  constructor(
    private readonly session: Pick<ViewerSession, "conversation" | "role" | "stale" | "silentFor">,
    now: number,
  ) {
    // The join itself has asked for the first one.
    this.#heardAt = this.#askedAt = now;
  }

  /** How long nothing was heard on any link, ms; looked at often, it knows links that are gone. */
  silence(now: number): number {
    if (this.#answered(now)) this.#heardAt = Math.max(this.#heardAt, now - this.session.silentFor(now));
    return now - this.#heardAt;
  }

  /** How much later the host is than it should be, ms; without a link, than it would have to be on one that is used. */
  late(now: number): number {
    return this.#answered(now) ? this.session.conversation!.late(now) : this.silence(now) - PACE;
  }

  /** Whether the host has answered on the link that there is: a relay takes us in without it. */
  #answered(now: number): boolean {
    return this.session.silentFor(now) < Infinity;
  }

  /** What is wrong with the link: there is none, or it must be taken for dead. Null: nothing. */
  fault(now: number): "gone" | "silent" | null {
    if (!this.session.conversation) return "gone";
    return this.session.stale(now) ? "silent" : null;
  }

  /** Whether another link may be asked for, the last one having had its time; true counts as asked. */
  ask(now: number): boolean {
    if (now - this.#askedAt < ASK_EVERY) return false;
    this.askNow(now);
    return true;
  }

  /** Another link is asked for in any case: the network changed. */
  askNow(now: number): void {
    this.#askedAt = now;
  }

  /**
   * What the person is to know of the link; null: all is well, or may be in a moment.
   *
   * @param waiting what has to happen at the host before there can be a link; nothing is wrong then
   */
  words(now: number, waiting: string | undefined): string | null {
    if (this.fault(now) === null && this.#answered(now)) return null;
    if (waiting !== undefined) return `Waiting: ${waiting}`;
    const silence = this.silence(now);
    const seconds = Math.floor(silence / 1000);
    // It may have answered and been lost between two looks.
    if (this.session.role === undefined) {
      return silence < TELL_FIRST ? null : `looking for a way to the host, ${seconds} s`;
    }
    return silence < TELL ? null : `last heard ${seconds} s ago, reconnecting`;
  }
}
