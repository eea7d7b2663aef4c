/** The limits of a road: what each one bounds, and the reason for its default. `README.md` lists them with their costs. */
import type { Rate } from "../../transport/token_bucket.ts";

/** Times in ms, sizes in bytes. */
export interface Limits {
  /** Live sessions, including those that wait for their host. */
  sessions: number;
  /** Viewers per session; at most 256, see `LIMITS.peers` of the schema. */
  peers: number;
  /** TCP connections; fewer if the process may not open as many files. */
  connections: number;
  /** TCP connections of one address. */
  connectionsEach: number;
  /** HTTP requests of one address, upgrades included. */
  http: Rate;
  /** Sockets that have not joined yet. */
  joining: number;
  /** Sockets of one address that have not joined yet: one address cannot block the others. */
  joiningEach: number;
  /** The time that a socket may take to join. */
  joinTime: number;
  /** The time that a client may take to read an HTTP answer. */
  responseTime: number;
  /** Text messages of a viewer's socket; a host's socket may send 16 times as many. */
  messages: Rate;
  /** Bad messages of one socket. */
  faults: Rate;
  /** Joins of one address, in tokens; `API.md` lists the prices. */
  joins: Rate;
  /** `pake` messages of one address, refunded when its viewer is admitted. */
  guesses: Rate;
  /** How long a viewer keeps its place without having proved the secret, while its host is here. */
  seatTime: number;
  /** Bytes queued unread for one receiver. */
  unread: number;
  /** Bytes queued unread for all sockets of the node; above it each socket may have a sixteenth of its own limit. */
  unreadTotal: number;
  /** Bytes of messages that have begun to arrive, of all sockets of the node together; above it those are cut that began first. */
  begunTotal: number;
  /** Signals kept for lost peers, of all sessions, in characters. */
  keptTotal: number;
  /**
   * Bytes that a session's host relays, and that all its viewers relay together; a faster sender is slowed down. Each message counts 512
   * bytes more than its length.
   */
  relayRate: Rate;
  /** Bytes that one viewer relays. */
  relayEach: Rate;
  /** Bytes that all sessions of the node relay; large senders wait, keys do not. */
  relayTotal: Rate;
  /** Bytes that a session relays in its life. */
  relayBytes: number;
  /** A session without viewers in which nothing was signalled or relayed for so long ends. */
  idleTtl: number;
  /** The longest life of a session. */
  totalTtl: number;
}

const HOUR = 3_600_000;
const MIB = 1024 * 1024;

export const LIMIT_DEFAULTS: Limits = {
  /** About 30 KB each, with a viewer: 300 MB at most. */
  sessions: 10_000,
  /** More people than a shared terminal can use, far below the schema's 256. */
  peers: 64,
  /** Two for each session, and as many again that come and go: 15 KB each. */
  connections: 40_000,
  /** A large office behind one address, where each person has a page open and one spare connection. */
  connectionsEach: 2_000,
  /**
   * The viewer page requests 20 files, so 30 people may open it at the same moment; polling for messages each second is far below the rate.
   */
  http: { burst: 600, perSecond: 60 },
  /** Ten seconds' worth of joins at a busy road; each costs about 20 KB. */
  joining: 1_000,
  /** As many as one office may join at once (`joins`), and a few more. */
  joiningEach: 128,
  /** Enough for three lost packets on a slow link. */
  joinTime: 5_000,
  /** The time that the viewer's script, 540 KB, takes at 40 kbit/s. */
  responseTime: 120_000,
  /** A negotiation sends about 30 messages in a second or two; 2,000 at once are more than sixty negotiations. */
  messages: { burst: 2_000, perSecond: 200 },
  /** Enough to find a fault in one's own client, too few to cause load. */
  faults: { burst: 20, perSecond: 1 },
  /** An office behind one address that reconnects after a restart, and at most four joins a second in the long run. */
  joins: { burst: 120, perSecond: 4 },
  /** A login takes two: an office of 60 can log in at once, and an attacker guesses 30 times a minute at most. */
  guesses: { burst: 120, perSecond: 0.5 },
  /** A login takes a second; one that waits behind others' guesses gives up after 15. */
  seatTime: 30_000,
  /** Half a second of a fast link; a session's own window is far smaller. */
  unread: 4 * MIB,
  /** What a server of 1 GB has left beside 10,000 sessions and their sockets. */
  unreadTotal: 256 * MIB,
  /** 2,000 of the longest messages at once; an honest one arrives within a second or two. */
  begunTotal: 128 * MIB,
  /** A negotiation that waits keeps 20 KB: 3,000 of them at once. */
  keptTotal: 64 * MIB,
  /** A film in a terminal takes 1 MiB a second; this is a tenth of a fast server's link. */
  relayRate: { burst: 32 * MIB, perSecond: 16 * MIB },
  /** The largest clipboard at once, and a file as fast as most people's lines are. */
  relayEach: { burst: 4 * MIB, perSecond: 4 * MIB },
  /** 1.6 Gbit/s: the work of half a core here, so that the other half remains for keys and joins. */
  relayTotal: { burst: 4 * MIB, perSecond: 192 * MIB },
  /** Twice a working day at 1 MiB a second. */
  relayBytes: 64 * 1024 * MIB,
  /** A host that waits over a weekend is still there on Monday. */
  idleTtl: 7 * 24 * HOUR,
  /** Longer than people keep a terminal open; it also bounds the life of a token. */
  totalTtl: 30 * 24 * HOUR,
};

const COUNTS = [
  "sessions",
  "peers",
  "connections",
  "connectionsEach",
  "joining",
  "joiningEach",
  "joinTime",
  "seatTime",
  "responseTime",
  "unread",
  "unreadTotal",
  "begunTotal",
  "keptTotal",
  "relayBytes",
  "idleTtl",
  "totalTtl",
] as const;
export const RATES = [
  "http",
  "messages",
  "faults",
  "joins",
  "guesses",
  "relayRate",
  "relayEach",
  "relayTotal",
] as const;

/** Fills in the defaults. Throws RangeError for an invalid number. */
export function settleLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...LIMIT_DEFAULTS, ...given };
  for (const name of COUNTS) {
    if (!(limits[name] > 0)) throw new RangeError(`the limit ${name} is ${limits[name]}; it must be above 0`);
  }
  for (const name of RATES) {
    const { burst, perSecond } = limits[name];
    if (!(burst > 0 && perSecond > 0)) throw new RangeError(`the rate ${name} must be above 0 in both parts`);
  }
  if (limits.peers > 256) {
    throw new RangeError(`the limit peers is ${limits.peers}; at most 256 are possible`);
  }
  return limits;
}
