/**
 * How often a peer may ask for what costs more than the bytes that ask for it: the one place of that rule (`PROTOCOL.md`, "What a peer may
 * cost"). Of what comes sooner the newest waits, so that an honest peer loses nothing, and a flood costs no more than this.
 */
import { Bucket } from "./bucket.ts";

const PACES = {
  /** A Welcome, and a screen. A viewer says one on each link, and asks for a link once a second at most. */
  Hello: { burst: 8, every: 500 },
  /** A screen. A viewer waits 500 ms and two round trips before it asks again. */
  Resync: { burst: 4, every: 250 },
  /** Perhaps another size for the command, the emulator and every viewer. A person who drags a window sees it follow. */
  Window: { burst: 8, every: 100 },
  /** 500 rows read from the emulator and packed, 5 to 10 ms. All 100,000 rows are 200 requests. */
  LinesRequest: { burst: 250, every: 50 },
  /** 128 KiB of a picture. One of 4 MiB is 32 requests, one after the other. */
  PictureRequest: { burst: 64, every: 20 },
  /** A line over the person's screen, which may have to be painted anew. */
  Notice: { burst: 3, every: 1000 },
} as const;

export type RequestKind = keyof typeof PACES;

interface Kind {
  readonly bucket: Bucket;
  waiting: (() => void) | undefined;
}

export class Requests {
  readonly #kinds = new Map<RequestKind, Kind>();

  /** Answers now, or once it may; until then a newer one of its kind takes its place. */
  ask(kind: RequestKind, answer: () => void, now: number): void {
    const of = this.#of(kind);
    // One that waits has the next turn.
    if (of.waiting || !of.bucket.tryTake(now)) of.waiting = answer;
    else answer();
  }

  /** Answers what has waited long enough. */
  poll(now: number): void {
    for (const kind of this.#kinds.values()) {
      const { waiting } = kind;
      if (!waiting || kind.bucket.next > now || !kind.bucket.tryTake(now)) continue;
      kind.waiting = undefined;
      waiting();
    }
  }

  /** When {@link poll} is next due; the clock's ms, Infinity if nothing waits. */
  get due(): number {
    let due = Infinity;
    for (const { waiting, bucket } of this.#kinds.values()) if (waiting) due = Math.min(due, bucket.next);
    return due;
  }

  #of(kind: RequestKind): Kind {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const { burst, every } = PACES[kind];
    const made = { bucket: new Bucket(burst, every), waiting: undefined };
    this.#kinds.set(kind, made);
    return made;
  }
}

/**
 * Messages that a link may bring at once, and then one each so many ms. An honest viewer says 1,400 a second at the very most (an ack a ms, three
 * new messages each 8 ms) besides chunks of a paste; a host may fill a fast network.
 */
const FROM_VIEWER = { burst: 4000, every: 0.5 };
const FROM_HOST = { burst: 40_000, every: 0.05 };
/** Of large messages, bytes, the network carries fewer: they count for a part. */
const LARGE = 8 * 1024;
const LARGE_COUNTS = 0.25;

/** The budget for all messages of one link. */
export class MessageBudget {
  readonly #bucket: Bucket;

  constructor(from: "viewer" | "host") {
    const { burst, every } = from === "viewer" ? FROM_VIEWER : FROM_HOST;
    this.#bucket = new Bucket(burst, every);
  }

  /** Whether a message of `bytes` bytes that comes at `now` (ms) is within it. */
  admits(bytes: number, now: number): boolean {
    return this.#bucket.tryTake(now, bytes >= LARGE ? LARGE_COUNTS : 1);
  }
}
