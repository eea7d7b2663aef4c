/**
 * Who may send much when many do: sockets that have relayed a batch wait for their turn, one is let on in each turn of the event loop, and
 * none while the node relays more than it may. What a key waits for is then one batch, however many streams there are: without
 * this each of them empties the kernel's buffer, megabytes in all, before the loop looks at another socket.
 */
import { type Rate, TokenBucket } from "../transport/token_bucket.ts";

/** At most so much work is owed, in s of the node's rate: a longer wait would outlast its reason. */
const MOST_OWED = 1;

export class Turns {
  readonly #total: TokenBucket;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setImmediate> | undefined;

  /** `total` is what the node relays, in bytes; `limited` is called when somebody must wait for that. */
  constructor(total: Rate, readonly limited: () => void) {
    this.#total = new TokenBucket(total, performance.now());
  }

  /** So many bytes are relayed at `now`, in ms. */
  spend(now: number, bytes: number): void {
    this.#total.consume(now, bytes, this.#total.rate.perSecond * MOST_OWED);
  }

  /** Calls `go` once, in its turn; the result withdraws it. */
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
    // Timers are no finer than a millisecond.
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
