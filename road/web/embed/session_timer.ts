/** One timer for the pure session: it sleeps until something is due, and looks again whenever something changed. */
import { linkWords } from "../../../session/viewer/link_words.ts";
import type { ViewerSession } from "../../../session/viewer/viewer_session.ts";

/** Browsers' timers have this grain; ms. */
const GRAIN = 1;
/** A sleeping laptop stops clocks: look again at least so often; ms. */
const LONGEST = 1000;
/** How often the link is looked at; ms. */
const LOOK = 250;

export interface WakeEvents {
  /** Another link is wanted. */
  renew(why: string): void;
  /** What has to happen at the host before there can be a link. */
  waiting(): string | undefined;
  /** What the person is to know of the link has changed; null: all is well. */
  told(words: string | null): void;
  /** How long nothing was heard, and since when something should have been; ms. */
  silent(ms: number, late: number): void;
}

export class SessionTimer {
  #told: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queued = false;
  #stopped = false;
  #lookedAt = 0;

  constructor(
    private readonly session: Pick<
      ViewerSession,
      "poll" | "due" | "role" | "linkRequests" | "conversation"
    >,
    private readonly events: WakeEvents,
  ) {
    session.linkRequests.begin(performance.now());
  }

  /** Something changed: poll once the current events are through. */
  changed(): void {
    if (this.#queued || this.#stopped) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#run();
    });
  }

  /** The page came back from the background, or the network did: find out at once whether the link lives. */
  suspect(why: string): void {
    if (this.#stopped) return;
    const { linkRequests } = this.session;
    if (linkRequests.silentFor(performance.now()) > LOOK) {
      linkRequests.requested(performance.now());
      this.events.renew(why);
    }
    this.changed();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.session.poll();
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK) this.#look(now);
    if (this.#stopped) return;
    const wait = Math.min(LONGEST, Math.max(GRAIN, this.session.due() - now));
    this.#timer = setTimeout(() => this.#run(), this.session.conversation ? Math.min(wait, LOOK) : wait);
  }

  #look(now: number): void {
    this.#lookedAt = now;
    const { linkRequests } = this.session;
    const waiting = this.events.waiting();
    const words = linkWords(this.session, now, waiting);
    if (words !== this.#told) this.events.told(this.#told = words);
    this.events.silent(linkRequests.silence(now), linkRequests.late(now));
    if (this.#stopped) return;
    const why = waiting === undefined ? linkRequests.due(now) : null;
    if (why !== null) this.events.renew(why);
  }
}
