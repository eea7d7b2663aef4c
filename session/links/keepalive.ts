/**
 * When an end of a link sends a heartbeat, and from when the other end's silence is significant: `PROTOCOL.md`, "When there is nothing to
 * say". Pure.
 */

/** The longest time without a message on a link in use, so that silence means a dead path; ms. */
export const PACE = 3000;
/** A link without use for this long is idle, in ms: a person who reads or thinks may take this long. */
const IDLE_AFTER = 30_000;
/**
 * The interval of a heartbeat and its answer on an idle link, in ms: just below SCTP's own heartbeats (10 s and more), which would
 * otherwise be added. ICE keeps NAT bindings.
 */
const IDLE_PACE = 9000;
/**
 * An unanswered heartbeat on an idle link is followed by a `Probe` after this, in ms: nine are sent before DEAD, so that with one packet in
 * ten lost each way a working link counts as dead by chance once a year. A longer round trip costs a needless `Probe` or two.
 */
const ASK_AGAIN = 500;
/**
 * An end that was silent for this long answers a heartbeat, in ms: less than PACE, or two ends that both send every 3 s would never
 * exchange one.
 */
const ANSWER_AFTER = 2000;
/**
 * If the other end is overdue by this much, the link is dead: on a link in use 7.5 s of silence, two lost heartbeats; on an idle one 13.5
 * s, nine; ms.
 */
export const DEAD = 4500;

/** When the next message is due from us, and when one of the far end is overdue. */
export class Keepalive {
  #sentAt: number;
  #usedAt: number;
  /** When it was first used after an idle time, or began. */
  #wokenAt: number;

  /** @param now ms of any monotonic clock, here and everywhere */
  constructor(now: number) {
    this.#sentAt = this.#usedAt = this.#wokenAt = now;
  }

  /** Anything was sent. */
  sent(now: number): void {
    this.#sentAt = now;
  }

  /** A message that is no heartbeat was sent or heard. */
  used(now: number): void {
    if (this.#idle(now)) this.#wokenAt = now;
    this.#usedAt = now;
  }

  /** Whether a heartbeat that comes now must be answered; an answer must not be. `srtt` of the path in ms, if known. */
  answers(srtt: number | undefined, now: number): boolean {
    return now - this.#sentAt >= Math.max(ANSWER_AFTER, 2 * (srtt ?? 0));
  }

  /** Whether the last heartbeat on an idle link was not answered. */
  unanswered(heardAt: number, now: number): boolean {
    return this.#idle(now) && now - heardAt >= IDLE_PACE + ASK_AGAIN;
  }

  /** When the next heartbeat is due if nothing is sent or heard until then; `heardAt`: when anything was last heard. */
  due(heardAt: number): number {
    const soon = this.#sentAt + PACE;
    if (!this.#idle(soon)) return soon;
    const next = Math.max(Math.min(this.#sentAt, heardAt) + IDLE_PACE, this.#sentAt + ASK_AGAIN);
    // It was probed often enough: the owner that builds links knows by now.
    return next > heardAt + IDLE_PACE + DEAD ? Math.max(next, soon) : next;
  }

  /** How overdue the other end's next message is, in ms; 0 or less: it is not. */
  late(heardAt: number, now: number): number {
    const idle = now - heardAt - IDLE_PACE;
    // Before the link was used again, the other end only had to send every 9 s.
    return this.#idle(now) ? idle : Math.max(idle, now - Math.max(heardAt, this.#wokenAt) - PACE);
  }

  #idle(now: number): boolean {
    return now - this.#usedAt >= IDLE_AFTER;
  }
}
