/** Token buckets. Pure: the time is an argument, in ms from any fixed point. */

/** `burst` tokens at most, `perSecond` more each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(readonly rate: Rate, now: number) {
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes `cost` tokens if there are as many; false takes none. */
  take(now: number, cost = 1): boolean {
    if (this.level(now) < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Takes `cost` tokens even where there are too few: at worst the bucket is as far below zero as it can be above. */
  charge(now: number, cost: number): void {
    this.#tokens = Math.max(this.level(now) - cost, -this.rate.burst);
  }

  /** Takes `cost` tokens in any case (but `most` are owed at most), and returns how long it takes until none is, in ms. */
  spend(now: number, cost: number, most = Infinity): number {
    this.#tokens = Math.max(this.level(now) - cost, -most);
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.rate.perSecond * 1000;
  }

  /** Gives tokens back. */
  refund(now: number, tokens: number): void {
    this.#tokens = Math.min(this.level(now) + tokens, this.rate.burst);
  }

  /** Tokens at `now`. */
  level(now: number): number {
    const gained = Math.max(0, now - this.#at) * this.rate.perSecond / 1000;
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#at = Math.max(this.#at, now);
    return this.#tokens;
  }
}

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
