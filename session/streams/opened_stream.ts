/** One opened stream: both halves, and what is to be said of them next. */
import { MAX_CODE, type StreamData, type StreamFrame, type StreamOpen } from "../../frames/stream_frames.ts";
import type { ByteStream, ResetReason } from "./byte_stream.ts";
import { ReceiveHalf, type Violation } from "./receive_half.ts";
import { SendHalf } from "./send_half.ts";
import type { CountedStream } from "./traffic.ts";
import type { WindowPool } from "./window_pool.ts";

/** What a stream tells the table that it is in. */
export interface StreamOwner {
  now(): number;
  /** Something of it may have to be sent. */
  touched(stream: OpenedStream): void;
  /** Its user has reset it. */
  wasReset(stream: OpenedStream, reason: ResetReason): void;
  /** It is over. */
  closed(stream: OpenedStream, reason: ResetReason | null): void;
  readonly pools: { readonly send: WindowPool; readonly receive: WindowPool };
}

/** An open stream, as the service that opened or accepted it uses it. */
export class OpenedStream implements ByteStream, CountedStream {
  onreadable: (() => void) | null = null;
  ondrain: (() => void) | null = null;
  onclosed: ((reason: ResetReason | null) => void) | null = null;
  readonly #send: SendHalf;
  readonly #receive: ReceiveHalf;
  /** Until the other end is known to have it; null if the other end has opened it. */
  #open: StreamOpen | null;
  #openSaid = false;
  /** Whether the other end may have heard of it, on whatever link. */
  #known: boolean;
  #closed = false;
  /** Its user was told that there is no room. */
  #full = false;

  /** @param head what the service is told, if this end opens the stream */
  constructor(
    readonly id: number,
    readonly service: string,
    head: Uint8Array | null,
    private readonly owner: StreamOwner,
  ) {
    this.#send = new SendHalf(owner.pools.send);
    this.#receive = new ReceiveHalf(owner.pools.receive, owner.now());
    const { limit } = this.#receive;
    this.#known = head === null;
    this.#open = head && { type: "Open", stream: id, service, head: head.slice(), limit };
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const taken = this.#send.write(bytes);
    this.#full = taken < bytes.length;
    if (taken > 0) this.owner.touched(this);
    return taken;
  }

  end(): void {
    if (this.#closed) return;
    this.#send.end();
    this.owner.touched(this);
  }

  read(most: number): Uint8Array | null {
    if (this.#closed) return null;
    const data = this.#receive.read(most);
    if (data) this.owner.touched(this);
    return data;
  }

  get ended(): boolean {
    return this.#receive.ended;
  }

  reset(code: string, message: string): void {
    if (this.#closed) return;
    const reason = { code: code.slice(0, MAX_CODE), message: message.slice(0, 256) };
    this.owner.wasReset(this, reason);
    this.close(reason);
  }

  get out(): number {
    return this.#send.sent;
  }

  get in(): number {
    return this.#receive.received;
  }

  /** Whether the other end may have heard of it. */
  get known(): boolean {
    return this.#known;
  }

  /** Bytes that were sent and not acked. */
  get unacked(): number {
    return this.#send.unacked;
  }

  /** Whether both halves ended well, and nothing is left to be sent or read. */
  get complete(): boolean {
    return this.#send.done && this.#receive.told;
  }

  /** Whether the other end may have forgotten the stream because all is well: it was told that all it sent was read. */
  get told(): boolean {
    return this.#receive.told;
  }

  /** Takes what the other end says of it; returns what is wrong with that. */
  heard(
    frame: Exclude<StreamFrame, { type: "Reset" }>,
  ): Violation | "an ack of what was not sent" | undefined {
    this.#open = null;
    switch (frame.type) {
      case "Open":
        this.#send.credit(0, frame.limit);
        return void this.#receive.restart();
      case "Data":
        return this.#came(this.#receive.accept(frame.base, frame.data));
      case "End":
        return this.#came(this.#receive.end(frame.size));
      case "Credit":
        if (!this.#send.credit(frame.have, frame.limit)) return "an ack of what was not sent";
        if (!this.#full || this.#send.room === 0) return;
        this.#full = false;
        return void this.ondrain?.();
    }
  }

  #came(wrong: Violation | undefined): Violation | undefined {
    if (!wrong && (this.#receive.readable > 0 || this.#receive.ended)) this.onreadable?.();
    return wrong;
  }

  /**
   * What is to be said now besides data.
   * @param srtt the path's round trip, ms, if it is known
   * @param rides it costs no packet of its own: a `Credit` need not wait
   * @param hurry the word that all was read need not wait either
   */
  control(
    srtt: number | undefined,
    now: number,
    rides: boolean,
    hurry: boolean,
  ): StreamFrame | null {
    const stream = this.id;
    if (this.#open && !this.#openSaid) {
      this.#openSaid = this.#known = true;
      return this.#open;
    }
    const credit = this.#receive.credit(srtt, now, rides, hurry);
    if (credit) return { type: "Credit", stream, ...credit };
    const size = this.#send.takeEnd();
    return size === null ? null : { type: "End", stream, size };
  }

  /** When {@link control} next has something, but for what comes behind data; ms. */
  due(hurry: boolean): number {
    return this.#receive.due(hurry);
  }

  /** The next data, `most` bytes at most; null if there is none, or no credit for it. */
  data(most: number): StreamData | null {
    const next = this.#send.take(most);
    return next && { type: "Data", stream: this.id, ...next };
  }

  /** The link has changed: what was said may be lost. */
  restart(): void {
    this.#openSaid = false;
    this.#send.restart();
    if (!this.#open) this.#receive.restart();
  }

  /** It is over. */
  close(reason: ResetReason | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.owner.closed(this, reason);
    this.#send.release();
    this.#receive.release();
    this.onclosed?.(reason);
  }
}
