/**
 * The pace of snapshots to a viewer that gets the screen as it stands instead of every byte in between: several may be on
 * their way, each makes those before it needless, and only the newest is sent again. Pure: it says when, never sends.
 */
import type { PathMonitor } from "../links/path_monitor.ts";
import { silence } from "../links/rtt.ts";
import { Retransmitter } from "./retransmitter.ts";
import type { SendWindow } from "./send_window.ts";

/** The least time between two snapshots of a program that prints without a pause, ms: a Ctrl-C waits for one. */
const INTERVAL = 20;
/** The same while somebody waits for what he typed to show, and for how long after it: a round trip within the host, or a Ctrl-C's; ms. */
const EAGER = 8;
const EAGER_FOR = 250;
/**
 * And once nothing was printed for this long (ms) no longer than that behind the last: the prompt behind a Ctrl-C mostly follows a screen of the flood by
 * less. So many times for each that he types: a program that prints each 3 ms would fill the queue of a path that loses.
 */
const EAGER_PAUSE = 2;
const HURRIES = 2;
/** A program that printed nothing for so long has finished its screen, or waits: that is the screen to show, so long after the last; ms. */
const PAUSE = 4;
const PAUSED = 12;
/** The most, where the path takes long for each; ms. */
const INTERVAL_MAX = 250;
/** A snapshot that took this much longer than the quickest stood in a queue: send fewer; ms. */
const QUEUED = 50;
/** After a cut SCTP lets a packet out between its timeouts, so until one has come through few snapshots go: this far apart, ms, and this much; bytes. */
const UNPROVEN_INTERVAL = 80;
const UNPROVEN_WINDOW = 800;
/** Unacked ones at most, however small they are: 50 a second over a round trip of five. */
const MAX_UNACKED = 256;

/** How a snapshot went: on `term`; on `ctrl`, since it is too large for `term`, or though it is not (`adaptive_routing.ts`). */
export type Way = "lossy" | "reliable" | "fallback";

interface Sent {
  readonly version: number;
  readonly bytes: number;
  readonly at: number;
  readonly way: Way;
}

/** Paces snapshots for a viewer that cannot keep up with the output. */
export class SnapshotPacer {
  #sent: Sent[] = [];
  #at = -Infinity;
  #version = -1;
  #interval = INTERVAL;
  #slowedAt = -Infinity;
  #eagerUntil = -Infinity;
  /** How often one may still go sooner than {@link EAGER} behind the last. */
  #hurries = 0;
  #limited = false;
  readonly #retransmitter: Retransmitter;
  /** The viewer has nothing that a snapshot could be left out for. */
  #needed = true;

  constructor(private readonly window: SendWindow, private readonly path: PathMonitor) {
    this.#retransmitter = new Retransmitter(path);
  }

  /** Whether a probe has to go now: the path may be cut, and until anything is heard no snapshot goes. */
  probe(now: number): boolean {
    const newest = this.#sent[this.#sent.length - 1];
    return this.#retransmitter.probe(newest?.way === "lossy" ? this.#sent[0]!.at : undefined, now);
  }

