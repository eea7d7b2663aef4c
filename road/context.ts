import type { TokenBuckets } from "../transport/token_bucket.ts";
import type { Log } from "./monitor/log.ts";
import type { Metrics } from "./monitor/metrics.ts";
import type { Settings } from "./config/options.ts";
import type { Kept } from "./negotiation/pending_signals.ts";
import type { FairQueue } from "./fair_queue.ts";

/** Objects that all parts of one road share. */
export interface Context {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly turns: FairQueue;
  /** Signals kept for peers whose socket is lost. */
  readonly kept: Kept;
  /** The rate of HTTP requests per address. */
  readonly http: TokenBuckets;
  /** The rate of guesses per address. */
  readonly guesses: TokenBuckets;
}
