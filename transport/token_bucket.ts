/** A token bucket. Pure: time comes in as ms from any fixed point, and never goes back. */
export interface Rate {
  /** Tokens at most, and at the start. */
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

  /** Tokens at `now`. */
  level(now: number): number {
    const gained = Math.max(0, now - this.#at) * this.rate.perSecond / 1000;
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#at = Math.max(this.#at, now);
    return this.#tokens;
  }

  /** How long until there are `cost` tokens, in whole ms; 0 where there are. */
  wait(now: number, cost: number): number {
    return Math.ceil(Math.max(0, cost - this.level(now)) / this.rate.perSecond * 1000);
  }

  /** Takes tokens; below none they are owed. */
  take(now: number, cost: number): void {
    this.#tokens = this.level(now) - cost;
  }

  give(now: number, cost: number): void {
    this.#tokens = Math.min(this.rate.burst, this.level(now) + cost);
  }
}
