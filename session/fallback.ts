/**
 * Which channel large output takes: `term`, or `ctrl` where `term` loses much and `ctrl` does not. `PROTOCOL.md`, "Adaptive routing", has the rule
 * and what was measured. The host decides; a viewer sees from what comes how the host has decided.
 */
import type { SnapshotPart } from "../frames/message.ts";
import type { Channel } from "../transport/link.ts";
import type { PathMonitor } from "./path.ts";
import { isLarge } from "./snapshot_parts.ts";

/** The fraction of `term` messages lost from which `ctrl` is tried, unless it is told. */
export const FALLBACK_LOSS = 0.1;
/** Back on `term` below this part of the threshold, so that a loss near it does not go back and forth. */
const RETURN = 0.5;
/**
 * SCTP repeats what a path loses only after its own timers: on such a path `ctrl` stalls, and `term` is taken again. The next try comes after this, twice
 * as long after each failure; ms.
 */
const NEXT_TRY = 10_000;
const NEXT_TRY_MOST = 300_000;
/** `ctrl` that did well for so long starts with a clean record; ms. */
const PROVEN = 30_000;

export type Routing = "fell back" | "lost less" | "stalled";

/** What the logs say of each change; the first as people know it. */
export const ROUTING_WORDS: Readonly<Record<Routing, string>> = {
  "fell back": "High loss detected, falling back to control channel",
  "lost less": "Loss is low again, returning to output channel",
  stalled: "Control channel stalls, returning to output channel",
};

export class Fallback {
  #on = false;
  #since = 0;
  #tryAt = -Infinity;
  #failures = 0;

  /**
   * @param threshold the fraction of `term` messages lost from which `ctrl` is tried; Infinity: never
   * @param changed is told each change
   */
  constructor(private readonly threshold: number, private readonly changed: (how: Routing) => void) {}

  /** Whether large output takes `ctrl`. */
  get on(): boolean {
    return this.#on;
  }

  /** Host: looks at what is known of the path. */
  check(path: PathMonitor, now: number): void {
    const loss = path.lossOutLong;
    if (loss === undefined) return;
    if (this.#on && loss < this.threshold * RETURN) this.#set(false, "lost less", now);
    else if (!this.#on && loss >= this.threshold && now >= this.#tryAt) this.#set(true, "fell back", now);
  }

  /** Host: what went on `ctrl` is not there although the far end was heard since it should be. */
  stalled(now: number): void {
    if (!this.#on) return;
    if (now - this.#since >= PROVEN) this.#failures = 0;
    this.#tryAt = now + Math.min(NEXT_TRY_MOST, NEXT_TRY * 2 ** this.#failures++);
    this.#set(false, "stalled", now);
  }

  /** Viewer: a part of a snapshot came on `channel`. Large ones that would fit `term` come on `ctrl` where the host has fallen back only. */
  seen(part: SnapshotPart, channel: Channel, now: number): void {
    if (!isLarge(part, channel)) return;
    if (this.#on !== (channel === "ctrl")) this.#set(!this.#on, this.#on ? "lost less" : "fell back", now);
  }

  #set(on: boolean, how: Routing, now: number): void {
    this.#on = on;
    this.#since = now;
    this.changed(how);
  }
}
