/**
 * Pauses reading from one socket, so that TCP slows its sender down: for as long as its session's rate requires, and until its turn comes.
 */
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { FairQueue } from "../fair_queue.ts";

/**
 * What a socket may relay without waiting for a turn, in bytes: a large screen's snapshot at once, and a film in a small terminal each
 * second.
 */
const BATCH: Rate = { burst: 256 * 1024, perSecond: 1024 * 1024 };
/** The shortest pause, in ms; below it the cost exceeds the gain, and what is owed adds up to a later pause. */
const MIN_PAUSE = 5;

/** The reading of one socket. */
export class ReadThrottle {
  readonly #batch = new TokenBucket(BATCH, performance.now());
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Withdraws this socket from {@link FairQueue} while it waits there. */
  #withdraw: (() => void) | null = null;

  /** `resumed` is called when the socket is read again. */
  constructor(readonly ws: WebSocket, readonly turns: FairQueue, readonly resumed: () => void) {}

  /** Pauses reading for `ms`. */
  pause(ms: number): void {
    if (ms < MIN_PAUSE) return;
    this.ws.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#resume();
    }, ms);
  }

  /** Counts relayed bytes; after a batch of them reading pauses until the socket's turn. */
  relayed(bytes: number): void {
    const now = performance.now();
    this.turns.spend(now, bytes);
    if (this.#batch.tryConsume(now, bytes) || this.#withdraw !== null) return;
    this.ws.pause();
    this.#withdraw = this.turns.wait(() => {
      this.#withdraw = null;
      this.#batch.refund(performance.now(), BATCH.burst);
      this.#resume();
    });
  }

  /** Stops waiting. */
  off(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#withdraw?.();
    this.#withdraw = null;
  }

  /** Resumes reading, unless the other reason still applies. */
  #resume(): void {
    if (this.#timer !== undefined || this.#withdraw !== null) return;
    this.resumed();
    if (this.ws.readyState === 1) this.ws.resume();
  }
}
