/**
 * Durations are measured by a monotonic clock: the system's clock may jump by a month when it is corrected, and sessions must not end
 * because of that. Times since 1970 are only for other readers: TURN servers, logs, people.
 */

/** Ms from a fixed point; never goes back. */
export function steady(): number {
  return performance.now();
}

/** Converts a monotonic time to ms since 1970, by the system's clock as it is set now. */
export function since1970(at: number): number {
  return Math.round(at + offset());
}

/** How far the system's clock is ahead of the monotonic clock, in ms: changes when the system's clock is set. */
export function offset(): number {
  return Date.now() - performance.now();
}
