/**
 * Which of a viewer's links its host talks on: the newest on which it said Hello, or an older one on which it goes on speaking. Where it speaks
 * it also listens. After a cut its Hello on a newer link may come through TCP while the answer stands there for seconds, and the
 * link before is back at once.
 */
import type { Link } from "../../transport/link.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";

/** The first word on a link that works comes a round trip after Welcome: one that was silent for so long, or two round trips, has not brought it; ms. */
const SILENT = 300;
/** But no longer: what stood somewhere makes the round trip look long, and to change in vain costs little; ms. */
const SILENT_MOST = 1000;
/** Between two askings where the viewer is, ms: three packets behind a lost Welcome make SCTP send it again, else that takes its timer a second or more. */
const ASK_EVERY = 100;
/** Asked this often it is not there, or nothing gets there; and it must not take for life what answers nothing. */
const ASKS = 30;

export class LinkSelection {
  #current: LinkProtocol | undefined;
  /** A newer link, on which the viewer has not said Hello yet. */
  #next: LinkProtocol | undefined;
  /** Those on which it has and was answered, oldest first. */
  #greeted: readonly LinkProtocol[] = [];
  /** What was heard on the current one after this is an answer; ms. */
  #answersFrom = 0;
  #askAt = 0;
  #asked = 0;

  get current(): LinkProtocol | undefined {
    return this.#current;
  }

  /** When to ask where the viewer is: it may have nothing to say. It is not on the newest link, or nothing has come there. */
  get askAt(): number {
    const current = this.#current;
    const found = current === this.#greeted.at(-1) && current !== undefined &&
      current.path.heardAt > this.#answersFrom;
    const elsewhere = this.#greeted.some((one) => one !== current);
    return !found && elsewhere && this.#asked < ASKS ? this.#askAt : Infinity;
  }

  /** Asks that, on every link on which it may be. */
  ask(now: number): void {
    this.#askAt = now + ASK_EVERY;
    this.#asked++;
    for (const conversation of this.#greeted) conversation.probe(now);
  }

  /** There is another link. Until Hello comes on it the one before goes on. */
  add(conversation: LinkProtocol): void {
    if (this.#current) this.#next = conversation;
    else this.#current = conversation;
  }

  /** `link` has ended. True if it was the current one. */
  remove(link: Link): boolean {
    this.#greeted = this.#greeted.filter((one) => one.link !== link);
    const next = this.#next?.link === link ? undefined : this.#next;
    const was = this.#current?.link === link;
    if (was) {
      this.#current = next;
      this.#asked = 0;
    }
    this.#next = was ? undefined : next;
    return was;
  }

  /** Hello came on `conversation`, which is answered if it is the current one now. True if that is another one than before. */
  greeted(conversation: LinkProtocol, now: number): boolean {
    const other = conversation === this.#next;
    if (!other && conversation !== this.#current) return false;
    // Hello may be said again, as often as somebody likes.
    this.#greeted = [...this.#greeted.filter((one) => one !== conversation), conversation];
    if (other) this.#next = undefined;
    this.#use(conversation, now, now + SILENT);
    return other;
  }

  /**
   * Whether the viewer is on `conversation` and not on the current one, now that it said something else there.
   * @param said when, by its own clock (`Header.time`), if the message tells
   */
  moved(conversation: LinkProtocol, said: number | undefined, now: number): boolean {
    const current = this.#current;
    const index = this.#greeted.indexOf(conversation);
    if (conversation === current || index < 0) return false;
    if (!current) return true;
    // What it said before it left may come after what it said since.
    if (said !== undefined && !current.path.before(said)) return false;
    // It speaks on a newer one when it has our Welcome there, and not before.
    if (index > this.#greeted.indexOf(current)) return true;
    const silent = Math.min(SILENT_MOST, Math.max(SILENT, 2 * (conversation.path.rtt.srtt ?? 0)));
    return now - Math.max(this.#answersFrom, current.path.heardAt) >= silent;
  }

  /** The viewer {@link moved}: `conversation` is the current one. One that took the place of a link that ended still waits for its Hello. */
  follow(conversation: LinkProtocol, now: number): void {
    const was = this.#current;
    if (was && !this.#greeted.includes(was)) this.#next ??= was;
    this.#use(conversation, -Infinity, now);
  }

  /** @param from what is heard on it after that is an answer, ms */
  #use(conversation: LinkProtocol, from: number, askAt: number): void {
    this.#current = conversation;
    this.#answersFrom = from;
    this.#askAt = askAt;
    this.#asked = 0;
  }
}
