/**
 * The token bucket behind every rate limit: at the road, at a host's login, in a session. Pure: time is an argument, in ms from any fixed
 * point; a clock that steps back adds no tokens.
 */

/** At most `burst` tokens, which is also the number at the start; `perSecond` are added each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** The most buckets that are kept, since anybody can make up new names; about 40 MB. */
export const MOST_BUCKETS = 200_000;

/** A token bucket whose level may go below zero: tokens that were charged before they were there are owed. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(readonly rate: Rate, now: number) {
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Tokens at `now`; a negative level is owed. */
  level(now: number): number {
    const gained = Math.max(0, now - this.#at) * this.rate.perSecond / 1000;
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#at = Math.max(this.#at, now);
    return this.#tokens;
  }

  /** Consumes `cost` tokens (fractions too) if there are as many, and returns true; otherwise consumes none and returns false. */
  tryConsume(now: number, cost = 1): boolean {
    if (this.level(now) < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Consumes `cost` tokens in any case, but never owes more than `most`. Returns the time until no token is owed, in ms. */
  consume(now: number, cost: number, most = Infinity): number {
    this.#tokens = Math.max(this.level(now) - cost, -most);
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.rate.perSecond * 1000;
  }

  /** Consumes `cost` tokens in any case, but never owes more than one burst. */
  charge(now: number, cost: number): void {
    this.consume(now, cost, this.rate.burst);
  }

  /** Gives tokens back. */
  refund(now: number, tokens: number): void {
    this.#tokens = Math.min(this.level(now) + tokens, this.rate.burst);
  }

  /** The time until there are `cost` tokens, in whole ms; 0 if there are as many now. */
  wait(now: number, cost: number): number {
    return Math.ceil(Math.max(0, cost - this.level(now)) / this.rate.perSecond * 1000);
  }
}

/** One bucket per name: an address, a peer. Names that would have a full bucket take no memory for long. */
export class TokenBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  /** From so many on full buckets are forgotten. */
  readonly #many: number;
  #sweepAt: number;

  /** `most`: how many are kept at all. Then those are forgotten that came first: who has so many names pays with none. */
  constructor(readonly rate: Rate, readonly most = MOST_BUCKETS) {
    this.#many = this.#sweepAt = most / 4;
  }

  of(name: string, now: number): TokenBucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = new TokenBucket(this.rate, now);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Forgets full buckets. The next sweep waits until the table has doubled, so that its cost per name stays constant. */
  #sweep(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (bucket.level(now) >= this.rate.burst) this.#buckets.delete(name);
    }
    let spare = this.#buckets.size - this.most / 2;
    for (const name of this.#buckets.keys()) {
      if (spare-- <= 0) break;
      this.#buckets.delete(name);
    }
    this.#sweepAt = Math.max(this.#many, this.#buckets.size * 2);
  }
}