  /** Anything was heard: a path that was cut is back, and a new snapshot goes at once. */
  heard(): void {
    if (!this.#retransmitter.heard()) return;
    this.#sent = [];
    this.#at = -Infinity;
    this.need();
  }

  /** The viewer typed something, whose effect it waits for. */
  typed(now: number): void {
    this.#eagerUntil = now + EAGER_FOR;
    this.#hurries = HURRIES;
  }

  /** A snapshot must go, whatever was sent before. */
  need(): void {
    this.#needed = true;
    this.#retransmitter.progress();
  }

  /** The newest version sent, -1 if none. */
  get version(): number {
    return this.#version;
  }

  /** Whether the newest one still has to be confirmed. */
  get unconfirmed(): boolean {
    return this.#sent.length > 0;
  }

  /** A snapshot of `bytes` bytes was sent. */
  sent(version: number, bytes: number, way: Way, now: number): void {
    // The screen has not changed since: this was another try.
    if (version === this.#version && !this.#needed) this.#retransmitter.timedOut();
    else this.#retransmitter.progress();
    this.#needed = false;
    this.#version = version;
    if (now - this.#at < EAGER) this.#hurries--;
    this.#at = now;
    this.#sent = this.#sent.filter((s) => s.version !== version);
    this.#sent.push({ version, bytes, at: now, way });
  }

  /** The viewer shows `have`. Returns whether that is one of these snapshots, or later. */
  ack(have: number, now: number): boolean {
    this.heard();
    const done = this.#sent.filter((s) => s.version <= have);
    if (done.length === 0) return false;
    this.#sent = this.#sent.filter((s) => s.version > have);
    const took = now - done[done.length - 1]!.at;
    this.#retransmitter.progress();
    this.#retransmitter.took(took);
    const { floor } = this.#retransmitter;
    const slower = took > this.#long;
    // What is on its way together was late together: one step for all of it.
    if (!slower) this.#interval = Math.max(INTERVAL, this.#interval * 0.9);
    else if (now - this.#slowedAt > floor) {
      this.#interval = Math.min(INTERVAL_MAX, this.#interval * 1.25);
      this.#slowedAt = now;
    }
    const bytes = done.reduce((sum, s) => sum + s.bytes, 0);
    // Snapshots come at a pace of their own: their acks tell nothing that the window may double on.
    this.window.acked({ bytes, took, floor, clean: false, limited: this.#limited }, now);
    this.#limited = false;
    return true;
  }

  /** When one that went on `ctrl` in place of `term` should have been acked, at the latest; Infinity if none is on its way. */
  get overdueAt(): number {
    const first = this.#sent.find(({ way }) => way === "fallback");
    return first === undefined ? Infinity : first.at + silence(this.path.rtt.rto);
  }

  /** Those that went on `ctrl` in place of `term` are given up, and another must go. */
  abandon(): void {
    this.#sent = this.#sent.filter(({ way }) => way !== "fallback");
    this.#at = -Infinity;
    this.need();
  }

  /** When the next snapshot is due, with the output at `end`, printed last at `printedAt`; Infinity if only an ack or output can bring it. */
  due(end: number, printedAt = Infinity): number {
    if (this.#retransmitter.silent) return Infinity;
    const newest = this.#sent[this.#sent.length - 1];
    const again = newest?.way === "lossy" ? this.#retransmitter.timeoutAt(newest.at) : Infinity;
    if (!this.#needed && end === this.#version) return again;
    // None came through for long: another one would stand behind them in the queue, and be old when it comes.
    if (this.path.losing && this.#sent.length > 0 && this.#at - this.#sent[0]!.at > this.#long) return again;
    if (this.#sent.length >= MAX_UNACKED) return again;
    const inFlight = this.#sent.reduce((sum, s) => sum + s.bytes, 0);
    const { unproven } = this.path;
    if (inFlight > 0 && inFlight + newest!.bytes > (unproven ? UNPROVEN_WINDOW : this.window.size)) {
      this.#limited = !unproven;
      return again;
    }
    if (unproven) return this.#at + UNPROVEN_INTERVAL;
    if (this.#interval > INTERVAL) return this.#at + this.#interval;
    if (this.#at >= this.#eagerUntil) {
      return Math.min(this.#at + INTERVAL, Math.max(this.#at + PAUSED, printedAt + PAUSE));
    }
    if (this.#hurries <= 0) return this.#at + EAGER;
    return Math.min(this.#at + EAGER, Math.max(this.#at, printedAt) + EAGER_PAUSE);
  }

  /** When {@link probe} is next due, or may find that the path has gone silent. */
  get probeDue(): number {
    const newest = this.#sent[this.#sent.length - 1];
    if (this.#retransmitter.silent || newest?.way !== "lossy") return this.#retransmitter.probeDue;
    return this.#retransmitter.silentAt(this.#sent[0]!.at);
  }

  /** What only a queue takes, ms. */
  get #long(): number {
    return 1.5 * Math.min(this.#retransmitter.floor, this.path.rtt.rto) + QUEUED;
  }
}
