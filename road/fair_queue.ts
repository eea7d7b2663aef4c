/**
 * Fair relaying under load: a socket that has relayed one batch waits for its turn, one waiting socket continues in each turn of the event
 * loop, and none while the node relays more than its total rate. So a key waits for one batch at most, however many streams there are;
 * without this each socket empties the kernel's receive buffer, megabytes in all, before the loop reads another socket.
 */
import { type Rate, TokenBucket } from "../transport/token_bucket.ts";

/** The most work that is owed, in seconds of the node's rate: a longer wait would outlast its reason. */
const MOST_OWED = 1;

/** The queue of sockets that wait for their turn to be read. */
export class FairQueue {
  readonly #total: TokenBucket;
  /** In order of arrival. */
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setImmediate> | undefined;

  /** `total` is the node's relay rate in bytes; `limited` is called when a socket must wait because of it. */
  constructor(total: Rate, readonly limited: () => void) {
    this.#total = new TokenBucket(total, performance.now());
  }

  /** Counts `bytes` as relayed at `now`, in ms. */
  spend(now: number, bytes: number): void {
    this.#total.consume(now, bytes, this.#total.rate.perSecond * MOST_OWED);
  }

  /** Calls `go` once, when its turn comes; the returned function withdraws it. */
  wait(go: () => void): () => void {
    this.#waiting.add(go);
    this.#schedule();
    return () => {
      this.#waiting.delete(go);
      if (this.#waiting.size > 0) return;
      clearTimeout(this.#timer);
      clearImmediate(this.#next);
      this.#timer = this.#next = undefined;
    };
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#next !== undefined || this.#waiting.size === 0) return;
    const owed = this.#total.consume(performance.now(), 0);
    // Timers have a resolution of one millisecond.
    if (owed < 1) this.#next = setImmediate(this.#run);
    else {
      this.limited();
      this.#timer = setTimeout(this.#run, owed);
    }
  }

  #run = (): void => {
    this.#timer = this.#next = undefined;
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
    this.#schedule();
  };
}
