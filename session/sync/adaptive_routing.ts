/**
 * Which channel large output takes: `term`, or `ctrl` if `term` loses much and `ctrl` does not. `PROTOCOL.md`, "Adaptive routing", has the
 * rule and the measurements. The host decides, and tells the viewer.
 */
import type { Routing } from "../../frames/link_frames.ts";
import type { SnapshotPart } from "../../frames/screen_frames.ts";
import type { PathMonitor } from "../links/path_monitor.ts";
import { LOSSY_PARTS, SMALL_PART } from "./snapshot_parts.ts";

/** Large output returns to `term` below this part of the threshold, so that a loss near the threshold does not switch back and forth. */
const RETURN = 0.5;
/**
 * SCTP repeats lost packets only after its own timers, and data queued there delays `term` too: on such a path `ctrl` must not get large
 * output. So `ctrl` is probed first: so many probes, at this interval (ms), must be answered on it without a repetition. At 10 % loss each
 * way one series in 150 passes.
 */
const PROBES = 24;
const PROBE_EVERY = 100;
/**
 * An answer within this time is in time on the fastest path too: SCTP's shortest timer is twice as long, the pauses of a busy machine are
 * shorter; ms.
 */
const LATE = 100;
/** The pause after a failed series, or a stalled `ctrl`; it doubles after each failure; ms. */
const NEXT_TRY = 10_000;
const NEXT_TRY_MOST = 300_000;
/** After so long without a failure on `ctrl` the pause starts at its first value again; ms. */
const PROVEN = 30_000;

/** What the logs say of each change; the first as people know it. */
export const ROUTING_WORDS: Readonly<Record<Routing, string>> = {
  "fell back": "High loss detected, falling back to control channel",
  "lost less": "Loss is low again, returning to output channel",
  stalled: "Control channel stalls, returning to output channel",
};

/** Whether a snapshot that goes in one part has more than a packet and could go in lossy parts. */
export function isLarge({ parts, data }: SnapshotPart): boolean {
  return parts === 1 && data.length > SMALL_PART && data.length <= SMALL_PART * LOSSY_PARTS;
}

/** A series of probes on `ctrl`. */
interface Series {
  answered: number;
  /** When the pending probe was sent, in ms; undefined: none is pending. */
  sentAt: number | undefined;
  nextAt: number;
}

/** Decides, by measured loss, whether large output takes the reliable channel. */
export class AdaptiveRouting {
  #on = false;
  #since = 0;
  #series: Series | undefined;
  #tryAt = -Infinity;
  #failures = 0;

  /**
   * @param threshold the fraction of `term` messages lost from which `ctrl` is tried; Infinity: never
   * @param changed is told each change
   */
  constructor(
    private readonly threshold: number,
    private readonly path: PathMonitor,
    private readonly changed: (how: Routing, now: number) => void,
  ) {}

  /** Whether large output takes `ctrl`. */
  get on(): boolean {
    return this.#on;
  }

  /** Whether an answer on `ctrl` is awaited. */
  get asking(): boolean {
    return this.#series?.sentAt !== undefined;
  }

  /** Host: checks the measurements of the path when large output is sent. */
  check(now: number): void {
    const loss = this.path.lossOutLong;
    if (loss === undefined) return;
    const { threshold } = this;
    if (loss < threshold * RETURN) {
      this.#series = undefined;
      if (this.#on) this.#set(false, "lost less", now);
    } else if (!this.#on && !this.#series && loss >= threshold && now >= this.#tryAt) {
      this.#series = { answered: 0, sentAt: undefined, nextAt: now };
    }
  }

  /** Host: whether a probe has to go on `ctrl` now. */
  probe(now: number): boolean {
    const series = this.#series;
    if (!series || now < this.due) return false;
    if (series.sentAt !== undefined) {
      this.#failed(now);
      return false;
    }
    series.sentAt = now;
    series.nextAt = now + PROBE_EVERY;
    return true;
  }

  /** When {@link probe} is next to be asked; Infinity if there is nothing to ask. */
  get due(): number {
    if (!this.#series) return Infinity;
    const { sentAt, nextAt } = this.#series;
    return sentAt === undefined ? nextAt : sentAt + Math.max(LATE, this.path.rtt.rto);
  }

  /** Host: an answer came on `ctrl`. */
  answered(now: number): void {
    const series = this.#series;
    if (!series || series.sentAt === undefined) return;
    if (now > this.due) return this.#failed(now);
    series.sentAt = undefined;
    if (++series.answered < PROBES) return;
    this.#series = undefined;
    this.#set(true, "fell back", now);
  }

  /** Host: data on `ctrl` is overdue although the far end was heard since. */
  stalled(now: number): void {
    if (!this.#on) return;
    if (now - this.#since >= PROVEN) this.#failures = 0;
    this.#failed(now);
    this.#set(false, "stalled", now);
  }

  /** Viewer: the host has decided. */
  told(how: Routing, now: number): void {
    const on = how === "fell back";
    if (this.#on !== on) this.#set(on, how, now);
  }

  #failed(now: number): void {
    this.#series = undefined;
    this.#tryAt = now + Math.min(NEXT_TRY_MOST, NEXT_TRY * 2 ** this.#failures++);
  }

  #set(on: boolean, how: Routing, now: number): void {
    this.#on = on;
    this.#since = now;
    this.changed(how, now);
  }
}
