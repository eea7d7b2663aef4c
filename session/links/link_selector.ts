/**
 * Which of the links between a host and one viewer an end talks on, and which it closes: the one place where that is decided (`PROTOCOL.md`,
 * "Which link"). Pure: it is told what came where and when, and answers; `transport/` opens links. When another is wanted: `link_requests.ts`.
 */
import type { Link } from "../../transport/link.ts";
import { isLater, type PathMonitor, timeOf } from "./path_monitor.ts";
import type { SelectionPolicy } from "./selection_policy.ts";

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
 * The first message on a link that works comes a round trip after Welcome: one that was silent for two has not brought it. But no longer than this, ms:
 * what waited in a queue makes the round trip look long. With 300 a key typed during a change at 600 ms of round trip waits 270 ms more.
 */
const SILENT_MOST = 1000;
/** Between two probes that ask where the viewer is, ms: three packets behind a lost Welcome make SCTP send it again, else that takes its timer a second or more. */
const PROBE_EVERY = 100;
/** Asked this often it is not there, or nothing gets there; and it must not take for life what answers nothing. */
const PROBES = 30;

/** Decides which link is current, and which links are retired. */
export class LinkSelector<L extends Candidate> {
  /** All that are open, as they opened. */
  #open: readonly L[] = [];
  /** Those on which Hello was answered with Welcome, as they were greeted. */
  #greeted: readonly L[] = [];
  #current: L | undefined;
  /** Since when the current one is the current one, ms. */
  #since = 0;
  /** What was heard on the current one after this is an answer; ms. */
  #answersFrom = 0;
  /** When the link that was the current one ended, by the clock of `Header.time`: an older one is not known to work until it has answered since. 0: none did. */
  #doubtedAt = 0;
  #probeAt = 0;
  #probes = 0;
  /** When anything was heard on those that ended, ms, and the newest time there by the other end's clock. */
  #heardAt = -Infinity;
  #peerTime = 0;

  constructor(private readonly policy: SelectionPolicy) {}

  /** The link to talk on; undefined if there is none. */
  get current(): L | undefined {
    return this.#current;
  }

  /** Whether the current one was greeted: before, nothing but Hello is said there. */
  get answered(): boolean {
    return this.#current !== undefined && this.#greeted.includes(this.#current);
  }

