import assert from "node:assert/strict";
import fc from "fast-check";
import { GUESSES, GuessLimit } from "../../transport/guess_limit.ts";

function go(limit: GuessLimit, now: number): number {
  const answer = limit.ask(now);
  assert.equal(answer.kind, "go");
  return answer.kind === "go" ? answer.guess : -1;
}

Deno.test("guess limit: right secrets never count", () => {
  const limit = new GuessLimit();
  for (let i = 0; i < 1000; i++) limit.proved(go(limit, 0));
  assert.equal(limit.failures, 0);
});

Deno.test("guess limit: unproved guesses hold their places before they fail", () => {
  const limit = new GuessLimit();
  const open = Array.from({ length: GUESSES.perMinute }, () => go(limit, 0));
  assert.deepEqual(limit.ask(1), { kind: "wait" });
  limit.proved(open[0]!);
  open[0] = go(limit, 2);
  for (const guess of open) limit.failed(guess);
  assert.deepEqual(limit.ask(3), { kind: "paused", until: 60_000 });
});

Deno.test("guess limit: the pause ends a minute after the oldest failure was handed out", () => {
  const limit = new GuessLimit();
  for (const at of [0, 10_000, 20_000, 30_000, 40_000]) limit.failed(go(limit, at));
  assert.equal(limit.pausedUntil(59_999), 60_000);
  limit.failed(go(limit, 60_000));
  assert.deepEqual(limit.ask(60_001), { kind: "paused", until: 70_000 });
});

Deno.test("guess limit: a guess settles once", () => {
  const limit = new GuessLimit();
  const guess = go(limit, 0);
  limit.failed(guess);
  limit.failed(guess);
  limit.proved(guess);
  assert.equal(limit.failures, 1);
});

Deno.test("guess limit: whatever an attacker does, five in any minute and fifty in all", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    settle: fc.constantFrom("fail", "later"),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 200, maxLength: 400 }), (steps) => {
    const limit = new GuessLimit();
    const handed: number[] = [], open: number[] = [];
    let now = 0;
    for (const { wait, settle } of steps) {
      now += wait;
      const answer = limit.ask(now);
      if (answer.kind !== "go") {
        open.splice(0).forEach((guess) => limit.failed(guess));
        continue;
      }
      handed.push(now);
      if (settle === "fail") limit.failed(answer.guess);
      else open.push(answer.guess);
    }
    assert.ok(handed.length <= GUESSES.perSession, `${handed.length} in all`);
    for (const [i, at] of handed.entries()) {
      const sixth = handed[i + GUESSES.perMinute];
      assert.ok(sixth === undefined || sixth - at >= 60_000, `six within ${sixth! - at} ms`);
    }
  }));
});

Deno.test("guess limit: the session's last failure pauses for ever", () => {
  const limit = new GuessLimit();
  for (let i = 0; i < GUESSES.perSession; i++) limit.failed(go(limit, i * 60_000));
  assert.deepEqual(limit.ask(1e12), { kind: "paused", until: Infinity });
});
