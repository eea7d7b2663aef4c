/**
 * Paces what asks for a person's attention: bells and notifications (OSC 9, 99 and 777). A hostile host could ring and notify thousands of
 * times a second. Pure.
 */
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";

/** A program that rings at each wrong key stays whole; a flood is not louder than this. */
const BELLS: Rate = { burst: 5, perSecond: 2 };
/** One notification may come in a few sequences (kitty's `d=0`). */
const NOTIFICATIONS: Rate = { burst: 5, perSecond: 1 };

/** The pace of one stream. */
export class AttentionPacer {
  readonly #bells: TokenBucket;
  readonly #notifications: TokenBucket;
  #held = "";

  /** @param now a clock in ms */
  constructor(private readonly now: () => number) {
    this.#bells = new TokenBucket(BELLS, now());
    this.#notifications = new TokenBucket(NOTIFICATIONS, now());
  }

  /** Whether the terminal may ring now. A bell that may not is dropped. */
  bell(): boolean {
    return this.#bells.tryConsume(this.now());
  }

  /** The notification that is to be written now: `sequence`, or an empty string. Of those held back the newest is {@link late}. */
  notification(sequence: string): string {
    if (this.#held === "" && this.#notifications.tryConsume(this.now())) return sequence;
    this.#held = sequence;
    return "";
  }

  /** The newest notification that was held back, when it may be written; an empty string if there is none. */
  late(): string {
    if (this.#held === "" || !this.#notifications.tryConsume(this.now())) return "";
    const held = this.#held;
    this.#held = "";
    return held;
  }
}
