/**
 * Durations are told by a clock that nobody sets: a system's clock may jump by a month when it is corrected, and sessions must not end for that.
 * Times since 1970 are only for who reads them: TURN servers, logs, people.
 */

/** Ms from any fixed point, always onwards. */
export function steady(): number {
  return performance.now();
}

/** A steady time in ms since 1970, by the system's clock as it goes now. */
export function since1970(at: number): number {
  return Math.round(at + offset());
}

/** By how much the system's clock is ahead of the steady one, in ms: it changes when somebody sets the clock. */
export function offset(): number {
  return Date.now() - performance.now();
}
