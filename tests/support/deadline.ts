/** Waits that end: every wait in a test has a limit in ms and a name, so that a hang fails with words. */

/** What a wait that ran out throws; `what` is what never came. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Settles as `promise` does, or rejects with {@link DeadlineError} after `ms` milliseconds.
 * `detail` is asked only then, for what was seen so far.
 */
export async function deadline<T>(
  promise: PromiseLike<T>,
  ms: number,
  what: string,
  detail?: () => string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seen = detail?.();
      reject(new DeadlineError(`waited ${ms} ms for ${what}${seen ? `\n${seen}` : ""}`));
    }, ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something that calls back on each change; returns how to stop listening. */
export type Subscribe = (changed: () => void) => () => void;

/**
 * Settles with the first value of `look` that is neither `undefined` nor `false`, looking now and at each change that
 * `subscribe` reports. Rejects with {@link DeadlineError} after `ms`, and with whatever `look` throws.
 */
export async function until<T>(
  look: () => T | undefined | false,
  subscribe: Subscribe,
  ms: number,
  what: string,
  detail?: () => string,
): Promise<T> {
  let stop = () => {};
  const found = new Promise<T>((resolve, reject) => {
    const check = () => {
      try {
        const value = look();
        if (value !== undefined && value !== false) resolve(value);
      } catch (error) {
        reject(error);
      }
    };
    stop = subscribe(check);
    check();
  });
  try {
    return await deadline(found, ms, what, detail);
  } finally {
    stop();
  }
}

/**
 * For what reports no change (a file, another process's memory): looks every `everyMs` until it holds. Prefer
 * {@link until} where there is an event.
 */
export function poll<T>(
  look: () => T | undefined | false,
  ms: number,
  what: string,
  everyMs = 20,
): Promise<T> {
  return until(
    look,
    (changed) => {
      const timer = setInterval(changed, everyMs);
      return () => clearInterval(timer);
    },
    ms,
    what,
  );
}

/** As {@link poll} for a question that takes time: asks again `everyMs` after an answer that is `undefined` or `false`. */
export async function pollAsync<T>(
  ask: () => Promise<T | undefined | false>,
  ms: number,
  what: string,
  everyMs = 50,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const left = end - performance.now();
    const answer = await deadline(ask(), Math.max(left, 1), what);
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
