/**
 * Parses output a little at a time where it takes long, so that a viewer goes on to answer its person: a few bytes can clear the largest screen,
 * and eight MiB of such a snapshot take an hour. What is quick is parsed at once.
 */

/** So long nothing else is done: two frames; ms. */
const TURN = 30;
/** Bytes that are parsed between two looks at the clock: fewer where they take long. */
const LEAST = 64;
const FIRST = 1024;
const MOST = 16 * 1024;

interface Job {
  readonly data: Uint8Array;
  readonly begin: () => void;
  readonly write: (piece: Uint8Array) => void;
  readonly end: () => void;
  readonly settle: () => void;
  at: number;
}

export class PacedParser {
  readonly #jobs: Job[] = [];
  #slice = FIRST;

  /**
   * @param now the time in ms
   * @param pause settles when what waited meanwhile was done
   */
  constructor(private readonly now: () => number, private readonly pause: () => Promise<void>) {}

  /** Does `begin`, writes all of `data` in pieces, does `end`, behind all that was given before. Settles then; mostly it is done on return. */
  parse(job: Pick<Job, "data" | "begin" | "write" | "end">): Promise<void> {
    const { promise, resolve: settle } = Promise.withResolvers<void>();
    this.#jobs.push({ ...job, settle, at: -1 });
    if (this.#jobs.length === 1) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      while (!this.#advance(job)) await this.pause();
      this.#jobs.shift();
      job.settle();
    }
  }

  /** Goes on for a turn. Returns whether it is done. */
  #advance(job: Job): boolean {
    const began = this.now();
    if (job.at < 0) {
      job.begin();
      job.at = 0;
    }
    for (let last = began; job.at < job.data.length && last - began < TURN;) {
      job.write(job.data.subarray(job.at, job.at += this.#slice));
      const now = this.now();
      if (now - last > TURN / 2) this.#slice = Math.max(LEAST, this.#slice >> 2);
      else if (now - last < TURN / 8) this.#slice = Math.min(MOST, this.#slice << 1);
      last = now;
    }
    if (job.at < job.data.length) return false;
    job.end();
    return true;
  }
}
