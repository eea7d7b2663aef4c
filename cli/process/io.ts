/** What `main.ts` gives the commands: what they may not import, and what belongs to the process. */

/** What a road tells its operator; `road/monitor/log.ts` lists what there is. */
export interface RoadEvent {
  readonly event: string;
  readonly time: number;
}

/** The road's options as the commands use them; `road/config/options.ts` says what each means. Times in ms. */
export interface RoadSettings {
  readonly hostname: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** Paths, for what is read again when it changes. */
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

/** Starts a road. Throws Error, with the place and the reason, if it can't listen. */
export type StartRoad = (settings: RoadSettings) => Promise<RunningRoad>;

/** What is wrong and what is odd about settings, a line each; nothing is opened. */
export type CheckRoad = (
  settings: RoadSettings,
) => Promise<{ readonly wrong: readonly string[]; readonly odd: readonly string[] }>;

export interface Io {
  /** The environment of the person who started us, for the command that is shared. */
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
