/** What is said about streams that this end does not have: the other end is told so, rarely enough that a flood costs nothing. Pure. */
import { FIRST_STREAM, type StreamFrame, type StreamReset } from "../../frames/stream_frames.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";

/** An honest end gives a stream up at the first answer, and opens none before the other end has named the feature. */
const ANSWERS = { burst: 16, perSecond: 20 };

/** Answers frames of unknown streams with a reset, at a limited rate. */
export class UnknownStreams {
  readonly #bucket: TokenBucket;

  /** @param now ms of a steady clock, as always here */
  constructor(now: number) {
    this.#bucket = new TokenBucket(ANSWERS, now);
  }

  /** The answer to `frame`; null if there is none: a `Reset` is never answered, nor is what comes too often. */
  answer(frame: StreamFrame, now: number): StreamReset | null {
    if (frame.type === "Reset" || frame.stream < FIRST_STREAM || !this.#bucket.tryConsume(now)) return null;
    const { stream } = frame;
    return frame.type === "Open"
      ? { type: "Reset", stream, code: "service", message: "this end does not have that service" }
      : { type: "Reset", stream, code: "unknown", message: "this end does not know that stream" };
  }
}
