/**
 * How often a peer may ask for what costs more than the bytes that ask for it: the one place of that rule (`PROTOCOL.md`, "What a peer may
 * cost"). Of what comes sooner the newest waits, so that an honest peer loses nothing, and a flood costs no more than this.
 */
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";

const PACES = {
  /** A Welcome, and a screen. A viewer says one on each link, and asks for a link once a second at most. */
  Hello: { burst: 8, perSecond: 2 },
  /** The same without a Welcome: an ack on another link, to which the host follows. A viewer changes links as often as it asks for them. */
  Move: { burst: 8, perSecond: 2 },
  /** A screen. A viewer waits 500 ms and two round trips before it asks again. */
  Resync: { burst: 4, perSecond: 4 },
  /** Perhaps another size for the command, the emulator and every viewer. A person who drags a window sees it follow. */
  Window: { burst: 8, perSecond: 10 },
  /** 500 rows read from the emulator and packed, 5 to 10 ms. All 100,000 rows are 200 requests. */
  LinesRequest: { burst: 250, perSecond: 20 },
  /** 128 KiB of a picture. One of 4 MiB is 32 requests, one after the other. */
  PictureRequest: { burst: 64, perSecond: 50 },
  /** A line over the person's screen, which may have to be painted anew. */
  Notice: { burst: 3, perSecond: 1 },
} as const satisfies Record<string, Rate>;

export type RequestKind = keyof typeof PACES;

interface Kind {
  readonly bucket: TokenBucket;
  waiting: (() => void) | undefined;
  /** When there is a token for what waits; the clock's ms. */
  at: number;
}

/** Limits the rate of each kind of request that a viewer sends. */
export class RequestLimits {
  readonly #kinds = new Map<RequestKind, Kind>();

  /** Answers now, or once it may; until then a newer one of its kind takes its place. */
  ask(kind: RequestKind, answer: () => void, now: number): void {
    const of = this.#of(kind, now);
    // One that waits has the next turn.
    if (of.waiting) of.waiting = answer;
    else if (of.bucket.tryConsume(now)) answer();
    else {
      of.waiting = answer;
      of.at = now + of.bucket.wait(now, 1);
    }
  }

  /** Answers what has waited long enough. */
  poll(now: number): void {
    for (const kind of this.#kinds.values()) {
      const { waiting, bucket, at } = kind;
      if (!waiting || at > now) continue;
      if (!bucket.tryConsume(now)) {
        // A part of a token short, by rounding.
        kind.at = now + bucket.wait(now, 1);
        continue;
      }
      kind.waiting = undefined;
      waiting();
    }
  }

  /** When {@link poll} is next due; the clock's ms, Infinity if nothing waits. */
  get due(): number {
    let due = Infinity;
    for (const { waiting, at } of this.#kinds.values()) if (waiting) due = Math.min(due, at);
    return due;
  }

  #of(kind: RequestKind, now: number): Kind {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const made = { bucket: new TokenBucket(PACES[kind], now), waiting: undefined, at: now };
    this.#kinds.set(kind, made);
    return made;
  }
}

/**
 * Packets that a link may bring at once, and then a second. An honest viewer says 1,400 a second at the very most (an ack a ms, three
 * new messages each 8 ms) besides chunks of a paste, and 1,000 for opened streams; a host may fill a fast network.
 */
const FROM_VIEWER = { burst: 4000, perSecond: 2500 };
const FROM_HOST = { burst: 40_000, perSecond: 20_000 };
/** Of large packets, bytes, the network carries fewer: they count for a part. */
const LARGE = 8 * 1024;
const LARGE_COUNTS = 0.125;

/** Frames of an honest packet are two: data and an ack. More count as packets of two. */
const FRAMES = 2;
/** Of frames of opened streams many go together: so many count as a packet. */
const STREAM_FRAMES = 16;

/** What a packet of `bytes` bytes with so many frames of opened streams takes of the budget of who gets it. */
export function packetCost(bytes: number, streamFrames: number): number {
  return (bytes >= LARGE ? LARGE_COUNTS : 1) + streamFrames / STREAM_FRAMES;
}

/** The budget for all that one link brings. */
export class MessageBudget {
  readonly #bucket: TokenBucket;

  /** @param now ms of a steady clock, as always here */
  constructor(from: "viewer" | "host", now: number) {
    this.#bucket = new TokenBucket(from === "viewer" ? FROM_VIEWER : FROM_HOST, now);
  }

  /** Whether a packet of `bytes` bytes that comes at `now` (ms) is within it. */
  admits(bytes: number, now: number): boolean {
    return this.#bucket.tryConsume(now, packetCost(bytes, 0));
  }

  /** The same, once it is known that it has `frames` frames, and of opened streams so many more. */
  admitsFrames(frames: number, streamFrames: number, now: number): boolean {
    const more = Math.max(0, frames / FRAMES - 1) + streamFrames / STREAM_FRAMES;
    return more === 0 || this.#bucket.tryConsume(now, more);
  }
}
