/**
 * At the host: opens the second connection of a link when it is needed, and closes it when it has been idle for a while (`README.md`,
 * "Channels"). It never closes one that it might be unable to open again.
 */
import type { WebRtcAttempts } from "./webrtc_attempts.ts";
import type { Link } from "../link.ts";
import type { Log } from "../log.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { RoadPort } from "../signalling/road_port.ts";
import { Timers } from "../timers.ts";
import { WebRtcLink } from "../webrtc/webrtc_link.ts";

export interface BulkKeeperOptions {
  readonly attempts: WebRtcAttempts;
  readonly road: Pick<RoadPort, "online">;
  readonly timings: typeof PEER_TIMINGS;
  readonly log: Log;
  /** The attempt numbers of this negotiation are used up: starts the next negotiation. */
  readonly renumber: () => void;
}

/** Opens and closes the bulk connection of one viewer's current link. */
export class BulkKeeper {
  readonly #options: BulkKeeperOptions;
  readonly #timers = new Timers();
  #link: WebRtcLink | null = null;
  /** Failed attempts in a row; after the last entry of `timings.retries` there are no more for this link. */
  #failures = 0;

  constructor(options: BulkKeeperOptions) {
    this.#options = options;
  }

  /** `link` is in use from now on; null: no link that could have a second connection. */
  serve(link: Link | null): void {
    this.#timers.clearAll();
    if (this.#link) this.#link.onbulkwanted = null;
    this.#link = link instanceof WebRtcLink ? link : null;
    this.#failures = 0;
    if (!this.#link) return;
    this.#link.onbulkwanted = () => this.#later(this.#options.timings.bulk);
    if (this.#link.separateBulk) return this.#watch();
    this.#later(this.#options.timings.bulk);
  }

  /** An attempt to open the bulk connection failed. */
  failed(): void {
    if (!this.#link || this.#link.separateBulk || this.#options.attempts.dials("bulk")) return;
    const wait = this.#options.timings.retries[this.#failures++];
    for (const name of ["bulk", "offered", "second"]) this.#timers.clear(name);
    // Only if it was needed lately; otherwise the next use requests it.
    if (wait !== undefined && this.#link.bulkUnwanted < this.#options.timings.bulkIdle) this.#later(wait);
  }

  /** The bulk connection is open. */
  opened(): void {
    this.#failures = 0;
    for (const name of ["bulk", "second"]) this.#timers.clear(name);
    this.#options.attempts.cancel("bulk");
    this.#watch();
  }

  /** Stops: no link is served any more. */
  close(): void {
    this.serve(null);
  }

  /** Offers the connection in `ms`, so that the data that needs it is sent first. */
  #later(ms: number): void {
    const { timings } = this.#options;
    if (this.#timers.has("bulk") || this.#timers.has("offered") || this.#failures > timings.retries.length) {
      return;
    }
    this.#timers.set("bulk", ms, () => this.#offer());
  }

  #offer(): void {
    const { attempts, road, timings, renumber } = this.#options;
    const link = this.#link;
    if (!link || link.separateBulk || !road.online) return;
    // An attempt is running, or a main attempt that may replace the link.
    if (attempts.dials("bulk") || attempts.dials("main")) return;
    // A connection that breaks at once is not rebuilt again and again.
    this.#timers.set("offered", timings.retries[0]!, () => {});
    // Under heavy loss a handshake may stall; the better of two attempts is open in time for the next outage.
    this.#timers.set(
      "second",
      timings.bulkSecond,
      () => void (attempts.dials("bulk") && attempts.offer("bulk", link)),
    );
    if (attempts.offer("bulk", link)) return;
    renumber();
    attempts.offer("bulk", link);
  }

  #watch(): void {
    const { timings, road, log } = this.#options;
    const link = this.#link;
    if (!link?.separateBulk) return;
    const left = timings.bulkIdle - link.bulkUnwanted;
    if (left > 0) return this.#timers.set("idle", left, () => this.#watch());
    // Without the road it could not be opened again.
    if (!road.online) return this.#timers.set("idle", timings.bulkIdle, () => this.#watch());
    log("info", `WebRTC: the bulk connection of ${link.id} is closed, nothing uses it`);
    link.closeSecond();
  }
}
