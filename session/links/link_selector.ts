/**
 * Which of the links between a host and one viewer an end sends on, and which it closes: decided only here (`PROTOCOL.md`, "Which link").
 * Pure: it is told what came where and when, and answers; `transport/` opens links. When another link is requested: `link_requests.ts`.
 */
import type { Link } from "../../transport/link.ts";
import { isLater, type PathMonitor, timeOf } from "./path_monitor.ts";
import type { SelectionPolicy } from "./selection_policy.ts";

/** A link as the selector uses it. */
export interface Candidate {
  readonly link: Link;
  readonly path: PathMonitor;
  /** How overdue the other end's next message is, in ms. */
  late(now: number): number;
  /** Probes the other end. */
  probe(now: number): void;
}

/**
 * The first message on a working link comes a round trip after Welcome: a link that was silent for two did not deliver it. This is the
 * upper bound, in ms, because a queue makes the round trip look long. With 300 a key typed during a change at 600 ms of round trip waits
 * 270 ms more.
 */
const SILENT_MOST = 1000;
/**
 * The interval of probes that find out where the viewer is, in ms: three packets after a lost Welcome make SCTP send it again; otherwise
 * its timer takes a second or more.
 */
const PROBE_EVERY = 100;
/** After so many probes the viewer is not there, or nothing arrives there. */
const PROBES = 30;

/** Decides which link is current, and which links are retired. */
export class LinkSelector<L extends Candidate> {
  /** All open links, in the order in which they opened. */
  #open: readonly L[] = [];
  /** Links on which Hello was answered with Welcome, in that order. */
  #greeted: readonly L[] = [];
  #current: L | undefined;
  /** When the current link became current, in ms. */
  #since = 0;
  /** Messages on the current link after this time are answers; ms. */
  #answersFrom = 0;
  /**
   * When the last current link ended, by the clock of `Header.time`: an older link is only known to work once it has answered since. 0:
   * none ended.
   */
  #doubtedAt = 0;
  #probeAt = 0;
  #probes = 0;
  /** When anything was heard on ended links, in ms, and the newest time there by the other end's clock. */
  #heardAt = -Infinity;
  #peerTime = 0;

  constructor(private readonly policy: SelectionPolicy) {}

  /** The link to send on; undefined if there is none. */
  get current(): L | undefined {
    return this.#current;
  }

  /** Whether the current link was greeted: before that only Hello is sent on it. */
  get answered(): boolean {
    return this.#current !== undefined && this.#greeted.includes(this.#current);
  }

  /** A link opened. Until it is greeted the previous one stays current; without a greeted link the new one is current. */
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
    // The viewer may have returned to an older link: then it answers there.
    if (this.policy.follows) this.#probe(now);
    return true;
  }

  /** Hello (at a host) or Welcome (at a viewer) came on `link`. True if that makes it current, or allows sending on it. */
  greeted(link: L, now: number): boolean {
    const first = !this.#greeted.includes(link);
    const other = link !== this.#current;
    // A viewer whose newest link ended sends Hello again on the previous one.
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

  /** Whether `link` is newer than the current one: its messages before its Welcome count already. */
  isNewer(link: L): boolean {
    return this.#newer.includes(link);
  }

  /**
   * Whether the viewer has moved from the current link to `link`, on which it sent another message than Hello.
   * @param said when, by its own clock (`Header.time`), if the message tells
   */
  moved(link: L, said: number | undefined, now: number): boolean {
    const current = this.#current;
    const index = this.#greeted.indexOf(link);
    if (link === current || index < 0) return false;
    if (!current) return true;
    // A message sent before the move may arrive after later ones.
    if (said !== undefined && !current.path.before(said)) return false;
    // It uses a newer link only once it has our Welcome there.
    if (index > this.#greeted.indexOf(current)) return true;
    // A needless change costs little where nothing was measured.
    const silent = Math.min(SILENT_MOST, 2 * (link.path.rtt.srtt ?? 0));
    return now - Math.max(this.#answersFrom, current.path.heardAt) >= silent;
  }

  /** The viewer has {@link moved}: `link` becomes current. */
  follow(link: L, now: number): void {
    this.#use(link, now);
    this.#answersFrom = -Infinity;
    this.#probeAt = now;
  }

  /** Probes for the viewer on every link where it may be, and closes links, when that is due. */
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

  /** Sends probes now, and counts the next interval from here. */
  #probe(now: number): void {
    this.#probeAt = now + PROBE_EVERY;
    this.#probes++;
    for (const link of this.#greeted) link.probe(now);
  }

  /** When to probe: the viewer may have nothing to send, so it is probed while it is not on the newest link, or nothing has come there. */
  get #probesAt(): number {
    const current = this.#current;
    const found = current !== undefined && current === this.#greeted.at(-1) && this.#proved;
    const elsewhere = this.#greeted.some((one) => one !== current);
    return this.policy.follows && !found && elsewhere && this.#probes < PROBES ? this.#probeAt : Infinity;
  }

  get #retiresAt(): number {
    return this.#replaced.length > 0 ? this.#since + this.policy.grace : Infinity;
  }

  /** When anything was last heard on a greeted link; the clock's ms, -Infinity if never. */
  get heardAt(): number {
    return this.answered ? Math.max(this.#heardAt, this.#current!.path.heardAt) : this.#heardAt;
  }

  /** Whether the last current link ended, and no link is known to work since: an older one may. */
  get doubtful(): boolean {
    return this.#doubtedAt !== 0 && !this.heardSince(this.#doubtedAt);
  }

  /** The newest time of the other end that was heard on any link, for a request for another link. */
  get peerTime(): number {
    return this.#open.reduce((time, { path }) => newest(time, path.peerTime), this.#peerTime);
  }

  /**
   * Whether the other end has heard a message that this end sent after `time`, by this end's clock (`Header.time`): an end that had heard
   * nothing newer when it requested another link has a working one since.
   */
  heardSince(time: number): boolean {
    return this.#open.some(({ path }) => time !== 0 && path.echoed !== 0 && isLater(path.echoed, time));
  }

  /** Links that were not greeted and opened after the current one, if that was greeted. */
  get #newer(): readonly L[] {
    const from = this.answered ? this.#open.indexOf(this.#current!) + 1 : 0;
    return this.#open.slice(from).filter((one) => !this.#greeted.includes(one));
  }

  /** Whether the other end has sent anything on the current link since the greeting, so it has our answer. */
  get #proved(): boolean {
    return this.answered && this.#current!.path.heardAt > this.#answersFrom;
  }

  /** Links to close after their grace period: they opened before the current one, on which the other end was last heard. */
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

/** The later of two header times of one end; 0 is none. */
function newest(a: number, b: number): number {
  return a === 0 || (b !== 0 && isLater(b, a)) ? b : a;
}
