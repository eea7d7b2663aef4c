/** What a road can be told, and what it does when it is not. */
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
  /** The same, compressed. */
  readonly encoded?: { readonly br: Uint8Array<ArrayBuffer>; readonly gzip: Uint8Array<ArrayBuffer> };
}

export type Assets = ReadonlyMap<string, Asset>;

/** The files that this process may have open: sockets above all. */
export interface OpenFiles {
  /** How many there may be. */
  readonly limit: number;
  /** How many there are; the limit where they can't be counted because there are so many. */
  used(): number;
  /** How many the road must leave to others: its own log, or a host's terminal and its links to viewers. */
  readonly spared: number;
}

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
  /** Default: as many as there are connections. */
  readonly files?: OpenFiles;
  /** Take the client's address from `X-Forwarded-For`: only behind a proxy that sets it. Default false. */
  readonly trustProxy?: boolean;
  /**
   * Origins whose pages may connect, such as `https://app.example`, beside those of this road (`publicUrl`, or the host that the request
   * names). Default none.
   */
  readonly allowOrigin?: readonly string[];
  /**
   * Names that requests may use for this road, beside `publicUrl`'s and those of the machine: `road.internal`. Default none.
   */
  readonly allowHost?: readonly string[];
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

type Optional = "tls" | "adminToken" | "assets" | "ice" | "redis" | "files";

/** {@link RoadOptions} with every default in place. */
export type Settings =
  & Required<
    Omit<RoadOptions, Optional | "publicUrl" | "limits">
  >
  & Pick<RoadOptions, Optional>
  & { readonly limits: Limits; publicUrl: string };

/** Fills in the defaults; `publicUrl` stays empty until the road listens. Throws RangeError for a number that makes no sense. */
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
