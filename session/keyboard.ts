/** What is typed at a viewer: kept until the host has applied it, sent on whatever link there is. */
import { ByteLog } from "./byte_log.ts";
import type { Conversation, Standing } from "./conversation.ts";
import { PathMonitor } from "./path.ts";
import { StreamSender } from "./sender.ts";
import { INPUT_LIMIT } from "./limits.ts";

export class Keyboard {
  readonly #log = new ByteLog(INPUT_LIMIT);
  readonly #sender = new StreamSender(this.#log, new PathMonitor(0), { lossy: false }, 0);

  /** The oldest offset that may have to be sent again. */
  get start(): number {
    return this.#log.start;
  }

  /** The end of all that was typed. */
  get end(): number {
    return this.#log.end;
  }

  /** Bytes that the host has not confirmed. */
  get unsent(): number {
    return this.#log.end - this.#sender.acked;
  }

  /** Since when there has been no news of what was sent, the clock's ms; undefined if all of it has arrived. */
  get unackedSince(): number | undefined {
    return this.#sender.unackedSince;
  }

  /** Takes a copy of `bytes`. */
  type(bytes: Uint8Array): void {
    this.#log.append(bytes.slice());
  }

  /** The host, which has applied all below `have`, talks on `conversation`: the rest of what was typed follows there, once. */
  goOn(have: number, conversation: Conversation): void {
    const from = Math.min(Math.max(have, this.#log.start), this.#log.end);
    this.#sender.restart(from, conversation.path, { lossy: conversation.lossy });
    this.#log.trim(from);
  }

  /** Anything was heard from the host. */
  heard(): void {
    this.#sender.heard();
  }

  /** The host has applied all below `have`, and keeps `sack` aside. */
  acked(have: number, sack: readonly number[], now: number): void {
    this.#sender.ack(have, sack, now);
    this.#log.trim(this.#sender.acked);
  }

  /** Sends what is due. */
  flush(conversation: Conversation, standing: Standing, now: number): void {
    conversation.flush(this.#sender, this.#log, standing, now);
  }

  /** When {@link flush} is next due; the clock's ms. */
  due(now: number): number {
    return this.#sender.due(now);
  }
}
