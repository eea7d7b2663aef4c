/** Limits by address, as many as ask. */
import { type Rate, TokenBucket } from "../transport/token_bucket.ts";

/** How many addresses are watched before the ones with full buckets are forgotten; about 10 MB. */
const MANY_ADDRESSES = 50_000;
/** How many are watched at all; about 40 MB. Then those are forgotten that came first: who has so many addresses pays with none. */
export const MOST_ADDRESSES = 200_000;

/** One bucket per address. Addresses that would have a full bucket take no memory for long. */
export class AddressLimits {
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = MANY_ADDRESSES;

  constructor(readonly rate: Rate) {}

  bucket(address: string, now: number): TokenBucket {
    const known = this.#buckets.get(address);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = new TokenBucket(this.rate, now);
    this.#buckets.set(address, bucket);
    return bucket;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Forgets full buckets. The next sweep waits until the table has doubled, so that its cost per join stays constant. */
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
