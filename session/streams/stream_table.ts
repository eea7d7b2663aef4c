/**
 * The opened streams between this end and one peer: opens them, gives what comes to the right one, and says what goes next when it is asked.
 * Pure: it never sends. It outlives links and ends with the session. `README.md` has the rules.
 */
import { MAX_DATA } from "../../frames/limits.ts";
import {
  MAX_HEAD,
  MAX_SERVICE,
  type StreamFrame,
  type StreamOpen,
  type StreamReset,
} from "../../frames/stream_frames.ts";
import type { ByteStream, ResetReason } from "./byte_stream.ts";
import { OpenedStream, type StreamOwner } from "./opened_stream.ts";
import { ENDED, Resets, UNKNOWN } from "./resets.ts";
import { RoundRobin } from "./round_robin.ts";
import { StreamIds } from "./stream_ids.ts";
import { CROWD, MAX_STREAMS } from "./stream_limits.ts";
import type { ServiceHandler, StreamTableIo } from "./table_io.ts";
import { Traffic } from "./traffic.ts";
import { WindowPool } from "./window_pool.ts";

/** The open streams between two ends, by number. */
export class StreamTable {
  readonly #streams = new Map<number, OpenedStream>();
  readonly #resets: Resets;
  /** Those of which something besides data may be due. */
  readonly #touched = new Set<OpenedStream>();
  readonly #data = new RoundRobin();
  readonly traffic = new Traffic();
  readonly #ids: StreamIds;
  #closed = false;
  /** This end is about to leave: {@link next} has all that could wait. */
  leaving = false;
  readonly #owner: StreamOwner;

  constructor(
    side: "viewer" | "host",
    private readonly io: StreamTableIo,
    /** Who takes streams for a service, by its name. */
    private readonly service: (name: string) => ServiceHandler | undefined,
  ) {
    this.#ids = new StreamIds(side);
    this.#resets = new Resets(io.now());
    this.#owner = {
      now: () => io.now(),
      touched: (stream) => this.#touch(stream),
      // Of a stream that it was not told of the peer need not be told that it is over.
      wasReset: (stream, reason) => stream.known ? this.#reset(stream.id, reason) : this.#remove(stream),
      closed: (stream, reason) => {
        this.traffic.closed(stream);
        if (!this.#ids.ours(stream.id)) io.watch?.closed(stream, reason);
      },
      pools: { send: new WindowPool(), receive: new WindowPool() },
    };
  }

