/**
 * At the host: opens the second connection of a link when it is wanted, and closes it when nobody has wanted it for a while
 * (`README.md`, "Channels"). It closes none that it might not be able to open again.
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
  /** The numbers of this negotiation are used up: begins the next one. */
  readonly renumber: () => void;
}

export class BulkKeeper {
  readonly #options: BulkKeeperOptions;
  readonly #timers = new Timers();
  #link: WebRtcLink | null = null;
  /** Attempts in a row that came to nothing; past the last of `timings.retries` there are no more for this link. */
  #failures = 0;

  constructor(options: BulkKeeperOptions) {
    this.#options = options;
  }

  /** `link` is the one in use from now on; null: none that could have a second connection. */
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

  /** An attempt for it came to nothing. */
  failed(): void {
    if (!this.#link || this.#link.separateBulk || this.#options.attempts.dials("bulk")) return;
    const wait = this.#options.timings.retries[this.#failures++];
    for (const name of ["bulk", "offered", "second"]) this.#timers.clear(name);
    // If nobody has wanted it of late: who does so later asks for it.
    if (wait !== undefined && this.#link.bulkUnwanted < this.#options.timings.bulkIdle) this.#later(wait);
  }

  /** It is open. */
  opened(): void {
    this.#failures = 0;
    for (const name of ["bulk", "second"]) this.#timers.clear(name);
    this.#options.attempts.cancel("bulk");
    this.#watch();
  }

  close(): void {
    this.serve(null);
  }

  /** Offers it in `ms`, so that what wants it goes first. */
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
    // It is on its way, or the next link to serve may be.
    if (attempts.dials("bulk") || attempts.dials("main")) return;
    // One that breaks at once is not built again and again.
    this.#timers.set("offered", timings.retries[0]!, () => {});
    // Where much is lost a handshake stands still now and then; the better of two is there in time for the next cut.
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
    // Off the road it could not be opened again.
    if (!road.online) return this.#timers.set("idle", timings.bulkIdle, () => this.#watch());
    log("info", `WebRTC: the bulk connection of ${link.id} is closed, nothing uses it`);
    link.closeSecond();
  }
}
