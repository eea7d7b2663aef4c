/** The one timer of a session: when it polls, and how little it does in between. */
import assert from "node:assert/strict";
import { SessionTimer } from "../../../session/runtime/session_timer.ts";
import { deadline } from "../../support/deadline.ts";

/** A session that is due at `at`, the clock's ms, and counts how often it was polled. */
class Model {
  at = Infinity;
  polls = 0;
  #onpoll: (() => void) | undefined;

  due(): number {
    return this.at;
  }

  poll(): void {
    this.polls++;
    if (performance.now() < this.at) return;
    this.at = Infinity;
    this.#onpoll?.();
  }

  /** Settles with the time at which what was due was polled. */
  async done(): Promise<number> {
    const polled = new Promise<void>((resolve) => this.#onpoll = resolve);
    await deadline(polled, 5000, "the poll");
    return performance.now();
  }
}

/** Lets what `changed` queued happen. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** How long the timers are that are set while `run` runs, ms. */
async function timersIn(run: () => Promise<void>): Promise<number[]> {
  const { setTimeout: real } = globalThis;
  const set: number[] = [];
  globalThis.setTimeout = ((...args: Parameters<typeof real>) => {
    set.push(args[1] as number);
    return real(...args);
  }) as typeof real;
  try {
    await run();
  } finally {
    globalThis.setTimeout = real;
  }
  return set;
}

Deno.test("what becomes due sooner than the timer was set for is polled sooner", async () => {
  const session = new Model();
  using wake = new SessionTimer(session);
  const began = performance.now();
  const done = session.done();
  const [first, second, ...more] = await timersIn(async () => {
    for (const ms of [60_000, 30]) {
      session.at = began + ms;
      wake.changed();
      await Promise.resolve();
    }
  });
  assert.ok(first! > 900 && second! <= 30, `${first} and ${second} ms`);
  assert.deepEqual(more, []);
  assert.ok(await done >= began + 30);
});

Deno.test("what moves to a later time is polled then, and costs no timer each time that it moves", async () => {
  const session = new Model();
  using wake = new SessionTimer(session);
  const done = session.done();
  const began = performance.now();
  const timers = await timersIn(async () => {
    for (let i = 1; i <= 20; i++) {
      session.at = began + 300 + i;
      wake.changed();
      await Promise.resolve();
    }
  });
  assert.equal(timers.length, 1);
  assert.equal(session.polls, 20);
  assert.ok(await done >= began + 320);
});

Deno.test("several changes in one turn are polled once, and nothing is after the end", async () => {
  const session = new Model();
  const wake = new SessionTimer(session);
  for (let i = 0; i < 5; i++) wake.changed();
  await turn();
  assert.equal(session.polls, 1);
  session.at = performance.now() + 5;
  wake.changed();
  await turn();
  wake[Symbol.dispose]();
  const { polls } = session;
  wake.changed();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(session.polls, polls);
});
