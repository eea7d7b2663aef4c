/**
 * Which frames are sent next on one link, and in which packet: keys and echoes first, then the screen, control, bulk. Pure: it is asked for
 * one packet after the other. It never delays a frame for one that may come.
 */
import type { Frame } from "../../frames/frame.ts";
import type { Channel } from "../../transport/link.ts";

/** The priorities of queued frames. Keys and echoes come from a {@link FrameSource}. */
export type Priority = "screen" | "control" | "bulk";

/** The content of one packet. */
export interface Outgoing {
  readonly channel: Channel;
  readonly frames: readonly Frame[];
}

/** Makes its frames when they can be sent: a sender, or open streams. */
export interface FrameSource {
  /** What can be sent now, at the clock's ms; null: nothing. */
  next(now: number): Outgoing | null;
  /** The link accepted the last result of {@link next}. */
  sent?(now: number): void;
  /** The link refused it. */
  refused?(now: number): void;
}

/** A packet and its origin: a source, or the queue. */
export interface Scheduled extends Outgoing {
  readonly source?: FrameSource;
  readonly priority?: Priority;
}

/** Control frames of one packet: each is less than 4 KiB. */
const TOGETHER = 12;
/** The most frames queued per priority for a link that accepts nothing; the oldest are dropped. */
const MAX_WAITING = 1024;

/** Chooses the frames of one link's packets. */
export class PacketScheduler {
  readonly #waiting: Record<Priority, { readonly channel: Channel; readonly frame: Frame }[]> = {
    screen: [],
    control: [],
    bulk: [],
  };
  readonly #bulk: FrameSource[] = [];

  /** Queues `frame` for `channel`. */
  push(priority: Priority, channel: Channel, frame: Frame): void {
    const waiting = this.#waiting[priority];
    waiting.push({ channel, frame });
    if (waiting.length > MAX_WAITING) waiting.shift();
  }

  /** Adds a source of bulk; sources take turns. */
  add(source: FrameSource): void {
    this.#bulk.push(source);
  }

  /** Whether frames are queued for room. */
  get waits(): boolean {
    return Object.values(this.#waiting).some(({ length }) => length > 0);
  }

  /**
   * The next packet, null if there is none at `now` (ms).
   * @param keys the source of the most urgent frames, if there is one
   * @param room whether bulk has room on its channel
   */
  next(now: number, keys: FrameSource | undefined, room: boolean): Scheduled | null {
    const first = keys?.next(now);
    if (first) return { ...first, source: keys };
    const waiting = this.#take("screen", 1) ?? this.#take("control", TOGETHER);
    if (waiting || !room) return waiting;
    return this.#take("bulk", 1) ?? this.#takeBulk(now);
  }

  /** The link accepted `packet`. */
  sent(packet: Scheduled, now: number): void {
    packet.source?.sent?.(now);
  }

  /** The link refused `packet`: it stays queued, unless it may be lost. */
  refused({ channel, frames, source, priority }: Scheduled, now: number): void {
    source?.refused?.(now);
    if (priority === undefined || channel === "term") return;
    this.#waiting[priority].unshift(...frames.map((frame) => ({ channel, frame })));
  }

  #take(priority: Priority, most: number): Scheduled | null {
    const waiting = this.#waiting[priority];
    const [first] = waiting;
    if (!first) return null;
    const { channel } = first;
    let count = 1;
    while (count < most && waiting[count]?.channel === channel) count++;
    const frames = waiting.splice(0, count).map(({ frame }) => frame);
    return { channel, frames, priority };
  }

  #takeBulk(now: number): Scheduled | null {
    for (let tries = this.#bulk.length; tries > 0; tries--) {
      const source = this.#bulk.shift()!;
      this.#bulk.push(source);
      const packet = source.next(now);
      if (packet) return { ...packet, source };
    }
    return null;
  }
}
