/**
 * How many wrong secrets a host takes: of each secret, from each address, from each peer, and in all. An attacker learns from
 * KE2 whether its guess was right and needs not answer, so every KE2 handed out counts until its KE3 proves the secret.
 * `README.md` ("Guesses") has the argument. Pure: time comes in as ms that never go back.
 */
import { type Access, WORD_BITS } from "./join_code.ts";
import { type Rate, TokenBucket } from "../token_bucket.ts";

/** What is believed of a passphrase: people choose badly, so it gets 64 guesses. */
export const PASSPHRASE_BITS = 27;

/** A secret of b bits takes 2^(b - 21) wrong guesses: whoever guesses, the odds stay below one in two million for each secret. */
const ODDS_BITS = 21;

/** What each may guess. */
export const PACE: Readonly<Record<"all" | "source" | "peer", Rate>> = {
  /** A KE2 costs the host 1 ms: 1 % of a core. More than a road lets one address join. */
  all: { burst: 128, perSecond: 8 },
  /** An address, whose people may be many: ten a minute. */
  source: { burst: 64, perSecond: 1 / 6 },
  /** A person mistypes five times. */
  peer: { burst: 5, perSecond: 1 / 12 },
};
/** What a guess at a passphrase costs its address: 8 at once and 75 an hour. */
const PASSPHRASE_COST = 8;
/** Places that others hold are free again when they have settled; ms. */
const SETTLING = 1000;

/** How many wrong guesses a secret of `bits` may meet, counted from the start of the process and for its role. */
export function guessesOf(bits: number): number {
  return 2 ** (bits - ODDS_BITS);
}

/** The fewest words, from `least` on, that a role's next secret needs after so many wrong guesses. */
export function wordsAfter(failures: number, least: number): number {
  let words = least;
  while (guessesOf(words * WORD_BITS) <= failures) words++;
  return words;
}

/** Who guesses: its id on the road, and the road's token for its address, where the road gives one. */
export interface Guesser {
  readonly peer: string;
  readonly source: string | undefined;
}

/** When one more guess may be answered. */
export type Turn =
  /** In `ms`, 0: now. Of those who wait, one with a higher `rank` goes first: its address guessed less. */
  | { readonly kind: "in"; readonly ms: number; readonly rank: number }
  /** Never: the secret has met as many guesses as it may, and needs a new one. */
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

export class GuessLimit {
  readonly #tallies: Record<Access, Tally>;
  readonly #all: TokenBucket;
  readonly #sources = new Buckets(PACE.source);
  readonly #peers = new Buckets(PACE.peer);
  readonly #open = new Map<number, Guess>();
  #next = 1;

  constructor(bits: Readonly<Record<Access, number>>, now: number) {
    this.#all = new TokenBucket(PACE.all, now);
    const tally = (access: Access) => ({ bits: bits[access], failures: 0, open: 0 });
    this.#tallies = { write: tally("write"), view: tally("view") };
  }

  /** Wrong secrets since the start, for both roles. */
  get failures(): number {
    return this.#tallies.write.failures + this.#tallies.view.failures;
  }

  failuresOf(access: Access): number {
    return this.#tallies[access].failures;
  }

  /** Whether the role's secret has met as many guesses as it may. */
  spent(access: Access): boolean {
    const { failures, bits } = this.#tallies[access];
    return failures >= guessesOf(bits);
  }

  /** The role has another secret; what was guessed before still counts. */
  renew(access: Access, bits: number): void {
    this.#tallies[access].bits = bits;
  }

  /** When `guesser` may have a guess at the role's secret. */
  turn(access: Access, guesser: Guesser, now: number): Turn {
    if (this.spent(access)) return { kind: "spent" };
    const { failures, open, bits } = this.#tallies[access];
    const buckets = this.#buckets(access, guesser, now);
    const settling = failures + open >= guessesOf(bits) ? SETTLING : 0;
    const ms = Math.max(settling, ...buckets.map(({ bucket, cost }) => bucket.wait(now, cost)));
    return { kind: "in", ms, rank: buckets.at(-1)!.bucket.level(now) };
  }

  /** KE2 goes out: returns the guess's number, for {@link proved} or {@link failed}. */
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

  /** KE3 proved the secret: the guess never counted. */
  proved(guess: number, now: number): void {
    for (const { bucket, cost } of this.#settle(guess)?.buckets ?? []) bucket.refund(now, cost);
  }

  /** The secret was wrong, or no KE3 came. Counts once. */
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

/** How many buckets are kept before those that are full are forgotten; at the pace of all others fewer are ever not full. */
const MANY = 8192;

class Buckets {
  readonly #all = new Map<string, TokenBucket>();

  constructor(private readonly rate: Rate) {}

  of(name: string, now: number): TokenBucket {
    const known = this.#all.get(name);
    if (known) return known;
    if (this.#all.size >= MANY) {
      for (const [name, bucket] of this.#all) {
        if (bucket.level(now) >= this.rate.burst) this.#all.delete(name);
      }
    }
    const bucket = new TokenBucket(this.rate, now);
    this.#all.set(name, bucket);
    return bucket;
  }
}
