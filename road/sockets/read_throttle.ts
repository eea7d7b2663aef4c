/** Holds one socket back, whose sender TCP then holds back: for as long as its session's rate says, and until its turn comes. */
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { Turns } from "../fair_queue.ts";

/** What a socket may relay without a turn, in bytes: a large screen's snapshot at once, and a film in a small terminal each second. */
const BATCH: Rate = { burst: 256 * 1024, perSecond: 1024 * 1024 };
/** A shorter pause would cost more than it saves, in ms; what is owed adds up to a longer one. */
const MIN_PAUSE = 5;

export class ReadThrottle {
  readonly #batch = new TokenBucket(BATCH, performance.now());
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Withdraws us from {@link Turns}, where we wait. */
  #withdraw: (() => void) | null = null;

  /** `resumed` is called when the socket is read again. */
  constructor(readonly ws: WebSocket, readonly turns: Turns, readonly resumed: () => void) {}

  /** Reads nothing for `ms`. */
  pause(ms: number): void {
    if (ms < MIN_PAUSE) return;
    this.ws.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#resume();
    }, ms);
  }

  /** So many bytes were relayed; after a batch of them nothing is read until the socket's turn. */
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

  /** Waits for nothing any more. */
  off(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#withdraw?.();
    this.#withdraw = null;
  }

  /** Reads on, unless the other reason still holds. */
  #resume(): void {
    if (this.#timer !== undefined || this.#withdraw !== null) return;
    this.resumed();
    if (this.ws.readyState === 1) this.ws.resume();
  }
}
