/**
 * Which of a viewer's links its host talks on: the newest on which it said Hello, or an older one on which it goes on speaking. Where it speaks
 * it also listens. After a cut its Hello on a newer link may come through TCP while the answer stands there for seconds, and the
 * link before is back at once.
 */
import type { Link } from "../transport/link.ts";
import type { Conversation } from "./conversation.ts";

/** The first word on a link that works comes a round trip after Welcome: one that was silent for so long, or two round trips, has not brought it; ms. */
const SILENT = 300;
/** But no longer: what stood somewhere makes the round trip look long, and to change in vain costs little; ms. */
const SILENT_MOST = 1000;
/** Asked this often where the viewer is, it is not there, or nothing gets there; and it must not take for life what answers nothing. */
const ASKS = 10;

export class HostLinks {
  #current: Conversation | undefined;
  /** A newer link, on which the viewer has not said Hello yet. */
  #next: Conversation | undefined;
  /** Those on which it has and was answered, oldest first. */
  #greeted: readonly Conversation[] = [];
  #changedAt = 0;
  #askAt = 0;
  #asked = 0;

  get current(): Conversation | undefined {
    return this.#current;
  }

  /** Those before the current one that have not ended. */
  get #older(): readonly Conversation[] {
    const index = this.#greeted.findIndex((one) => one === this.#current);
    return index < 0 ? this.#greeted : this.#greeted.slice(0, index);
  }

  /** When to ask on older links whether the viewer is there: it has nothing to say, perhaps, and on the current one nothing has come. */
  get askAt(): number {
    const heard = this.#current && this.#current.path.heardAt > this.#changedAt;
    return !heard && this.#asked < ASKS && this.#older.length > 0 ? this.#askAt : Infinity;
  }

  /** Asks that. */
  ask(now: number): void {
    this.#askAt = now + SILENT;
    this.#asked++;
    for (const conversation of this.#older) conversation.probe(now);
  }

  /** There is another link. Until Hello comes on it the one before goes on. */
  add(conversation: Conversation): void {
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
  greeted(conversation: Conversation, now: number): boolean {
    const other = conversation === this.#next;
    if (!other && conversation !== this.#current) return false;
    this.#greeted = [...this.#greeted, conversation];
    if (other) this.#next = undefined;
    this.#use(conversation, now);
    return other;
  }

  /**
   * Whether the viewer is on `conversation` and not on the current one, now that it said something else there.
   * @param said when, by its own clock (`Header.time`), if the message tells
   */
  moved(conversation: Conversation, said: number | undefined, now: number): boolean {
    const current = this.#current;
    const index = this.#greeted.indexOf(conversation);
    if (conversation === current || index < 0) return false;
    if (!current) return true;
    // What it said before it left may come after what it said since.
    if (said !== undefined && !current.path.before(said)) return false;
    // It speaks on a newer one when it has our Welcome there, and not before.
    if (index > this.#greeted.indexOf(current)) return true;
    const silent = Math.min(SILENT_MOST, Math.max(SILENT, 2 * (conversation.path.rtt.srtt ?? 0)));
    return now - Math.max(this.#changedAt, current.path.heardAt) >= silent;
  }

  /** The viewer {@link moved}: `conversation` is the current one. One that took the place of a link that ended still waits for its Hello. */
  follow(conversation: Conversation, now: number): void {
    const was = this.#current;
    if (was && !this.#greeted.includes(was)) this.#next ??= was;
    this.#use(conversation, now);
  }

  #use(conversation: Conversation, now: number): void {
    this.#current = conversation;
    this.#changedAt = now;
    this.#askAt = now + SILENT;
    this.#asked = 0;
  }
}
