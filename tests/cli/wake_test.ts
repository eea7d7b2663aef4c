/** The one timer of a session: when it polls, and how little it does in between. */
import assert from "node:assert/strict";
import { Wake } from "../../cli/wake.ts";
import { deadline } from "../support/deadline.ts";

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

Deno.test("what becomes due sooner than the timer was set for is polled sooner", async () => {
  const session = new Model();
  using wake = new Wake(session);
  const began = performance.now();
  session.at = began + 60_000;
  wake.changed();
  await turn();
  session.at = began + 30;
  wake.changed();
  assert.ok(await session.done() >= began + 30);
});

Deno.test("what moves to a later time is polled then, and costs no timer each time that it moves", async () => {
  const session = new Model();
  using wake = new Wake(session);
  const { setTimeout: real } = globalThis;
  let timers = 0;
  globalThis.setTimeout = ((...args: Parameters<typeof real>) => {
    timers++;
    return real(...args);
  }) as typeof real;
  try {
    for (let i = 1; i <= 20; i++) {
      session.at = performance.now() + 20 + i;
      wake.changed();
      await Promise.resolve();
    }
  } finally {
    globalThis.setTimeout = real;
  }
  assert.deepEqual([timers, session.polls], [1, 20]);
  const { at } = session;
  assert.ok(await session.done() >= at);
});

Deno.test("several changes in one turn are polled once, and nothing is after the end", async () => {
  const session = new Model();
  const wake = new Wake(session);
  for (let i = 0; i < 5; i++) wake.changed();
  await turn();
  assert.equal(session.polls, 1);
  wake[Symbol.dispose]();
  wake.changed();
  await turn();
  assert.equal(session.polls, 1);
});
