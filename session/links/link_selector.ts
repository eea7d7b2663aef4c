/**
 * Which of the links between a host and one viewer an end speaks on: the one place where that is decided (`PROTOCOL.md`, "Which link").
 * Pure: it is told what came where and when, and answers.
 */
import type { Link } from "../../transport/link.ts";
import { DEAD } from "./keepalive.ts";
import type { PathMonitor } from "./path_monitor.ts";

/** What the selector sees of a link. */
export interface Candidate {
  readonly link: Link;
  readonly path: PathMonitor;
  /** How much later the other end is than it should be, ms. */
  late(now: number): number;
  /** Asks the other end whether it is there. */
  probe(now: number): void;
}

/**
 * The viewer leads: it speaks on the newest link on which it was welcomed. The host follows: it speaks where the viewer does, and asks where that is
 * if nothing comes. After an outage the viewer's Hello on a newer link may come through TCP while the answer waits there for seconds, and the link
 * before is back at once.
 */
export type Policy = "leads" | "follows";

/** The first message on a link that works comes a round trip after Welcome: one that was silent for so long, or two round trips, has not brought it; ms. */
const SILENT = 300;
/** But no longer: what waited in a queue makes the round trip look long, and to change in vain costs little; ms. */
const SILENT_MOST = 1000;
/** Between two requests where the viewer is, ms: three packets behind a lost Welcome make SCTP send it again, else that takes its timer a second or more. */
const ASK_EVERY = 100;
/** Asked this often it is not there, or nothing gets there; and it must not take for life what answers nothing. */
const ASKS = 30;
/** Nothing heard for this long with bytes unacked: the link is taken for dead; ms. */
const SILENT_UNACKED = 2000;

export class LinkSelector<L extends Candidate> {
  /** All that are open, as they opened. */
  #open: readonly L[] = [];
  /** Those on which Hello was answered with Welcome, as they were greeted. */
  #greeted: readonly L[] = [];
  #current: L | undefined;
  /** What was heard on the current one after this is an answer; ms. */
  #answersFrom = 0;
  #askAt = 0;
  #asked = 0;

  constructor(private readonly policy: Policy) {}

  /** The link to speak on; undefined if there is none. */
  get current(): L | undefined {
    return this.#current;
  }

  /** Whether the current one was greeted: before, nothing but Hello is said there. */
  get answered(): boolean {
    return this.#current !== undefined && this.#greeted.includes(this.#current);
  }

  /** A link opened. Until it is greeted the one before goes on; without one that was greeted it is the current one. */
  opened(link: L): void {
    this.#open = [...this.#open, link];
    if (this.policy === "leads" ? !this.answered : !this.#current) this.#current = link;
  }

  /** A link ended. True if it was the current one. */
  closed(link: Link): boolean {
    const newer = this.#newer;
    this.#open = this.#open.filter((one) => one.link !== link);
    this.#greeted = this.#greeted.filter((one) => one.link !== link);
    if (this.#current?.link !== link) return false;
    this.#current = newer.findLast((one) => one.link !== link);
    this.#asked = 0;
    return true;
  }

  /** Hello (or Welcome) came on `link`. True if it is the current one now, and was not greeted before. */
  greeted(link: L, now: number): boolean {
    const first = !this.#greeted.includes(link);
    if (link !== this.#current && !this.isNewer(link)) return false;
    // Hello may be said again, as often as somebody likes.
    this.#greeted = [...this.#greeted.filter((one) => one !== link), link];
    this.#use(link, now, now + SILENT);
    return first;
  }

  /** Whether `link` is newer than the current one: what comes there before its Welcome counts already. */
  isNewer(link: L): boolean {
    return this.#newer.includes(link);
  }

  /**
   * Whether the viewer is on `link` and not on the current one, now that it said something else than Hello there.
   * @param said when, by its own clock (`Header.time`), if the message tells
   */
  moved(link: L, said: number | undefined, now: number): boolean {
    const current = this.#current;
    const index = this.#greeted.indexOf(link);
    if (link === current || index < 0) return false;
    if (!current) return true;
    // What it said before it left may come after what it said since.
    if (said !== undefined && !current.path.before(said)) return false;
    // It speaks on a newer one when it has our Welcome there, and not before.
    if (index > this.#greeted.indexOf(current)) return true;
    const silent = Math.min(SILENT_MOST, Math.max(SILENT, 2 * (link.path.rtt.srtt ?? 0)));
    return now - Math.max(this.#answersFrom, current.path.heardAt) >= silent;
  }

  /** The viewer {@link moved}: `link` is the current one. */
  follow(link: L, now: number): void {
    this.#use(link, -Infinity, now);
  }

  /** When to ask where the viewer is: it may have nothing to say. It is not on the newest link, or nothing has come there. */
  get askAt(): number {
    const current = this.#current;
    const found = current !== undefined && current === this.#greeted.at(-1) &&
      current.path.heardAt > this.#answersFrom;
    const elsewhere = this.#greeted.some((one) => one !== current);
    return !found && elsewhere && this.#asked < ASKS ? this.#askAt : Infinity;
  }

  /** Asks that now, on every link on which it may be. The next time is counted from here. */
  ask(now: number): void {
    this.#askAt = now + ASK_EVERY;
    this.#asked++;
    for (const link of this.#greeted) link.probe(now);
  }

  /** How long nothing was heard on the current link, ms; Infinity without one that was greeted. */
  silentFor(now: number): number {
    return this.answered ? now - this.#current!.path.heardAt : Infinity;
  }

  /**
   * Whether the current link must be taken for dead: build another one.
   * @param unackedSince since when there is no news of what was sent, ms; undefined if all of it has arrived
   */
  dead(unackedSince: number | undefined, now: number): boolean {
    const silent = now - (this.#current?.path.heardAt ?? now);
    // A key typed into a long pause is answered after a round trip: the silence before it means nothing.
    const waiting = now - (unackedSince ?? Infinity);
    return (this.#current?.late(now) ?? 0) >= DEAD || Math.min(silent, waiting) >= SILENT_UNACKED;
  }

  /** Those that were not greeted and opened after the current one, if that was. */
  get #newer(): readonly L[] {
    const from = this.answered ? this.#open.indexOf(this.#current!) + 1 : 0;
    return this.#open.slice(from).filter((one) => !this.#greeted.includes(one));
  }

  /** @param from what is heard on it after that is an answer, ms */
  #use(link: L, from: number, askAt: number): void {
    this.#current = link;
    this.#answersFrom = from;
    this.#askAt = askAt;
    this.#asked = 0;
  }
}
