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
  /** When {@link next} has something next, where no one else knows; the clock's ms. */
  due?(now: number): number;
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

  /** Queues `frame` for `channel`. */
  push(priority: Priority, channel: Channel, frame: Frame): void {
    const waiting = this.#waiting[priority];
    waiting.push({ channel, frame });
    if (waiting.length > MAX_WAITING) waiting.shift();
  }

  /** Whether frames are queued for room. */
  get waits(): boolean {
    return Object.values(this.#waiting).some(({ length }) => length > 0);
  }

  /**
   * The next packet, null if there is none at `now` (ms).
   * @param keys the source of the most urgent frames, if there is one
   * @param room whether bulk has room on its channel
   * @param streams opened streams, if they go on this link: they know what room they have
   */
  next(now: number, keys?: FrameSource, room = true, streams?: FrameSource): Scheduled | null {
    const first = keys?.next(now);
    if (first) return { ...first, source: keys };
    const waiting = this.#take("screen", 1) ?? this.#take("control", TOGETHER);
    const before = waiting ?? (room ? this.#take("bulk", 1) : null);
    if (before) return before;
    const packet = streams?.next(now);
    return packet ? { ...packet, source: streams } : null;
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
}
