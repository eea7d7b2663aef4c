/**
 * The pace of snapshots for a viewer that gets the present screen instead of every byte in between: several may be in flight, each makes
 * earlier ones needless, and only the newest is sent again. Pure: it decides when, and never sends.
 */
import type { PathMonitor } from "../links/path_monitor.ts";
import { silence } from "../links/rtt.ts";
import { Retransmitter } from "./retransmitter.ts";
import type { SendWindow } from "./send_window.ts";

/** The shortest time between two snapshots of a program that prints without a pause, in ms: a Ctrl-C waits for one. */
const INTERVAL = 20;
/**
 * The same while a person waits for the effect of typing, and for how long after it: a round trip within the host, or that of a Ctrl-C; ms.
 */
const EAGER = 8;
const EAGER_FOR = 250;
/**
 * And if nothing was printed for so long (ms), at most so long after the last snapshot: the prompt after a Ctrl-C mostly follows the
 * flood's last screen sooner. A limited number of times per typed key: a program that prints every 3 ms would fill the queue of a path with
 * loss.
 */
const EAGER_PAUSE = 2;
const HURRIES = 2;
/**
 * A program that has printed nothing for so long has finished its screen, or waits: then that screen is sent, so long after the last one;
 * ms.
 */
const PAUSE = 4;
const PAUSED = 12;
/** The longest interval, on a path that needs long for each snapshot; ms. */
const INTERVAL_MAX = 250;
/** A snapshot that took this much longer than the fastest was queued on the way: fewer are sent then; ms. */
const QUEUED = 50;
/**
 * After an outage SCTP sends a packet only between its timeouts, so until one has arrived few snapshots are sent: at this interval, in ms,
 * and this much; bytes.
 */
const UNPROVEN_INTERVAL = 80;
const UNPROVEN_WINDOW = 800;
/** The most unacked snapshots, however small: 50 a second over a round trip of five seconds. */
const MAX_UNACKED = 256;

/** How a snapshot was sent: on `term`; on `ctrl`, because it is too large for `term`, or although it is not (`adaptive_routing.ts`). */
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
  /** How often a snapshot may still be sent sooner than {@link EAGER} after the last. */
  #hurries = 0;
  #limited = false;
  readonly #retransmitter: Retransmitter;
  /** The viewer has nothing yet, so no snapshot may be left out. */
  #needed = true;

  constructor(private readonly window: SendWindow, private readonly path: PathMonitor) {
    this.#retransmitter = new Retransmitter(path);
  }

  /** Whether a probe must be sent now: the path may be interrupted, and until anything is heard no snapshot is sent. */
  probe(now: number): boolean {
    const newest = this.#sent[this.#sent.length - 1];
    return this.#retransmitter.probe(newest?.way === "lossy" ? this.#sent[0]!.at : undefined, now);
  }

  /** Anything was heard: an interrupted path works again, and a new snapshot is sent at once. */
  heard(): void {
    if (!this.#retransmitter.heard()) return;
    this.#sent = [];
    this.#at = -Infinity;
    this.need();
  }

  /** The viewer typed something, and waits for its effect. */
  typed(now: number): void {
    this.#eagerUntil = now + EAGER_FOR;
    this.#hurries = HURRIES;
  }

  /** A snapshot must be sent, whatever was sent before. */
  need(): void {
    this.#needed = true;
    this.#retransmitter.progress();
  }

  /** The newest version sent, -1 if none. */
  get version(): number {
    return this.#version;
  }

  /** Whether the newest one is not confirmed yet. */
  get unconfirmed(): boolean {
    return this.#sent.length > 0;
  }

  /** A snapshot of `bytes` bytes was sent. */
  sent(version: number, bytes: number, way: Way, now: number): void {
    // The screen has not changed since: this was a retransmission.
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
    // Snapshots in flight together were late together: one step for all of them.
    if (!slower) this.#interval = Math.max(INTERVAL, this.#interval * 0.9);
    else if (now - this.#slowedAt > floor) {
      this.#interval = Math.min(INTERVAL_MAX, this.#interval * 1.25);
      this.#slowedAt = now;
    }
    const bytes = done.reduce((sum, s) => sum + s.bytes, 0);
    // Snapshots are sent at their own pace: their acks are no reason to double the window.
    this.window.acked({ bytes, took, floor, clean: false, limited: this.#limited }, now);
    this.#limited = false;
    return true;
  }

  /** When the last ack is due of snapshots that were sent on `ctrl` in place of `term`; Infinity if there are none. */
  get overdueAt(): number {
    const first = this.#sent.find(({ way }) => way === "fallback");
    return first === undefined ? Infinity : first.at + silence(this.path.rtt.rto);
  }

  /** Gives up snapshots that were sent on `ctrl` in place of `term`: another must be sent. */
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
    // None has arrived for long: another one would be queued behind them, and be outdated when it arrives.
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

  /** A time that only a queue explains, in ms. */
  get #long(): number {
    return 1.5 * Math.min(this.#retransmitter.floor, this.path.rtt.rto) + QUEUED;
  }
}
