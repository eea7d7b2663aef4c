/** Rate limits per client address; each kind of limit has its own table. */
import { type Rate, TokenBucket } from "../transport/token_bucket.ts";

/** Addresses kept before those with full buckets are forgotten; about 10 MB. */
const MANY_ADDRESSES = 50_000;
/**
 * The most addresses kept; about 40 MB. Beyond it the oldest entries are forgotten: a client with so many addresses gains nothing from
 * that.
 */
export const MOST_ADDRESSES = 200_000;

/** One bucket per address. An address whose bucket would be full takes no memory for long. */
export class AddressLimits {
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = MANY_ADDRESSES;

  constructor(readonly rate: Rate) {}

  /** The bucket of an address (as `limitKey` has it) at `now`, in ms. */
  bucket(address: string, now: number): TokenBucket {
    const known = this.#buckets.get(address);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = new TokenBucket(this.rate, now);
    this.#buckets.set(address, bucket);
    return bucket;
  }

  /** Addresses in the table. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Forgets full buckets. The next sweep waits until the table has doubled, so the cost per join stays constant. */
  #sweep(now: number): void {
    for (const [address, bucket] of this.#buckets) {
      if (bucket.level(now) >= this.rate.burst) this.#buckets.delete(address);
    }
    let spare = this.#buckets.size - MOST_ADDRESSES / 2;
    for (const address of this.#buckets.keys()) {
      if (spare-- <= 0) break;
      this.#buckets.delete(address);
    }
    this.#sweepAt = Math.max(MANY_ADDRESSES, this.#buckets.size * 2);
  }
}
