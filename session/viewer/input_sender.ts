/** A viewer's input, for a terminal or a desktop: kept until the host has applied it, sent on any link, as far ahead as the host accepts it. */
import type { Events, Input, InputAck } from "../../frames/input_frames.ts";
import { ByteLog } from "../sync/byte_log.ts";
import type { Counters } from "../sync/counters.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { PathMonitor } from "../links/path_monitor.ts";
import { StreamSender } from "../sync/sender.ts";
import { StreamSource } from "../sync/stream_source.ts";
import { INPUT_LIMIT } from "../sync/limits.ts";

/** A viewer's typed bytes: sent exactly once over any number of links. */
export class InputSender {
  readonly #log = new ByteLog(INPUT_LIMIT);
  readonly #sender = new StreamSender(this.#log, new PathMonitor(0), { lossy: false }, 0);
  readonly #source: StreamSource;
  /** Input after {@link #log}, for which the host has no room yet. */
  #later: Uint8Array[] = [];
  #laterBytes = 0;

  /** @param frameOf the frame of the bytes from `base` on */
  constructor(
    private readonly counters: Counters,
    frameOf: (base: number, data: Uint8Array) => Input | Events,
  ) {
    this.#source = new StreamSource(this.#sender, this.#log, counters, frameOf);
  }

  /** The oldest offset that may have to be sent again. */
  get start(): number {
    return this.#log.start;
  }

  /** The end of all input. */
  get end(): number {
    return this.#log.end + this.#laterBytes;
  }

  /** Bytes that the host has not confirmed. */
  get unsent(): number {
    return this.end - this.#sender.acked;
  }

  /** Since when there has been no news of sent bytes, the clock's ms; undefined if all of them have arrived. */
  get unackedSince(): number | undefined {
    return this.#sender.unackedSince;
  }

  /** Adds a copy of `bytes`. */
  type(bytes: Uint8Array): void {
    this.#later.push(bytes.slice());
    this.#laterBytes += bytes.length;
    this.#advance();
  }

  /** The host, which has applied everything below `have`, uses `conversation`: the rest of the input follows there, once. */
  goOn(have: number, conversation: LinkProtocol): void {
    const from = Math.min(Math.max(have, this.#log.start), this.#log.end);
    this.#sender.restart(from, conversation.path, { lossy: conversation.lossy });
    this.#log.trim(from);
    this.#advance();
  }

  /** Anything was heard from the host. */
  heard(): void {
    this.#sender.heard();
  }

  /** The host has applied everything below `have`, and holds the ranges of `sack`. */
  acked({ have, sack }: Pick<InputAck, "have" | "sack">, now: number): void {
    this.#sender.ack(have, sack, now);
    this.counters.ackedTo(have);
    this.#log.trim(this.#sender.acked);
    this.#advance();
  }

  /** Sends what is due. */
  flush(conversation: LinkProtocol, now: number): void {
    if (this.#sender.probe(now)) conversation.probe(now);
    conversation.flush(now, this.#source);
  }

  /** When {@link flush} is next due; the clock's ms. */
  due(now: number): number {
    return this.#sender.due(now);
  }

  /** Moves input to the log as far as there is room. */
  #advance(): void {
    let moved = 0;
    for (const bytes of this.#later) {
      const part = bytes.subarray(0, INPUT_LIMIT - (this.#log.end - this.#log.start));
      this.#log.append(part);
      this.#laterBytes -= part.length;
      if (part.length < bytes.length) {
        this.#later[moved] = bytes.subarray(part.length);
        break;
      }
      moved++;
    }
    this.#later.splice(0, moved);
  }
}
