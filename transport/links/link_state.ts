/** What all links share: counters, the inbox, the size limit, and a single end. */

import { Inbox, type Receiver } from "./inbox.ts";
import { type Channel, type ChannelStats, type LinkClosed, MAX_MESSAGE } from "../link.ts";

const nothing = (): ChannelStats => ({ sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 });

let made = 0;

/** A name for logs that is unique in this process, e.g. `webrtc#3`. */
export function linkId(kind: string): string {
  return `${kind}#${++made}`;
}

/** The state of one link. `onfault` is called when the link must end because of what its receiver did. */
export class LinkState {
  readonly channels: Record<Channel, ChannelStats> = { ctrl: nothing(), term: nothing(), bulk: nothing() };
  /** Messages that were malformed, too large, replayed or unauthentic. */
  dropped = 0;
  /** When the last message arrived; ms of `performance.now()`. */
  heardAt = -Infinity;
  readonly closed: Promise<LinkClosed>;
  readonly #settle: (closed: LinkClosed) => void;
  readonly #inbox: Inbox;
  #ended: LinkClosed | null = null;

  constructor(onfault: (closed: LinkClosed) => void) {
    const { promise, resolve } = Promise.withResolvers<LinkClosed>();
    this.closed = promise;
    this.#settle = resolve;
    this.#inbox = new Inbox((detail) => onfault({ reason: "protocol", detail }));
  }

  get open(): boolean {
    return this.#ended === null;
  }

  get receiver(): Receiver | null {
    return this.#inbox.receiver;
  }

  set receiver(receiver: Receiver | null) {
    if (this.open) this.#inbox.receiver = receiver;
  }

  /** Throws RangeError for a message over {@link MAX_MESSAGE}: a bug of the caller, so not counted. */
  checkSize(channel: Channel, message: Uint8Array): void {
    if (message.length <= MAX_MESSAGE) return;
    throw new RangeError(
      `a ${channel} message has ${message.length} bytes; a link takes at most ${MAX_MESSAGE}: cut it into parts`,
    );
  }

  /** Counts one sent message of `bytes` on `channel`. */
  sent(channel: Channel, bytes: number): void {
    this.channels[channel].sent++;
    this.channels[channel].sentBytes += bytes;
  }

  /** Handles a message from the far end: counts it and hands it on, or drops it if the link has ended or the message is too large. */
  receive(channel: Channel, message: Uint8Array): void {
    if (!this.open) return;
    if (message.length > MAX_MESSAGE) {
      this.dropped++;
      return;
    }
    this.heardAt = performance.now();
    this.channels[channel].received++;
    this.channels[channel].receivedBytes += message.length;
    this.#inbox.push(channel, message);
  }

  /** Ends the link; returns false if it had ended before. The first reason is kept. */
  end(closed: LinkClosed): boolean {
    if (this.#ended) return false;
    this.#ended = closed;
    this.#inbox.close();
    this.#settle(closed);
    return true;
  }

  /** A copy of the counters. */
  counters(): Record<Channel, ChannelStats> {
    return {
      ctrl: { ...this.channels.ctrl },
      term: { ...this.channels.term },
      bulk: { ...this.channels.bulk },
    };
  }
}

/** The part of a {@link Link} that its {@link LinkState} implements. */
export abstract class StatefulLink implements AsyncDisposable {
  protected abstract readonly state: LinkState;
  abstract close(detail?: string): Promise<void>;

  /** Nothing to do for a link whose bulk never has its own connection, or always has it. */
  wantBulk(): void {}

  get onmessage(): Receiver | null {
    return this.state.receiver;
  }

  set onmessage(receiver: Receiver | null) {
    this.state.receiver = receiver;
  }

  get closed(): Promise<LinkClosed> {
    return this.state.closed;
  }

  get heardAt(): number {
    return this.state.heardAt;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