  /**
   * Opens a stream for the peer's `service` (1 to 64 characters); null while there are 256, or at the end. What is written may go before the peer answers.
   * @throws {RangeError} if the name or `head` (up to 16 KiB) is too long
   */
  open(service: string, head: Uint8Array): ByteStream | null {
    if (service.length > MAX_SERVICE || head.length > MAX_HEAD) {
      throw new RangeError("a name or a head that is too long");
    }
    if (this.#closed || this.#count(true) >= MAX_STREAMS) return null;
    const stream = new OpenedStream(this.#ids.next(), service, head, this.#owner);
    this.#add(stream);
    return stream;
  }

  /** Takes what the peer says of a stream, on whatever link. */
  receive(frame: StreamFrame): void {
    if (this.#closed) return;
    const { stream: id } = frame;
    const stream = this.#streams.get(id);
    if (frame.type === "Reset") this.#wasReset(frame, stream);
    else if (stream) {
      const wrong = stream.heard(frame);
      if (wrong) this.#fail(stream, { code: "protocol", message: `the other end sent ${wrong}` });
      else if (!this.#settled(stream)) this.#touch(stream);
    } else if (this.#resets.has(id)) return;
    else if (frame.type === "Open" && this.#ids.mayOpen(id)) this.#accept(frame);
    else this.#answer(id, this.#codeOf(id));
  }

  /**
   * The next frame to be sent, undefined if there is none now. With more than nothing of a `budget` (bytes) one that is not data comes in any
   * case; data takes what is left of it at most.
   * @param rides it goes in a packet with others: then `Credit`s come that are not due yet
   */
  next(budget: number, rides = false): StreamFrame | undefined {
    if (budget <= 0) return;
    return this.nextWord(rides) ?? this.#nextData(Math.min(budget, MAX_DATA));
  }

  /** As {@link next}, without data. */
  nextWord(rides: boolean): StreamFrame | undefined {
    return this.#resets.next(this.io.now()) ?? this.#nextControl(rides);
  }

  /** When {@link next} has something that it does not have yet; the clock's ms, Infinity if only an event can bring it. */
  get due(): number {
    let due = this.#resets.due(this.io.now());
    for (const stream of this.#touched) due = Math.min(due, stream.due(this.#hurry));
    return due;
  }

  /** Whether {@link next} may have something now. */
  get waiting(): boolean {
    return this.#data.waiting || this.due <= this.io.now();
  }

  /** Those that are open. */
  get streams(): readonly OpenedStream[] {
    return [...this.#streams.values()];
  }

  /** The link has changed, or did not take a frame: what was said and not acked is said again. */
  restart(): void {
    this.#resets.restart();
    this.#touched.clear();
    for (const stream of this.#streams.values()) {
      stream.restart();
      this.#touch(stream);
    }
  }

  /** The session is over: nothing is said or taken any more. */
  close(reason: ResetReason): void {
    this.#closed = true;
    for (const stream of this.streams) {
      this.#remove(stream);
      stream.close(reason);
    }
    this.#resets.clear();
  }

  #accept(open: StreamOpen): void {
    const { stream: id, service, head } = open;
    const handler = this.service(service);
    // Over the limit nothing is remembered: an honest peer keeps to it by itself.
    if (this.#count(false) >= MAX_STREAMS) return this.#answer(id, "limit");
    this.#ids.opened(id);
    if (!handler) {
      this.io.watch?.refused(service);
      return this.#reset(id, { code: "service", message: "there is no such service here" });
    }
    const stream = new OpenedStream(id, service, null, this.#owner);
    this.#add(stream);
    this.io.watch?.opened(stream, head);
    stream.heard(open);
    try {
      handler(stream, head);
    } catch (error) {
      this.io.log(`the service ${service} failed: ${error}`);
      stream.reset("failed", "the service failed");
    }
  }

  #wasReset({ stream: id, code, message }: StreamReset, stream: OpenedStream | undefined): void {
    this.#resets.known(id);
    if (stream) this.#remove(stream);
    // All that it had to say came: it knows the stream no more because it has all of ours, too.
    stream?.close(code === ENDED && stream.told ? null : { code, message });
    if (code === ENDED || code === UNKNOWN) return;
    if (!stream) return this.#answer(id, this.#codeOf(id));
    this.#resets.confirm(id);
    this.io.changed();
  }

  #fail(stream: OpenedStream, reason: ResetReason): void {
    this.#reset(stream.id, reason);
    stream.close(reason);
  }

  /** The peer will be told, until it says that it knows. */
  #reset(id: number, reason: ResetReason): void {
    const stream = this.#streams.get(id);
    if (stream) this.#remove(stream);
    this.#resets.add(id, reason);
    this.io.changed();
  }

  #answer(id: number, code: string): void {
    this.#resets.answer(id, code);
    this.io.changed();
  }

  #add(stream: OpenedStream): void {
    this.#streams.set(stream.id, stream);
    this.traffic.opened(stream);
    this.#touch(stream);
  }

  #remove(stream: OpenedStream): void {
    this.#streams.delete(stream.id);
    this.#touched.delete(stream);
    this.#data.delete(stream);
  }

  #touch(stream: OpenedStream): void {
    if (!this.#streams.has(stream.id)) return;
    this.#touched.add(stream);
    this.#data.add(stream);
    this.io.changed();
  }

  #nextControl(rides: boolean): StreamFrame | undefined {
    const now = this.io.now();
    for (const stream of this.#touched) {
      const frame = stream.control(this.io.srtt(), now, rides, this.#hurry);
      if (frame) {
        this.#settled(stream);
        return frame;
      }
      if (stream.due(this.#hurry) === Infinity) this.#touched.delete(stream);
    }
  }

  /** Whether `stream` is over, all well. */
  #settled(stream: OpenedStream): boolean {
    if (!stream.complete) return false;
    this.#remove(stream);
    stream.close(null);
    return true;
  }

  #nextData(budget: number): StreamFrame | undefined {
    const next = this.#data.next(budget);
    // What comes behind the last byte.
    if (next) this.#touched.add(next.stream);
    return next?.frame;
  }

  get #hurry(): boolean {
    return this.leaving || this.#streams.size > CROWD;
  }

  /** What a frame of a stream that is not known is answered with. */
  #codeOf(id: number): string {
    return this.#ids.used(id) ? ENDED : UNKNOWN;
  }

  /** Streams that this end (`ours`) or the peer has opened, those among them that were reset and the peer has not heard of it. */
  #count(ours: boolean): number {
    const ids = [...this.#streams.keys(), ...this.#resets.unanswered];
    return ids.filter((id) => this.#ids.ours(id) === ours).length;
  }
}
