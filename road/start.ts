/** Builds a road from an operator's settings (flags and a file), or lists what is wrong with them. */
import { checkPair } from "./http/certificate.ts";
import { iceUrl, mergeIce, parseConfig } from "./config/config.ts";
import { ConfigError, wrong } from "./config/config_fields.ts";
import type { IceOptions, IceServers } from "./config/ice.ts";
import { type RoadOptions, settle } from "./config/options.ts";
import { type Road, startRoad } from "./server.ts";

/** Road options in which the parts that the file may set too are optional. */
export interface Written extends Omit<RoadOptions, "ice"> {
  readonly config?: { readonly path: string; readonly text: string };
  readonly turn?: {
    readonly urls: readonly string[];
    readonly secret?: string;
    readonly ttlSeconds?: number;
  };
  readonly stun?: readonly string[];
}

/** The most TURN servers that a terminal peer uses (`transport/webrtc/ice_servers.ts`). */
const NATIVE_TURNS = 2;
/** A shorter secret can be guessed off line from one credential; in characters. */
const SAFE_SECRET = 16;

/** The road options of flags and file. Throws {@link ConfigError}. */
export function readWritten(written: Written): RoadOptions {
  const { config, turn, stun = [], ...options } = written;
  const file = config === undefined ? {} : parseConfig(config.path, config.text);
  const servers: IceServers[] = [];
  if (turn !== undefined && turn.urls.length > 0) {
    if (turn.secret === undefined) {
      throw wrong(
        "--turn-url",
        "no secret",
        "--turn-secret-file F with the TURN server's static-auth-secret",
      );
    }
    servers.push({ urls: turn.urls.map((url) => iceUrl(url, "--turn-url", "turn")), secret: turn.secret });
  }
  if (stun.length > 0) servers.push({ urls: stun.map((url) => iceUrl(url, "--stun", "stun")) });
  if (options.redis !== undefined) redisUrl(options.redis);
  const ice = mergeIce({ servers, ttlSeconds: turn?.ttlSeconds }, file.ice);
  return { ...options, ...(ice && { ice }), limits: { ...file.limits, ...options.limits } };
}

/** Starts a road with these settings. Throws {@link ConfigError}, and as {@link startRoad} does. */
export async function startWritten(written: Written): Promise<Road> {
  return await startRoad(readWritten(written));
}

/** Errors (the road would not start) and warnings of a configuration, one line each. Opens no socket. */
export function check(
  written: Written,
): { readonly wrong: readonly string[]; readonly odd: readonly string[] } {
  try {
    const options = readWritten(written);
    settle(options);
    if (options.tls) checkTls(options.tls);
    return { wrong: [], odd: [...oddIce(options.ice), ...oddOptions(options)] };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof RangeError)) throw error;
    return { wrong: [error.message], odd: [] };
  }
}

function checkTls({ cert, key }: NonNullable<RoadOptions["tls"]>): void {
  try {
    checkPair(cert, key);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    throw wrong("--tls-cert and --tls-key", why, "a PEM certificate and the key that belongs to it");
  }
}

function redisUrl(url: string): void {
  const parsed = URL.parse(url);
  if (parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== "") return;
  // The value is not repeated, because it may contain a password.
  throw wrong("--redis", "no URL of a Redis", "one like redis://127.0.0.1:6379");
}

function oddIce(ice: IceOptions | undefined): string[] {
  const odd: string[] = [];
  const turns = ice?.servers.filter(({ secret }) => secret !== undefined) ?? [];
  const urls = turns.flatMap((server) => server.urls);
  const udp = urls.filter((url) => url.startsWith("turn:") && !url.endsWith("tcp"));
  if (urls.length > 0 && udp.length === 0) {
    odd.push("no TURN server over UDP: terminal ends can use no other, browsers can");
  }
  if (udp.length > NATIVE_TURNS) {
    odd.push(`terminal ends use the first ${NATIVE_TURNS} of ${udp.length} TURN servers`);
  }
  if (turns.some(({ secret }) => secret!.length < SAFE_SECRET)) {
    odd.push(`a TURN secret has less than ${SAFE_SECRET} characters; try: openssl rand -hex 32`);
  }
  return odd;
}

function oddOptions({ tls, publicUrl, adminToken, redis, trustProxy }: RoadOptions): string[] {
  const odd: string[] = [];
  if (!tls && publicUrl?.startsWith("https:") && !trustProxy) {
    odd.push(
      "--public-url is https and the road is not: behind a proxy set --trust-proxy, or all clients share one limit",
    );
  }
  if (redis !== undefined && publicUrl === undefined) {
    odd.push("many nodes need one --public-url, or each hands out its own address");
  }
  if (adminToken !== undefined && adminToken.length < SAFE_SECRET) {
    odd.push(`the admin token has less than ${SAFE_SECRET} characters`);
  }
  return odd;
}
