/** Watches a viewer's links: since when nothing was heard, and when to ask for another one. Pure: the leaf looks with its own timer. */
import { PACE } from "./pulse.ts";
import type { ViewerSession } from "./viewer_session.ts";

/** Between two requests for another link, ms: one takes 0.6 to 2.5 s on a bad network (design, "Reconnect"). */
const ASK_EVERY = 3000;

export class LinkWatch {
  #heardAt: number;
  #askedAt: number;
  #everHeard = false;

  /** @param now the clock's ms, as everywhere here */
  constructor(
    private readonly session: Pick<ViewerSession, "conversation" | "stale" | "silentFor">,
    now: number,
  ) {
    // The join itself has asked for the first one.
    this.#heardAt = this.#askedAt = now;
  }

  /** Whether there ever was a link. */
  get everHeard(): boolean {
    return this.#everHeard;
  }

  /** How long nothing was heard on any link, ms; looked at often, it knows links that are gone. */
  silence(now: number): number {
    if (this.session.conversation) {
      this.#heardAt = Math.max(this.#heardAt, now - this.session.silentFor(now));
      this.#everHeard = true;
    }
    return now - this.#heardAt;
  }

  /** How much later the host is than it should be, ms; without a link, than it would have to be on one that is used. */
  late(now: number): number {
    return this.session.conversation?.late(now) ?? this.silence(now) - PACE;
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
}
