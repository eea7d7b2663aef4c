/**
 * The token bucket behind every rate limit: at the road, at a host's login, in a session. Pure: time is an argument, in ms from any fixed
 * point; a clock that steps back adds no tokens.
 */

/** At most `burst` tokens, which is also the number at the start; `perSecond` are added each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

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
