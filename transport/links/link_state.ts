/** What all links have in common: counters, the inbox, the size limit, and ending once. */

import { Inbox, type Receiver } from "./inbox.ts";
import { type Channel, type ChannelStats, type LinkClosed, MAX_MESSAGE } from "../link.ts";

const nothing = (): ChannelStats => ({ sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 });

/** So long a silence is a cut, or a pause in which nobody wanted anything; ms. */
const SILENCE = 1000;

let made = 0;

/** A name for logs that no other link of this process has, e.g. `webrtc#3`. */
export function linkId(kind: string): string {
  return `${kind}#${++made}`;
}

/** The state of one link. `onfault` is called when the link must end because of what its receiver did. */
export class LinkState {
  readonly channels: Record<Channel, ChannelStats> = { ctrl: nothing(), term: nothing(), bulk: nothing() };
  /** Messages that were malformed, too large, replayed or unauthentic. */
  dropped = 0;
  /** When the last message came; ms of `performance.now()`. */
  heardAt = -Infinity;
  /** When a silence ended last; the same clock. */
  returnedAt = -Infinity;
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

  /** Throws RangeError for a message over {@link MAX_MESSAGE}; the sender's fault, so not counted. */
  checkSize(channel: Channel, message: Uint8Array): void {
    if (message.length <= MAX_MESSAGE) return;
    throw new RangeError(
      `a ${channel} message has ${message.length} bytes; a link takes at most ${MAX_MESSAGE}: cut it into parts`,
    );
  }

  sent(channel: Channel, bytes: number): void {
    this.channels[channel].sent++;
    this.channels[channel].sentBytes += bytes;
  }

  /** A message from the far end: counted and handed on, or dropped if the link has ended or it is too large. */
  receive(channel: Channel, message: Uint8Array): void {
    if (!this.open) return;
    if (message.length > MAX_MESSAGE) {
      this.dropped++;
      return;
    }
    const now = performance.now();
    if (now - this.heardAt >= SILENCE && this.heardAt !== -Infinity) this.returnedAt = now;
    this.heardAt = now;
    this.channels[channel].received++;
    this.channels[channel].receivedBytes += message.length;
    this.#inbox.push(channel, message);
  }

  /** Ends the link; false if it had ended before. The first reason stands. */
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

/** The part of a `Link` that its {@link LinkState} answers for. */
export abstract class StatefulLink implements AsyncDisposable {
  protected abstract readonly state: LinkState;
  abstract close(detail?: string): Promise<void>;

  /** Nothing to do for a link whose bulk never has a connection of its own, or always has. */
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

  get returnedAt(): number {
    return this.state.returnedAt;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
