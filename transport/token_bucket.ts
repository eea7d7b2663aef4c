/**
 * The token bucket of everything here that is limited by a rate: at the road, at a host's door, in a session. Pure: the time is an argument, in
 * ms from any fixed point; time that goes back gives nothing.
 */

/** `burst` tokens at most, and at the start; `perSecond` more each second. */
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

  /** Tokens at `now`; below 0 they are owed. */
  level(now: number): number {
    const gained = Math.max(0, now - this.#at) * this.rate.perSecond / 1000;
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#at = Math.max(this.#at, now);
    return this.#tokens;
  }

  /** Consumes `cost` tokens, parts of one too, if there are as many; false consumes none. */
  tryConsume(now: number, cost = 1): boolean {
    if (this.level(now) < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Consumes `cost` tokens in any case, but owes `most` at most. Returns how long it takes until none is owed, in ms. */
  consume(now: number, cost: number, most = Infinity): number {
    this.#tokens = Math.max(this.level(now) - cost, -most);
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.rate.perSecond * 1000;
  }

  /** Consumes `cost` tokens in any case, but owes a burst at most. */
  charge(now: number, cost: number): void {
    this.consume(now, cost, this.rate.burst);
  }

  /** Gives tokens back. */
  refund(now: number, tokens: number): void {
    this.#tokens = Math.min(this.level(now) + tokens, this.rate.burst);
  }

  /** How long until there are `cost` tokens, in whole ms; 0 where there are. */
  wait(now: number, cost: number): number {
    return Math.ceil(Math.max(0, cost - this.level(now)) / this.rate.perSecond * 1000);
  }
}
