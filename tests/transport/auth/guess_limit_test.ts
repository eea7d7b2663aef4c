import assert from "node:assert/strict";
import fc from "fast-check";
import { type Access, WORD_BITS } from "../../../transport/auth/join_code.ts";
import {
  type Guesser,
  guessesOf,
  GuessLimit,
  PACE,
  PASSPHRASE_BITS,
  wordsAfter,
} from "../../../transport/auth/guess_limit.ts";

const WORDS = { write: 3 * WORD_BITS, view: 3 * WORD_BITS };

/** Begins a guess if it is its turn; undefined else. */
function tryOne(limit: GuessLimit, now: number, who: Guesser, access: Access = "write"): number | undefined {
  const turn = limit.turn(access, who, now);
  return turn.kind === "in" && turn.ms === 0 ? limit.begin(access, who, now) : undefined;
}

const guesser = (peer: number, source?: string): Guesser => ({ peer: `p${peer}`, source });

Deno.test("guess limit: right secrets never count", () => {
  const limit = new GuessLimit(WORDS, 0);
  for (let i = 0; i < 1000; i++) limit.proved(tryOne(limit, 0, guesser(1, "a"))!, 0);
  assert.equal(limit.failures, 0);
});

Deno.test("guess limit: one peer mistypes five times, then waits; another one does not", () => {
  const limit = new GuessLimit(WORDS, 0);
  for (let i = 0; i < PACE.peer.burst; i++) limit.failed(tryOne(limit, 0, guesser(1))!);
  assert.equal(tryOne(limit, 11_999, guesser(1)), undefined);
  assert.notEqual(tryOne(limit, 11_999, guesser(2)), undefined);
  assert.notEqual(tryOne(limit, 12_000, guesser(1)), undefined);
});

Deno.test("guess limit: an address that guesses all day spends a share, and others come in at once, first of those who wait", () => {
  const limit = new GuessLimit(WORDS, 0);
  let guesses = 0;
  for (let now = 0; now < 86_400_000; now += 1000) {
    const guess = tryOne(limit, now, guesser(now, "attacker"));
    if (guess === undefined) continue;
    limit.failed(guess);
    guesses++;
    if (limit.spent("write")) limit.renew("write", 44);
  }
  assert.ok(guesses <= PACE.source.burst + 86_400 * PACE.source.perSecond + 1, `${guesses}`);
  const [mine, theirs] = ["honest", "attacker"].map((source) =>
    limit.turn("write", guesser(1e9, source), 86_400_000)
  );
  assert.ok(mine!.kind === "in" && mine!.ms === 0);
  assert.ok(theirs!.kind === "in" && theirs!.rank < mine!.rank);
});

Deno.test("guess limit: a passphrase takes eight guesses of an address at once, and 64 in all", () => {
  const limit = new GuessLimit({ ...WORDS, write: PASSPHRASE_BITS }, 0);
  const burst = Array.from({ length: 100 }, (_, i) => tryOne(limit, 0, guesser(i, "a"))).filter(Boolean);
  assert.equal(burst.length, 8);
  for (const guess of burst) limit.failed(guess!);
  for (let i = 0; i < 1000; i++) {
    const guess = tryOne(limit, i * 1000, guesser(i, `source ${i}`));
    if (guess !== undefined) limit.failed(guess);
  }
  assert.equal(limit.failures, 64);
  assert.deepEqual(limit.turn("write", guesser(1, "honest"), 1e9), { kind: "spent" });
  assert.equal(limit.turn("view", guesser(1, "honest"), 1e9).kind, "in");
});

Deno.test("guess limit: a guess settles once", () => {
  const limit = new GuessLimit(WORDS, 0);
  const guess = tryOne(limit, 0, guesser(1))!;
  limit.failed(guess);
  limit.failed(guess);
  limit.proved(guess, 0);
  assert.equal(limit.failures, 1);
});

Deno.test("guess limit: the next secret is long enough for all that was guessed, whatever was drawn before", () => {
  assert.equal(guessesOf(3 * WORD_BITS), 4096);
  assert.deepEqual([0, 4095, 4096, 8_388_607, 8_388_608].map((n) => wordsAfter(n, 3)), [3, 3, 4, 4, 5]);
});

Deno.test("guess limit: whoever guesses, and whatever a road says of addresses, the odds stay below one in two million a secret", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 30_000 }),
    peer: fc.integer({ min: 0, max: 20 }),
    source: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    settle: fc.constantFrom("fail", "later", "later"),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 300, maxLength: 500 }), (steps) => {
    // Eight guesses: a small secret, so that it is reached.
    const limit = new GuessLimit({ ...WORDS, write: 24 }, 0);
    const open: number[] = [];
    let now = 0, handed = 0;
    for (const { wait, peer, source, settle } of steps) {
      now += wait;
      const guess = tryOne(limit, now, guesser(peer, source === undefined ? undefined : `s${source}`));
      if (guess === undefined) {
        for (const each of open.splice(0)) limit.failed(each);
        continue;
      }
      handed++;
      if (settle === "fail") limit.failed(guess);
      else open.push(guess);
    }
    assert.ok(handed <= guessesOf(24), `${handed}`);
  }));
});

Deno.test("guess limit: in all no more than its pace, from any number of addresses", () => {
  const limit = new GuessLimit({ write: 66, view: 66 }, 0);
  let guesses = 0;
  for (let now = 0; now <= 60_000; now += 10) {
    for (let i = 0; i < 3; i++) {
      const guess = tryOne(limit, now, guesser(now * 3 + i, `s${now * 3 + i}`));
      if (guess !== undefined) limit.failed(guess), guesses++;
    }
  }
  assert.ok(guesses <= PACE.all.burst + 60 * PACE.all.perSecond + 1, `${guesses}`);
});
