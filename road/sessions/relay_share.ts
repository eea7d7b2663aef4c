/** What one viewer relays, and how long it must pause for it: for its own bytes, and for what the others do only if it sends much itself. Pure. */
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";

const KIB = 1024;
/** Whatever others relay, nobody waits who stays below it, bytes: two hundred keys a second with their acks and copies. */
const KEYS: Rate = { burst: 256 * KIB, perSecond: 128 * KIB };
/** Who has proved nothing has a hello to say and waits for an answer; each of its bytes counts for so many. */
const UNPROVED_COUNTS = 64;
/** At most so much is owed, in s of the rate. */
const MOST_OWED = 5;

export class RelayShare {
  readonly #own: TokenBucket;
  readonly #keys: TokenBucket;

  /** @param each what one viewer may relay @param now ms */
  constructor(each: Rate, now: number) {
    this.#own = new TokenBucket(each, now);
    this.#keys = new TokenBucket(KEYS, now);
  }

  /**
   * Takes `bytes` bytes, and returns for how long their sender pauses, in ms.
   * @param letIn whether it has proved the secret @param others how long it would have to for what all send together, ms
   */
  spend(now: number, bytes: number, letIn: boolean, others: number): number {
    const counts = letIn ? bytes : bytes * UNPROVED_COUNTS;
    const own = this.#own.consume(now, counts, this.#own.rate.perSecond * MOST_OWED);
    return this.#keys.tryConsume(now, bytes) ? own : Math.max(own, others);
  }
}
