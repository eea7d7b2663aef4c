/** A sender's stream as frames for the scheduler: what it wants sent, in the form that its end says it. */
import type { Events, Input } from "../../frames/input_frames.ts";
import type { Output } from "../../frames/screen_frames.ts";
import type { FrameSource, Outgoing } from "../links/packet_scheduler.ts";
import type { ByteLog } from "./byte_log.ts";
import type { Counters } from "./counters.ts";
import type { StreamSender, Transmission } from "./sender.ts";

/** The frames of one sender's stream. */
export class StreamSource implements FrameSource {
  #last: Transmission | undefined;

  /** @param frameOf the frame of the bytes from `base` on */
  constructor(
    private readonly sender: StreamSender,
    private readonly log: ByteLog,
    private readonly counters: Counters,
    private readonly frameOf: (base: number, data: Uint8Array) => Output | Input | Events,
  ) {}

  next(now: number): Outgoing | null {
    const next = this.sender.next(now);
    if (!next) return null;
    this.#last = next;
    const frame = this.frameOf(next.base, this.log.slice(next.base, next.end));
    return { channel: next.channel, frames: [frame] };
  }

  sent(): void {
    this.counters.frameSent(this.#last!.end);
  }

  refused(now: number): void {
    this.sender.refused(this.#last!, now);
  }
}
