/** The clock that a session's timer runs on: the process's own, or a simulated one. */

export interface Clock {
  /** ms, steady. */
  now(): number;
  /** Calls `run` once after `ms`; the result stops it. */
  after(ms: number, run: () => void): () => void;
}

/** The process's own. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
