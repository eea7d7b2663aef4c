/** What a road can be told, and what it does when it is not. */
import type { IceOptions } from "./ice.ts";
import type { Rate } from "./limits.ts";
import type { RoadEvent } from "./log.ts";

/** One file of the web viewer. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer> | string;
  /** The media type with its charset. */
  readonly type: string;
  /** Quoted, as in the header: `"abc"`. */
  readonly etag: string;
  /** Pages of any origin may load it. */
  readonly shared?: boolean;
  /** The same, compressed. */
  readonly encoded?: { readonly br: Uint8Array<ArrayBuffer>; readonly gzip: Uint8Array<ArrayBuffer> };
}

export type Assets = ReadonlyMap<string, Asset>;

/** Times in ms, sizes in bytes. */
export interface Limits {
  /** Live sessions, those that wait for their host included. */
  sessions: number;
  /** Viewers per session; at most 256, see `LIMITS.peers` of the schema. */
  peers: number;
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
  /** What may pile up unread for one receiver. */
  unread: number;
  /** The same for all sockets of the node together; above it each may hold a sixteenth of its own. */
  unreadTotal: number;
  /** Relayed bytes of a session, both ways; a faster sender is slowed. A message counts 512 bytes beside its own. */
  relayRate: Rate;
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
  /** Half a second of a fast link; a session's own window is far smaller. */
  unread: 4 * MIB,
  /** With 10,000 sessions and their sockets, what a server of 1 GB still has. */
  unreadTotal: 256 * MIB,
  /** A film of a terminal takes 1 MiB a second; this fills the tenth part of a fast server's link. */
  relayRate: { burst: 32 * MIB, perSecond: 16 * MIB },
  /** 1.6 Gbit/s: what half a core does here, so that the other half is there for keys and joins at once. */
  relayTotal: { burst: 4 * MIB, perSecond: 192 * MIB },
  /** A working day at 1 MiB a second, and as much again. */
  relayBytes: 64 * 1024 * MIB,
  /** A host that waits a weekend is still there on Monday. */
  idleTtl: 7 * 24 * HOUR,
  /** Longer than anybody keeps a terminal open; a token does not live for ever. */
  totalTtl: 30 * 24 * HOUR,
};

export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** Paths. */
  readonly files?: { readonly cert: string; readonly key: string };
  /** How often the files are looked at, in ms. Default 10 s. */
  readonly every?: number;
}

export interface RoadOptions {
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Default 0: the system picks one. */
  readonly port?: number;
  /** How people reach this road, without a slash at its end. Default: where it listens. */
  readonly publicUrl?: string;
  /** PEM texts. With `files` they are read again when they change. */
  readonly tls?: Tls;
  /** How long a session waits for its host, in ms. Default 10 min: a laptop's lid, a train's tunnel. */
  readonly sessionTtl?: number;
  /** How long a lost viewer is kept, in ms. Default 30 s: a change of network, a reload. */
  readonly viewerGrace?: number;
  /** How long an offer may wait for its answer, in ms. Default 30 s: past any path that would still be used. */
  readonly answerTime?: number;
  /** How often sockets are pinged, in ms. Default 20 s: below the idle time of every common proxy and NAT for TCP. */
  readonly heartbeat?: number;
  /** Whether sealed bytes may travel through the road. Default true. */
  readonly relay?: boolean;
  readonly limits?: Partial<Limits>;
  /** Take the client's address from `X-Forwarded-For`: only behind a proxy that sets it. Default false. */
  readonly trustProxy?: boolean;
  /**
   * Origins whose pages may connect, such as `https://app.example`, beside those of this road (`publicUrl`, or the host that the request
   * names). Default none.
   */
  readonly allowOrigin?: readonly string[];
  /** Opens `/debug/sessions`. */
  readonly adminToken?: string;
  /**
   * The web viewer: `/j` is the page of every session, other keys are paths of their own (`/viewer.js`). A function is asked
   * at each request, so that a road starts without waiting for it.
   */
  readonly assets?: Assets | (() => Promise<Assets>);
  /** STUN and TURN servers that peers are told of. Default none. */
  readonly ice?: IceOptions;
  /** `redis://…`: one of many nodes. Without it the road is alone and keeps everything in memory. */
  readonly redis?: string;
  /** Must not throw. */
  readonly log?: (event: RoadEvent) => void;
  /** Whether events carry addresses. Default false. */
  readonly logAddresses?: boolean;
}

type Optional = "tls" | "adminToken" | "assets" | "ice" | "redis";

/** {@link RoadOptions} with every default in place. */
export type Settings =
  & Required<
    Omit<RoadOptions, Optional | "publicUrl" | "limits">
  >
  & Pick<RoadOptions, Optional>
  & { readonly limits: Limits; publicUrl: string };

const COUNTS = [
  "sessions",
  "peers",
  "joining",
  "joiningEach",
  "joinTime",
  "responseTime",
  "unread",
  "unreadTotal",
  "relayBytes",
  "idleTtl",
  "totalTtl",
] as const;
export const RATES = ["messages", "faults", "joins", "relayRate", "relayTotal"] as const;

/** Fills in the defaults; `publicUrl` stays empty until the road listens. Throws RangeError for a number that makes no sense. */
export function settle(options: RoadOptions): Settings {
  const limits = { ...LIMIT_DEFAULTS, ...options.limits };
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
  return {
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? 0,
    publicUrl: options.publicUrl?.replace(/\/+$/, "") ?? "",
    tls: options.tls,
    sessionTtl: options.sessionTtl ?? 600_000,
    viewerGrace: options.viewerGrace ?? 30_000,
    answerTime: options.answerTime ?? 30_000,
    heartbeat: options.heartbeat ?? 20_000,
    relay: options.relay ?? true,
    limits,
    trustProxy: options.trustProxy ?? false,
    allowOrigin: options.allowOrigin ?? [],
    adminToken: options.adminToken,
    assets: options.assets,
    ice: options.ice,
    redis: options.redis,
    log: options.log ?? (() => {}),
    logAddresses: options.logAddresses ?? false,
  };
}
