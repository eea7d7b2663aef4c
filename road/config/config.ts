/** The configuration file of `--config`: JSON, decoded strictly. `README.md` has an example. */
import {
  changed,
  list,
  object,
  oneOf,
  oneOrList,
  optional,
  read,
  type Value,
  whole,
  yesOrNo,
} from "../../transport/schema/strict_json.ts";
import { filled, rate, wrong, wrongIn } from "./config_fields.ts";
import { DEFAULT_TTL, type IceOptions, type IceServers } from "./ice.ts";
import { LIMIT_DEFAULTS, type Limits, RATES } from "./limit_table.ts";

/** The ICE settings of a file or of the flags; each may set only some parts. */
export interface IceSettings {
  readonly servers?: readonly IceServers[];
  readonly ttlSeconds?: number;
  readonly relayHint?: "all" | "relay";
}

export interface Config {
  /** Null: the file disables ICE servers. */
  readonly ice?: IceSettings | null;
  readonly limits?: Partial<Limits>;
}

/**
 * The shortest and longest life of a credential, in s: it must outlive the start of a connection, and a day is too long for a credential
 * that cannot be revoked.
 */
const [LEAST_TTL, MOST_TTL] = [60, 86_400];
/** The most servers that the signalling schema carries (`ICE_SERVERS`). */
const MAX_SERVERS = 8;
const ICE_URL = /^(stuns?|turns?):(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/;

const SERVER = object({
  urls: oneOrList(filled, MAX_SERVERS),
  credentialSecret: optional(filled),
  credentialSecretFile: optional(filled),
  credentialType: optional(oneOf(["hmac-sha1", "none"])),
});
const WEBRTC = object({
  enabled: optional(yesOrNo),
  credentialTTL: optional(whole(LEAST_TTL, MOST_TTL, "seconds")),
  relayHint: optional(oneOf(["all", "relay"])),
  servers: optional(list(SERVER, MAX_SERVERS)),
});
/** The fields of `Limits`; times are in seconds here, as in the rest of the file. */
const LIMITS = object(
  Object.fromEntries(Object.keys(LIMIT_DEFAULTS).map((name) => [name, optional(limit(name))])),
);
const CONFIG = object({ webrtc: optional(WEBRTC), limits: optional(LIMITS) });

/**
 * Parses the file at `path`. Throws {@link ConfigError} with the place, what is wrong and what is wanted. `readFile` returns the text of a
 * file that the configuration names.
 */
export function parseConfig(path: string, text: string, readFile = Deno.readTextFileSync): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(path, `no JSON: ${error instanceof Error ? error.message : error}`, "a JSON object");
  }
  const result = read(CONFIG, value);
  if ("fault" in result) throw wrongIn(path, result.fault);
  const { webrtc, limits } = result.value;
  return {
    ...(webrtc === undefined ? {} : { ice: iceSettings(webrtc, readFile) }),
    ...(limits === undefined ? {} : { limits: limits as Partial<Limits> }),
  };
}

function limit(name: string) {
  if ((RATES as readonly string[]).includes(name)) return rate;
  if (/Ttl$|Time$/.test(name)) return changed(whole(1, 10 ** 9, "seconds"), (seconds) => seconds * 1000);
  return whole(1, name === "peers" ? 256 : Number.MAX_SAFE_INTEGER);
}

/** Merges flags and file: the servers of both, the flags' first; for other settings the flag wins. Undefined: no servers. */
export function mergeIce(flags: IceSettings, file: IceSettings | null | undefined): IceOptions | undefined {
  if (file === null) return undefined;
  const servers = [...flags.servers ?? [], ...file?.servers ?? []];
  if (servers.length > MAX_SERVERS) {
    throw wrong("webrtc.servers", `${servers.length} with those of the flags`, `at most ${MAX_SERVERS}`);
  }
  if (servers.length === 0) return undefined;
  return {
    servers,
    ttlSeconds: flags.ttlSeconds ?? file?.ttlSeconds ?? DEFAULT_TTL,
    relayHint: flags.relayHint ?? file?.relayHint ?? "all",
  };
}

/**
 * Returns `url` if it is the URL of a TURN or STUN server; otherwise throws {@link ConfigError}. `at` is its place in the file or the
 * flags.
 */
export function iceUrl(url: string, at: string, kind?: "stun" | "turn"): string {
  const scheme = ICE_URL.exec(url)?.[1];
  const port = Number(/:(\d+)(?:\?|$)/.exec(url.replace(/\[.*\]/, ""))?.[1] ?? 3478);
  if (scheme === undefined || !(port >= 1 && port <= 65_535) || (kind && !scheme.startsWith(kind))) {
    throw wrong(at, JSON.stringify(url), `a URL like ${kind ?? "turn"}:turn.example:3478`);
  }
  return url;
}

function iceSettings(
  { enabled = true, credentialTTL, relayHint, servers = [] }: Value<typeof WEBRTC>,
  readFile: (path: string) => string,
): IceSettings | null {
  const settings: IceSettings = {
    servers: servers.map((item, i) => server(item, `webrtc.servers[${i}]`, readFile)),
    ...(credentialTTL !== undefined && { ttlSeconds: credentialTTL }),
    ...(relayHint !== undefined && { relayHint }),
  };
  if (relayHint === "relay" && !settings.servers!.some(({ secret }) => secret !== undefined)) {
    throw wrong("webrtc.relayHint", '"relay"', '"all", or a TURN server to relay through');
  }
  return enabled ? settings : null;
}

function server(
  { urls: given, credentialSecret, credentialSecretFile, credentialType }: Value<typeof SERVER>,
  at: string,
  readFile: (path: string) => string,
): IceServers {
  if (given.length === 0) throw wrong(`${at}.urls`, "empty", "one URL or more");
  const urls = given.map((url, i) => iceUrl(url, `${at}.urls[${i}]`));
  const turns = urls.filter((url) => url.startsWith("turn"));
  if (turns.length > 0 && turns.length < urls.length) {
    throw wrong(`${at}.urls`, "STUN and TURN together", "a server of its own for each");
  }
  const type = credentialType ?? (turns.length > 0 ? "hmac-sha1" : "none");
  if (turns.length > 0 && type === "none") {
    throw wrong(
      `${at}.credentialType`,
      '"none"',
      '"hmac-sha1", as coturn\'s use-auth-secret: TURN needs a credential',
    );
  }
  if (type === "none") {
    if ((credentialSecret ?? credentialSecretFile) === undefined) return { urls };
    throw wrong(`${at}.credentialSecret`, "there", "nothing, since STUN needs none");
  }
  if ((credentialSecret === undefined) === (credentialSecretFile === undefined)) {
    const found = credentialSecret === undefined ? "missing" : "there with credentialSecretFile";
    throw wrong(`${at}.credentialSecret`, found, "credentialSecret or credentialSecretFile, one of them");
  }
  const secret = credentialSecret ?? secretIn(credentialSecretFile!, readFile);
  if (secret !== undefined) return { urls, secret };
  throw wrong(
    `${at}.credentialSecretFile`,
    JSON.stringify(credentialSecretFile),
    "a file that can be read and is not empty",
  );
}

/** The secret in a file; undefined if the file cannot be read or is empty. */
function secretIn(file: string, readFile: (path: string) => string): string | undefined {
  try {
    return readFile(file).trim() || undefined;
  } catch {
    return undefined;
  }
}
