/**
 * How many wrong secrets a host accepts: per secret, per address, per peer, and in all. An attacker learns from KE2 whether its guess was
 * right and need not answer, so every KE2 that was sent counts until its KE3 proves the secret. `README.md` ("Guesses") has the argument.
 * Pure: time is an argument, in ms, and never goes back.
 */
import { type Access, WORD_BITS } from "./join_code.ts";
import { type Rate, TokenBucket, TokenBuckets } from "../token_bucket.ts";

/** The assumed entropy of a passphrase in bits: people choose badly, so a passphrase allows 64 guesses. */
export const PASSPHRASE_BITS = 27;

/** A secret of b bits allows 2^(b - 21) wrong guesses: the odds of any attacker stay below one in two million per secret. */
const ODDS_BITS = 21;

/** The pace of guesses: of all viewers together, per address, per peer. */
export const PACE: Readonly<Record<"all" | "source" | "peer", Rate>> = {
  /** A KE2 costs the host 1 ms: 1 % of a core. More than a road lets one address join. */
  all: { burst: 128, perSecond: 8 },
  /** An address may be shared by many people: ten guesses a minute. */
  source: { burst: 64, perSecond: 1 / 6 },
  /** A person may mistype five times. */
  peer: { burst: 5, perSecond: 1 / 12 },
};
/** What a guess at a passphrase costs its address, in tokens: 8 at once and 75 an hour. */
const PASSPHRASE_COST = 8;
/** How soon to look again where other viewers' unanswered guesses occupy all places, in ms. */
const SETTLING = 1000;

/** How many wrong guesses a secret of `bits` allows, counted from the start of the process and per role. */
export function guessesOf(bits: number): number {
  return 2 ** (bits - ODDS_BITS);
}

/** The fewest words, at least `least`, that the next secret of a role needs after `failures` wrong guesses. */
export function wordsAfter(failures: number, least: number): number {
  let words = least;
  while (guessesOf(words * WORD_BITS) <= failures) words++;
  return words;
}

/** A viewer that guesses: its id on the road, and the road's token for its address, where the road sends one. */
export interface Guesser {
  readonly peer: string;
  readonly source: string | undefined;
}

/** When one more guess may be answered. */
export type Turn =
  /** In `ms`; 0 is now. Among viewers that wait, a higher `rank` goes first: its address has guessed less. */
  | { readonly kind: "in"; readonly ms: number; readonly rank: number }
  /** Never: the secret has used up its guesses, and needs to be replaced. */
  | { readonly kind: "spent" };

interface Guess {
  readonly access: Access;
  readonly buckets: readonly { readonly bucket: TokenBucket; readonly cost: number }[];
}

interface Tally {
  bits: number;
  failures: number;
  open: number;
}

/** Buckets of addresses and of peers that are kept: at the overall pace a quarter of this can be below full at a time. */
const MOST = 32_768;

/** Counts the guesses of one process at both roles' secrets. */
export class GuessLimit {
  readonly #tallies: Record<Access, Tally>;
  readonly #all: TokenBucket;
  readonly #sources = new TokenBuckets(PACE.source, MOST);
  readonly #peers = new TokenBuckets(PACE.peer, MOST);
  readonly #open = new Map<number, Guess>();
  #next = 1;

  constructor(bits: Readonly<Record<Access, number>>, now: number) {
    this.#all = new TokenBucket(PACE.all, now);
    const tally = (access: Access) => ({ bits: bits[access], failures: 0, open: 0 });
    this.#tallies = { write: tally("write"), view: tally("view") };
  }

  /** Wrong guesses since the start, for both roles. */
  get failures(): number {
    return this.#tallies.write.failures + this.#tallies.view.failures;
  }

  /** Wrong guesses at the secret of this role since the start. */
  failuresOf(access: Access): number {
    return this.#tallies[access].failures;
  }

  /** Whether the role's secret has used up its guesses. */
  spent(access: Access): boolean {
    const { failures, bits } = this.#tallies[access];
    return failures >= guessesOf(bits);
  }

  /** The role has a new secret of `bits`; earlier guesses still count. */
  renew(access: Access, bits: number): void {
    this.#tallies[access].bits = bits;
  }

  /** When `guesser` may guess at the role's secret; `now` in ms. */
  turn(access: Access, guesser: Guesser, now: number): Turn {
    if (this.spent(access)) return { kind: "spent" };
    const { failures, open, bits } = this.#tallies[access];
    const buckets = this.#buckets(access, guesser, now);
    const settling = failures + open >= guessesOf(bits) ? SETTLING : 0;
    const ms = Math.max(settling, ...buckets.map(({ bucket, cost }) => bucket.wait(now, cost)));
    return { kind: "in", ms, rank: buckets.at(-1)!.bucket.level(now) };
  }

  /** KE2 is about to be sent: returns the number of the guess, for {@link proved} or {@link failed}. */
  begin(access: Access, guesser: Guesser, now: number): number {
    const buckets = this.#buckets(access, guesser, now);
    for (const { bucket, cost } of buckets) bucket.consume(now, cost);
    const guess = this.#next++;
    this.#open.set(guess, { access, buckets });
    this.#tallies[access].open++;
    return guess;
  }

  #buckets(access: Access, { peer, source }: Guesser, now: number): Guess["buckets"] {
    const cost = this.#tallies[access].bits <= PASSPHRASE_BITS ? PASSPHRASE_COST : 1;
    return [
      { bucket: this.#all, cost: 1 },
      { bucket: this.#peers.of(peer, now), cost: 1 },
      ...(source === undefined ? [] : [{ bucket: this.#sources.of(source, now), cost }]),
    ];
  }

  /** KE3 proved the secret: the guess does not count. */
  proved(guess: number, now: number): void {
    for (const { bucket, cost } of this.#settle(guess)?.buckets ?? []) bucket.refund(now, cost);
  }

  /** The secret was wrong, or no KE3 came. Further calls for the same guess do nothing. */
  failed(guess: number): void {
    const settled = this.#settle(guess);
    if (settled) this.#tallies[settled.access].failures++;
  }

  #settle(guess: number): Guess | undefined {
    const settled = this.#open.get(guess);
    if (settled && this.#open.delete(guess)) this.#tallies[settled.access].open--;
    return settled;
  }
}

/** Whether to log this failure: the first five, then each time that the number doubles. */
export function remarkable(failures: number): boolean {
  const fives = failures / 5;
  return failures <= 5 || (Number.isInteger(fives) && Number.isInteger(Math.log2(fives)));
}
