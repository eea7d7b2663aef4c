/**
 * Parses output in slices where it takes long, so that a viewer stays responsive: a few bytes can clear the largest screen, and eight MiB
 * of such a snapshot take an hour. Output that is quick to parse is parsed at once.
 */

/** The longest slice, in ms: two frames. */
const TURN = 30;
/** The fewest bytes parsed between two looks at the clock. */
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

/** The queue of output to parse. */
export class PacedParser {
  readonly #jobs: Job[] = [];
  #slice = FIRST;

  /**
   * @param now the time in ms
   * @param pause settles when work that waited meanwhile was done
   */
  constructor(private readonly now: () => number, private readonly pause: () => Promise<void>) {}

  /**
   * After all earlier jobs: calls `begin`, writes all of `data` in pieces, calls `end`. Settles then; usually that has happened on return.
   */
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

  /** Continues for one slice. Returns whether the job is complete. */
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
