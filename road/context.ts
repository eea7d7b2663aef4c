import type { AddressLimits } from "./address_limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Settings } from "./options.ts";
import type { Kept } from "./outbox.ts";
import type { Turns } from "./turns.ts";

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
