import type { AddressLimits } from "./address_limits.ts";
import type { Log } from "./monitor/log.ts";
import type { Metrics } from "./monitor/metrics.ts";
import type { Settings } from "./config/options.ts";
import type { Kept } from "./negotiation/pending_signals.ts";
import type { Turns } from "./fair_queue.ts";

/** What every part of one road shares. */
export interface Context {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly turns: Turns;
  /** Signals that wait for peers of which the socket is lost. */
  readonly kept: Kept;
  /** What each address may still ask over HTTP. */
  readonly http: AddressLimits;
  /** What each address may still guess. */
  readonly guesses: AddressLimits;
}