  /** A link opened. Until it is greeted the one before goes on; without one that was greeted it is the current one. */
  opened(link: L, now: number): void {
    this.#open = [...this.#open, link];
    if (this.policy.follows ? !this.#current : !this.answered) this.#use(link, now);
  }

  /** A link ended. True if it was the current one. */
  closed(link: Link, now: number): boolean {
    const ended = this.#open.find((one) => one.link === link);
    if (!ended) return false;
    this.#forget(ended);
    if (this.#current !== ended) return false;
    this.#current = undefined;
    this.#probes = 0;
    const next = this.policy.follows ? this.#newer.at(-1) : this.#greeted.at(-1) ?? this.#open.at(-1);
    if (next) this.#use(next, now);
    this.#doubtedAt = timeOf(now);
    // The viewer may have gone on on a link before: then it answers there.
    if (this.policy.follows) this.#probe(now);
    return true;
  }

  /** Hello (at a host) or Welcome (at a viewer) came on `link`. True if that makes it the current one, or one that may be talked on. */
  greeted(link: L, now: number): boolean {
    const first = !this.#greeted.includes(link);
    const other = link !== this.#current;
    // A viewer whose newest link ended says Hello once more on the one before.
    const again = this.policy.follows && !first;
    if (other && !again && !this.isNewer(link)) return false;
    this.#greeted = [...this.#greeted.filter((one) => one !== link), link];
    this.#use(link, now);
    if (first) this.#since = now;
    this.#answersFrom = now;
    this.#probeAt = now + PROBE_EVERY;
    this.#doubtedAt = 0;
    return first || other;
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
    // To change in vain costs little where nothing was measured.
    const silent = Math.min(SILENT_MOST, 2 * (link.path.rtt.srtt ?? 0));
    return now - Math.max(this.#answersFrom, current.path.heardAt) >= silent;
  }

  /** The viewer {@link moved}: `link` is the current one. */
  follow(link: L, now: number): void {
    this.#use(link, now);
    this.#answersFrom = -Infinity;
    this.#probeAt = now;
  }

  /** Asks where the viewer is, on every link on which it may be, and closes links, whenever that is due. */
  poll(now: number): void {
    if (this.#probesAt <= now) this.#probe(now);
    if (this.#retiresAt > now) return;
    for (const one of this.#replaced) {
      this.#forget(one);
      void one.link.close("replaced by a newer link");
    }
  }

  /** When {@link poll} is next due; the clock's ms. */
  get due(): number {
    return Math.min(this.#probesAt, this.#retiresAt);
  }

  /** Asks now where the viewer is. The next time is counted from here. */
  #probe(now: number): void {
    this.#probeAt = now + PROBE_EVERY;
    this.#probes++;
    for (const link of this.#greeted) link.probe(now);
  }

  /** The viewer may have nothing to say: it is asked while it is not on the newest link, or nothing has come there. */
  get #probesAt(): number {
    const current = this.#current;
    const found = current !== undefined && current === this.#greeted.at(-1) && this.#proved;
    const elsewhere = this.#greeted.some((one) => one !== current);
    return this.policy.follows && !found && elsewhere && this.#probes < PROBES ? this.#probeAt : Infinity;
  }

  get #retiresAt(): number {
    return this.#replaced.length > 0 ? this.#since + this.policy.grace : Infinity;
  }

  /** When anything was last heard on a link that was greeted; the clock's ms, -Infinity if never. */
  get heardAt(): number {
    return this.answered ? Math.max(this.#heardAt, this.#current!.path.heardAt) : this.#heardAt;
  }

  /** Whether the link that was the current one ended, and none is known to work since: it may be that an older one does. */
  get doubtful(): boolean {
    return this.#doubtedAt !== 0 && !this.heardSince(this.#doubtedAt);
  }

  /** The newest time of the other end that was heard on any link: what was heard of it before a request for another link. */
  get peerTime(): number {
    return this.#open.reduce((time, { path }) => newest(time, path.peerTime), this.#peerTime);
  }

  /**
   * Whether the other end has heard something that this one said after `time`, by this one's clock (`Header.time`): who had heard nothing newer and
   * asked for another link has one that works since.
   */
  heardSince(time: number): boolean {
    return this.#open.some(({ path }) => time !== 0 && path.echoed !== 0 && isLater(path.echoed, time));
  }

  /** Those that were not greeted and opened after the current one, if that was. */
  get #newer(): readonly L[] {
    const from = this.answered ? this.#open.indexOf(this.#current!) + 1 : 0;
    return this.#open.slice(from).filter((one) => !this.#greeted.includes(one));
  }

  /** Whether the other end has said something on the current one since it was greeted there, and so has our answer. */
  get #proved(): boolean {
    return this.answered && this.#current!.path.heardAt > this.#answersFrom;
  }

  /** Those to close once their grace is over: they opened before the current one, on which the other end was heard last. */
  get #replaced(): readonly L[] {
    const current = this.#current;
    if (!current || !this.#proved) return [];
    const older = this.#open.slice(0, this.#open.indexOf(current));
    return older.filter(({ path }) => path.heardAt <= current.path.heardAt);
  }

  #use(link: L, now: number): void {
    if (this.#current !== link) this.#since = now;
    this.#current = link;
    this.#probes = 0;
  }

  #forget(link: L): void {
    this.#open = this.#open.filter((one) => one !== link);
    if (this.#greeted.includes(link)) this.#heardAt = Math.max(this.#heardAt, link.path.heardAt);
    this.#peerTime = newest(this.#peerTime, link.path.peerTime);
    this.#greeted = this.#greeted.filter((one) => one !== link);
  }
}

/** The later of two times of one end's headers; 0 is none. */
function newest(a: number, b: number): number {
  return a === 0 || (b !== 0 && isLater(b, a)) ? b : a;
}
