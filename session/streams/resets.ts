/** What is to be said of streams that are over, or are not known. */
import type { StreamReset } from "../../frames/stream_frames.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";
import type { ResetReason } from "./byte_stream.ts";
import { MAX_ANSWERS } from "./stream_limits.ts";

/** The codes that say that a stream is not known: over, or never opened here. A `Reset` with one of them is not answered. */
export const ENDED = "ended";
export const UNKNOWN = "unknown";

/** Answers of streams that are not known: a flood of frames makes no flood of these. An honest end waits for few: what it says may cross an end. */
const ANSWERS = { burst: 16, perSecond: 100 };

/** The streams whose end must still be told to the far end. */
export class Resets {
  /** Streams that were reset here, until the peer has said that it knows: whether it was told on this link. */
  readonly #unanswered = new Map<number, { readonly frame: StreamReset; said: boolean }>();
  /** Streams of which nothing is remembered, with the code to answer. */
  readonly #answers = new Map<number, string>();
  /** Streams that were open when the peer reset them: it waits to hear that they are over, since until then they count. */
  readonly #heard = new Set<number>();
  readonly #pace: TokenBucket;

  /** @param now the clock's ms */
  constructor(now: number) {
    this.#pace = new TokenBucket(ANSWERS, now);
  }

  /** Streams that were reset, and of which the peer has not heard. */
  get unanswered(): Iterable<number> {
    return this.#unanswered.keys();
  }

  /** When {@link next} has something; the clock's ms, Infinity if there is nothing to be said. */
  due(now: number): number {
    for (const { said } of this.#unanswered.values()) if (!said) return now;
    if (this.#heard.size > 0) return now;
    return this.#answers.size > 0 ? now + this.#pace.wait(now, 1) : Infinity;
  }

  has(stream: number): boolean {
    return this.#unanswered.has(stream);
  }

  /** The peer is told, on each link, until it {@link known knows}. */
  add(stream: number, { code, message }: ResetReason): void {
    this.#unanswered.set(stream, { frame: { type: "Reset", stream, code, message }, said: false });
  }

  /** The peer knows that `stream` is over. */
  known(stream: number): void {
    this.#unanswered.delete(stream);
  }

  /** The peer is told once, unless too many wait for that. */
  answer(stream: number, code: string): void {
    if (this.#answers.size < MAX_ANSWERS) this.#answers.set(stream, code);
  }

  /** The peer has reset `stream`, which was open: it is told so at once, and may open another one. Each such answer has cost the peer an opening. */
  confirm(stream: number): void {
    if (this.#heard.size < MAX_ANSWERS) this.#heard.add(stream);
  }

  /** What is to be said at `now`. */
  next(now: number): StreamReset | undefined {
    for (const reset of this.#unanswered.values()) {
      if (reset.said) continue;
      reset.said = true;
      return reset.frame;
    }
    for (const stream of this.#heard) {
      this.#heard.delete(stream);
      return { type: "Reset", stream, code: ENDED, message: "" };
    }
    for (const [stream, code] of this.#answers) {
      if (!this.#pace.tryConsume(now)) return;
      this.#answers.delete(stream);
      return { type: "Reset", stream, code, message: "" };
    }
  }

  /** What was said may be lost. */
  restart(): void {
    for (const reset of this.#unanswered.values()) reset.said = false;
  }

  /** Nobody is there to be told. */
  clear(): void {
    this.#unanswered.clear();
    this.#answers.clear();
    this.#heard.clear();
  }
}
