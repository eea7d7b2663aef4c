/** Keeps the messages of a link until a receiver is set. */

import type { Channel } from "../link.ts";

/** Most messages kept before a receiver is set: part of the contract of {@link Link.onmessage}. */
export const INBOX_MESSAGES = 256;
/** Most payload bytes kept before a receiver is set. */
export const INBOX_BYTES = 1024 * 1024;

export type Receiver = (channel: Channel, message: Uint8Array) => void;

/**
 * Hands messages to one receiver in the order in which they arrived. Messages that arrive before the receiver is set are kept, within
 * {@link INBOX_MESSAGES} and {@link INBOX_BYTES}, and handed over in a microtask after it is set (never inside the assignment, where the
 * caller is not ready yet).
 */
export class Inbox {
  #receiver: Receiver | null = null;
  #kept: { channel: Channel; message: Uint8Array }[] = [];
  #keptBytes = 0;
  #draining = false;
  #closed = false;
  readonly #fault: (detail: string) => void;

  /** `fault` is called once, with one line, if this inbox cannot go on: it overflowed, or the receiver threw. */
  constructor(fault: (detail: string) => void) {
    this.#fault = fault;
  }

  get receiver(): Receiver | null {
    return this.#receiver;
  }

  set receiver(receiver: Receiver | null) {
    this.#receiver = receiver;
    if (receiver && this.#kept.length > 0 && !this.#draining) {
      this.#draining = true;
      queueMicrotask(() => this.#drain());
    }
  }

  /** Hands one message to the receiver, or keeps it; calls `fault` if it does not fit. */
  push(channel: Channel, message: Uint8Array): void {
    if (this.#closed) return;
    if (this.#receiver && !this.#draining) return this.#hand(channel, message);
    if (this.#kept.length >= INBOX_MESSAGES || this.#keptBytes + message.length > INBOX_BYTES) {
      // To drop one would silently break the contract that ctrl is reliable.
      return this.#fail(
        `nobody took ${this.#kept.length} messages (${this.#keptBytes} bytes); the limit is ${INBOX_MESSAGES} messages, ${INBOX_BYTES} bytes`,
      );
    }
    this.#kept.push({ channel, message });
    this.#keptBytes += message.length;
  }

  /** Drops what is kept and ignores later messages. */
  close(): void {
    this.#closed = true;
    this.#receiver = null;
    this.#kept = [];
    this.#keptBytes = 0;
  }

  #drain(): void {
    const kept = this.#kept;
    let next = 0;
    for (; next < kept.length && this.#receiver && !this.#closed; next++) {
      const { channel, message } = kept[next]!;
      this.#keptBytes -= message.length;
      this.#hand(channel, message);
    }
    this.#draining = false;
    if (!this.#closed) this.#kept = kept.slice(next);
  }

  #hand(channel: Channel, message: Uint8Array): void {
    try {
      this.#receiver?.(channel, message);
    } catch (error) {
      this.#fail(
        `the receiver of a ${channel} message threw: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  #fail(detail: string): void {
    if (this.#closed) return;
    this.close();
    this.#fault(detail);
  }
}
