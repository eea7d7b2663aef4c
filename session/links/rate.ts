/** Bytes per second, now and on average. Pure; constant work and memory per message. */

/** "Now" is the mean of so many slots before the one that is filling: two seconds, so that one screen does not make it jump. */
const SLOTS = 8;
/** ms. */
const SLOT = 250;

/** Bytes per second, over the last seconds and in the mean. */
export class RateMeter {
  readonly #slots = new Float64Array(SLOTS + 1);
  #slot: number;
  #total = 0;

  /** @param since when it begins, ms of any steady clock, here and everywhere */
  constructor(private readonly since: number) {
    this.#slot = Math.floor(since / SLOT);
  }

  /** Counts `bytes` that passed at `now`. */
  add(bytes: number, now: number): void {
    this.#turn(now);
    this.#slots[this.#slot % (SLOTS + 1)]! += bytes;
    this.#total += bytes;
  }

  /** Bytes a second over the last two seconds, or since the beginning if that is later. */
  now(now: number): number {
    this.#turn(now);
    const sum = this.#slots.reduce((all, one) => all + one, 0);
    const begin = Math.max(this.since, (this.#slot - SLOTS) * SLOT);
    return perSecond(sum, now - begin);
  }

  /** Bytes a second since the beginning. */
  mean(now: number): number {
    return perSecond(this.#total, now - this.since);
  }

  /** Empties the slots that have passed since the last call. */
  #turn(now: number): void {
    const slot = Math.floor(now / SLOT);
    const passed = Math.min(slot - this.#slot, SLOTS + 1);
    for (let i = 1; i <= passed; i++) this.#slots[(this.#slot + i) % (SLOTS + 1)] = 0;
    this.#slot = Math.max(slot, this.#slot);
  }
}

/** What passes in the first instant is no rate yet. */
function perSecond(bytes: number, ms: number): number {
  return bytes * 1000 / Math.max(SLOT, ms);
}
