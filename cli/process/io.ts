/** What `main.ts` passes to the commands: functions that they may not import, and the state of the process. */

/** An event of a road; `road/monitor/log.ts` lists them. */
export interface RoadEvent {
  readonly event: string;
  readonly time: number;
}

/** The road's options as the commands use them; `road/config/options.ts` explains each. Times in ms. */
export interface RoadSettings {
  readonly hostname: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** Paths of files that are read again when they change. */
    readonly files?: { readonly cert: string; readonly key: string };
  };
  readonly config?: { readonly path: string; readonly text: string };
  readonly redis?: string;
  readonly turn?: {
    readonly urls: readonly string[];
    readonly secret?: string;
    readonly ttlSeconds?: number;
  };
  readonly stun?: readonly string[];
  readonly sessionTtl?: number;
  readonly relay?: boolean;
  /** Whether it serves the web viewer. Default true. */
  readonly web?: boolean;
  readonly limits?: { readonly sessions?: number; readonly peers?: number };
  readonly files?: { readonly limit: number; readonly used: () => number; readonly spared: number };
  readonly trustProxy?: boolean;
  readonly allowOrigin?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly adminToken?: string;
  readonly logAddresses?: boolean;
  readonly log?: (event: RoadEvent) => void;
}

export interface RunningRoad extends AsyncDisposable {
  /** The public URL. */
  readonly url: string;
  readonly addr: Deno.NetAddr;
}

/** Starts a road. Throws Error, with the place and the reason, if it cannot listen. */
export type StartRoad = (settings: RoadSettings) => Promise<RunningRoad>;

/** Errors and warnings of the settings, one line each; opens nothing. */
export type CheckRoad = (
  settings: RoadSettings,
) => Promise<{ readonly wrong: readonly string[]; readonly odd: readonly string[] }>;

export interface Io {
  /** The environment of the person who started Beach, for the shared command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when the process was told to end (Ctrl-C, SIGTERM, SIGHUP): close, restore, return. Its reason is a {@link Stopped}. */
  readonly stop: AbortSignal;
  readonly startRoad: StartRoad;
  readonly checkRoad: CheckRoad;
}

/** Why the process ends. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor(readonly signal: string) {
    super(`ended by ${signal}`);
  }
}
