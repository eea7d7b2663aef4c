/** The options of a road, and their defaults. */
import type { IceOptions } from "./ice.ts";
import { type Limits, settleLimits } from "./limit_table.ts";
import type { RoadEvent } from "../monitor/log.ts";

/** One file of the web viewer. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer> | string;
  /** The media type with its charset. */
  readonly type: string;
  /** Quoted, as in the header: `"abc"`. */
  readonly etag: string;
  /** Pages of any origin may load it. */
  readonly shared?: boolean;
  /** The file, compressed. */
  readonly encoded?: { readonly br: Uint8Array<ArrayBuffer>; readonly gzip: Uint8Array<ArrayBuffer> };
}

export type Assets = ReadonlyMap<string, Asset>;

/** The files that this process may have open; most are sockets. */
export interface OpenFiles {
  /** The limit. */
  readonly limit: number;
  /** How many are open; the limit itself where there are so many that they cannot be counted. */
  used(): number;
  /** How many the road must leave for other uses: its log, or a host's terminal and its links to viewers. */
  readonly spared: number;
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** Paths. */
  readonly files?: { readonly cert: string; readonly key: string };
  /** How often the files are checked, in ms. Default 10 s. */
  readonly every?: number;
}

export interface RoadOptions {
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Default 0: the system chooses one. */
  readonly port?: number;
  /** The URL at which people reach this road, without a slash at the end. Default: where it listens. */
  readonly publicUrl?: string;
  /** PEM texts. Those from `files` are read again when the files change. */
  readonly tls?: Tls;
  /** How long a session waits for its host, in ms. Default 10 min: a closed laptop, a train in a tunnel. */
  readonly sessionTtl?: number;
  /** How long a lost viewer is kept, in ms. Default 30 s: a change of network, a reload of the page. */
  readonly viewerGrace?: number;
  /** How long an offer may wait for its answer, in ms. Default 30 s: longer than any usable path takes. */
  readonly answerTime?: number;
  /** The interval of pings, in ms. Default 20 s: below the idle time of common proxies and NATs for TCP. */
  readonly heartbeat?: number;
  /** Whether the road relays sealed bytes. Default true. */
  readonly relay?: boolean;
  readonly limits?: Partial<Limits>;
  /** Default: unlimited. */
  readonly files?: OpenFiles;
  /** Take the client's address from `X-Forwarded-For`: only behind a proxy that sets it. Default false. */
  readonly trustProxy?: boolean;
  /**
   * Origins whose pages may connect, such as `https://app.example`, beside this road's own (`publicUrl`, or the host that the request
   * names). Default none.
   */
  readonly allowOrigin?: readonly string[];
  /** Host names that requests may use for this road, beside `publicUrl`'s and the machine's own: `road.internal`. Default none. */
  readonly allowHost?: readonly string[];
  /** Enables `/debug/sessions` for requests with this token. */
  readonly adminToken?: string;
  /**
   * The web viewer: `/j` is the page of every session, other keys are paths of their own (`/viewer.js`). A function is called at each
   * request, so that a road starts without waiting for it.
   */
  readonly assets?: Assets | (() => Promise<Assets>);
  /** STUN and TURN servers that are offered to peers. Default none. */
  readonly ice?: IceOptions;
  /** `redis://…`: this road is one of several nodes. Without it the road is a single node and keeps everything in memory. */
  readonly redis?: string;
  /** Receives each event. Must not throw. */
  readonly log?: (event: RoadEvent) => void;
  /** Whether events carry addresses. Default false. */
  readonly logAddresses?: boolean;
}

type Optional = "tls" | "adminToken" | "assets" | "ice" | "redis" | "files";

/** {@link RoadOptions} with every default filled in. */
export type Settings =
  & Required<
    Omit<RoadOptions, Optional | "publicUrl" | "limits">
  >
  & Pick<RoadOptions, Optional>
  & { readonly limits: Limits; publicUrl: string };

/** Fills in the defaults; `publicUrl` stays empty until the road listens. Throws RangeError for an invalid number. */
export function settle(options: RoadOptions): Settings {
  const limits = settleLimits(options.limits);
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
    files: options.files,
    trustProxy: options.trustProxy ?? false,
    allowOrigin: options.allowOrigin ?? [],
    allowHost: options.allowHost ?? [],
    adminToken: options.adminToken,
    assets: options.assets,
    ice: options.ice,
    redis: options.redis,
    log: options.log ?? (() => {}),
    logAddresses: options.logAddresses ?? false,
  };
}
