/** How much one viewer relays, and how long it must pause: for its own bytes, and for the total only if it sends much itself. Pure. */
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";

const KIB = 1024;
/**
 * A viewer below this rate never waits, whatever others relay; in bytes: two hundred keys a second with their acknowledgements and copies.
 */
const KEYS: Rate = { burst: 256 * KIB, perSecond: 128 * KIB };
/** A viewer that has proved nothing only sends a hello and waits for an answer; each of its bytes counts so many times. */
const UNPROVED_COUNTS = 64;
/** The most that is owed, in seconds of the rate. */
const MOST_OWED = 5;

/** The share of one viewer. */
export class RelayShare {
  readonly #own: TokenBucket;
  readonly #keys: TokenBucket;

  /** @param each the rate that one viewer may relay @param now ms */
  constructor(each: Rate, now: number) {
    this.#own = new TokenBucket(each, now);
    this.#keys = new TokenBucket(KEYS, now);
  }

  /**
   * Counts `bytes`, and returns how long their sender must pause, in ms.
   * @param letIn whether the viewer has proved the secret @param others how long it would have to pause for the total of all viewers, in ms
   */
  spend(now: number, bytes: number, letIn: boolean, others: number): number {
    const counts = letIn ? bytes : bytes * UNPROVED_COUNTS;
    const own = this.#own.consume(now, counts, this.#own.rate.perSecond * MOST_OWED);
    return this.#keys.tryConsume(now, bytes) ? own : Math.max(own, others);
  }
}
