/** The limits of a road: what each bounds, and why it is what it is. `README.md` has them beside what they cost. */
import type { Rate } from "../../transport/token_bucket.ts";

/** Times in ms, sizes in bytes. */
export interface Limits {
  /** Live sessions, those that wait for their host included. */
  sessions: number;
  /** Viewers per session; at most 256, see `LIMITS.peers` of the schema. */
  peers: number;
  /** TCP connections; fewer where the process may not have as many files. */
  connections: number;
  /** The same of one address. */
  connectionsEach: number;
  /** HTTP requests of one address, upgrades included. */
  http: Rate;
  /** Sockets that have not joined yet. */
  joining: number;
  /** The same of one address: who opens many keeps nobody else out. */
  joiningEach: number;
  /** How long a socket may take to join. */
  joinTime: number;
  /** How long a client may take to read an HTTP answer. */
  responseTime: number;
  /** Text messages of a viewer's socket; a host's has 16 times as many. */
  messages: Rate;
  /** Bad messages of one socket. */
  faults: Rate;
  /** Joins of one address, in tokens; `API.md` has the prices. */
  joins: Rate;
  /** `pake` messages of one address, given back when its viewer is let in. */
  guesses: Rate;
  /** How long a viewer keeps its seat without having proved the secret, while its host is here. */
  seatTime: number;
  /** What may pile up unread for one receiver. */
  unread: number;
  /** The same for all sockets of the node together; above it each may hold a sixteenth of its own. */
  unreadTotal: number;
  /** Signals that wait for lost peers, of all sessions together. */
  keptTotal: number;
  /** Relayed bytes of a session's host, and of all its viewers together; a faster sender is slowed. A message counts 512 bytes beside its own. */
  relayRate: Rate;
  /** The same of one viewer. */
  relayEach: Rate;
  /** The same for all sessions of the node together; who sends much waits, and keys do not. */
  relayTotal: Rate;
  /** Relayed bytes of a session in its life. */
  relayBytes: number;
  /** A session in which nothing was signalled or relayed for so long, and no viewer is there, ends. */
  idleTtl: number;
  /** No session lives longer. */
  totalTtl: number;
}

const HOUR = 3_600_000;
const MIB = 1024 * 1024;

export const LIMIT_DEFAULTS: Limits = {
  /** About 30 KB each with a viewer: 300 MB at the most. */
  sessions: 10_000,
  /** More people than a shared terminal can use, far below the schema's 256. */
  peers: 64,
  /** Two of each session, and as many again that come and go: 15 KB each. */
  connections: 40_000,
  /** A large office behind one address, each of its people with a page open and one to spare. */
  connectionsEach: 2_000,
  /** The viewer's page asks for 20 files, so 30 people may open it at once; who asks for mail each second is far below the rate. */
  http: { burst: 600, perSecond: 60 },
  /** Ten seconds' worth of a busy road; each costs about 20 KB. */
  joining: 1_000,
  /** What an office may join at once (`joins`), and a little. */
  joiningEach: 128,
  /** Three lost packets of a slow link fit in. */
  joinTime: 5_000,
  /** The viewer's script, 540 KB, at 40 kbit/s. */
  responseTime: 120_000,
  /** A negotiation takes about 30 messages in a second or two; 2,000 at once are sixty of them. */
  messages: { burst: 2_000, perSecond: 200 },
  /** Enough to see what is wrong with one's own client, too few to make work. */
  faults: { burst: 20, perSecond: 1 },
  /** An office behind one address coming back after a restart, and no more than four joins a second for long. */
  joins: { burst: 120, perSecond: 4 },
  /** A login takes two: an office of 60 logs in at once, and who guesses does so 30 times a minute at most. */
  guesses: { burst: 120, perSecond: 0.5 },
  /** A login takes a second; one that waits for others' guesses gives up after 15. */
  seatTime: 30_000,
  /** Half a second of a fast link; a session's own window is far smaller. */
  unread: 4 * MIB,
  /** With 10,000 sessions and their sockets, what a server of 1 GB still has. */
  unreadTotal: 256 * MIB,
  /** A negotiation that waits has 20 KB: 3,000 of them at once. */
  keptTotal: 64 * MIB,
  /** A film of a terminal takes 1 MiB a second; this fills the tenth part of a fast server's link. */
  relayRate: { burst: 32 * MIB, perSecond: 16 * MIB },
  /** The largest clipboard at once, and a file as fast as most people's lines carry it. */
  relayEach: { burst: 4 * MIB, perSecond: 4 * MIB },
  /** 1.6 Gbit/s: what half a core does here, so that the other half is there for keys and joins at once. */
  relayTotal: { burst: 4 * MIB, perSecond: 192 * MIB },
  /** A working day at 1 MiB a second, and as much again. */
  relayBytes: 64 * 1024 * MIB,
  /** A host that waits a weekend is still there on Monday. */
  idleTtl: 7 * 24 * HOUR,
  /** Longer than anybody keeps a terminal open; a token does not live for ever. */
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

/** Fills in the defaults. Throws RangeError for a number that makes no sense. */
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
