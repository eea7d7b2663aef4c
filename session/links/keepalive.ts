/**
 * When an end of a link says something for its own sake, and from when the other's silence means something: `PROTOCOL.md`, "When there is
 * nothing to say". Pure.
 */

/** Something is sent at least this often on a link that is used, so that silence means a dead path; ms. */
export const PACE = 3000;
/** A link that nothing used for this long is idle, ms: somebody who reads a page of output or thinks about a command is still there. */
const IDLE_AFTER = 30_000;
/** On an idle link a word and its answer this often, ms: just below SCTP's own heartbeats (10 s and more), which would come on top. ICE keeps NAT bindings. */
const IDLE_PACE = 9000;
/**
 * A heartbeat on an idle link that was not answered is followed by a `Probe` after this, ms: nine go before DEAD, so that chance takes a link
 * for dead once in a year where one packet in ten is lost each way. A longer round trip costs a `Probe` or two in vain.
 */
const ASK_AGAIN = 500;
/** An end that was silent for this long answers a heartbeat, ms: less than PACE, or two ends that both speak each 3 s would never share an exchange. */
const ANSWER_AFTER = 2000;
/** The other end this late: the link is dead. On a used link 7.5 s of silence, two heartbeats lost; on an idle one 13.5 s, nine; ms. */
export const DEAD = 4500;

/** When the next message is due from us, and when one of the far end is overdue. */
export class Keepalive {
  #sentAt: number;
  #usedAt: number;
  /** When it was first used after it had been idle, or began. */
  #wokenAt: number;

  /** @param now ms of any steady clock, here and everywhere */
  constructor(now: number) {
    this.#sentAt = this.#usedAt = this.#wokenAt = now;
  }

  /** Anything was sent. */
  sent(now: number): void {
    this.#sentAt = now;
  }

  /** Something that is no heartbeat was sent or heard. */
  used(now: number): void {
    if (this.#idle(now)) this.#wokenAt = now;
    this.#usedAt = now;
  }

  /** Whether a heartbeat that comes now is to be answered. `srtt` of the path, in ms, if it is known: an answer must not be answered. */
  answers(srtt: number | undefined, now: number): boolean {
    return now - this.#sentAt >= Math.max(ANSWER_AFTER, 2 * (srtt ?? 0));
  }

  /** Whether the last heartbeat on an idle link was not answered. */
  unanswered(heardAt: number, now: number): boolean {
    return this.#idle(now) && now - heardAt >= IDLE_PACE + ASK_AGAIN;
  }

  /** When the next heartbeat is to go, if nothing is sent or heard until then; `heardAt`: when anything was last heard. */
  due(heardAt: number): number {
    const soon = this.#sentAt + PACE;
    if (!this.#idle(soon)) return soon;
    const next = Math.max(Math.min(this.#sentAt, heardAt) + IDLE_PACE, this.#sentAt + ASK_AGAIN);
    // It asked often enough: whoever builds links knows by now.
    return next > heardAt + IDLE_PACE + DEAD ? Math.max(next, soon) : next;
  }

  /** How much later the other end is than it should be, ms; 0 or less: it is not. */
  late(heardAt: number, now: number): number {
    const idle = now - heardAt - IDLE_PACE;
    // Before it was woken it owed us a word each 9 s only.
    return this.#idle(now) ? idle : Math.max(idle, now - Math.max(heardAt, this.#wokenAt) - PACE);
  }

  #idle(now: number): boolean {
    return now - this.#usedAt >= IDLE_AFTER;
  }
}
