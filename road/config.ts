/** The file that `--config` names: JSON, read strictly. `README.md` has an example. */
import { DEFAULT_TTL, type IceOptions, type IceServers } from "./ice.ts";
import { LIMIT_DEFAULTS, type Limits, RATES } from "./limit_table.ts";
import { type Fields, integer, list, object, oneOf, only, rate, string, wrong } from "./config_fields.ts";

/** What a file or the flags say of ICE; each may leave parts to the other. */
export interface IceSettings {
  readonly servers?: readonly IceServers[];
  readonly ttlSeconds?: number;
  readonly relayHint?: "all" | "relay";
}

export interface Config {
  /** Null: the file switches it off. */
  readonly ice?: IceSettings | null;
  readonly limits?: Partial<Limits>;
}

/** A credential must outlive a connection's start; and a day is too long for one that can't be called back. In s. */
const [LEAST_TTL, MOST_TTL] = [60, 86_400];
/** What the schema of signalling carries (`ICE_SERVERS`). */
const MAX_SERVERS = 8;
const ICE_URL = /^(stuns?|turns?):(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** Throws `ConfigError` with the place, what is wrong and what is wanted. `read` gives the text of a file that it names. */
export function parseConfig(path: string, text: string, read = Deno.readTextFileSync): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(path, `no JSON: ${error instanceof Error ? error.message : error}`, "a JSON object");
  }
  const fields = object(value, path);
  only(fields, path, "webrtc", "limits");
  return {
    ...(fields.webrtc === undefined ? {} : { ice: webrtc(object(fields.webrtc, "webrtc"), read) }),
    ...(fields.limits === undefined ? {} : { limits: limits(object(fields.limits, "limits")) }),
  };
}

/** Flags and file together: servers of both, the flags' first; of the rest the flag wins. Undefined: no servers. */
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

/** The URLs of a TURN or STUN server. Throws `ConfigError`. */
export function iceUrl(value: unknown, at: string, kind?: "stun" | "turn"): string {
  const url = string(value, at);
  const scheme = ICE_URL.exec(url)?.[1];
  const port = Number(/:(\d+)(?:\?|$)/.exec(url.replace(/\[.*\]/, ""))?.[1] ?? 3478);
  if (scheme === undefined || !(port >= 1 && port <= 65_535) || (kind && !scheme.startsWith(kind))) {
    throw wrong(at, JSON.stringify(url), `a URL like ${kind ?? "turn"}:turn.example:3478`);
  }
  return url;
}

function webrtc(fields: Fields, read: (path: string) => string): IceSettings | null {
  only(fields, "webrtc", "enabled", "credentialTTL", "relayHint", "servers");
  const { enabled = true, credentialTTL, relayHint, servers = [] } = fields;
  if (typeof enabled !== "boolean") throw wrong("webrtc.enabled", JSON.stringify(enabled), "true or false");
  const settings: IceSettings = {
    servers: list(servers, "webrtc.servers").map((item, i) => server(item, `webrtc.servers[${i}]`, read)),
    ...(credentialTTL === undefined
      ? {}
      : { ttlSeconds: integer(credentialTTL, "webrtc.credentialTTL", LEAST_TTL, MOST_TTL, "seconds") }),
    ...(relayHint === undefined ? {} : { relayHint: oneOf(relayHint, "webrtc.relayHint", ["all", "relay"]) }),
  };
  if (settings.relayHint === "relay" && !settings.servers!.some(({ secret }) => secret !== undefined)) {
    throw wrong("webrtc.relayHint", '"relay"', '"all", or a TURN server to relay through');
  }
  return enabled ? settings : null;
}

function server(value: unknown, at: string, read: (path: string) => string): IceServers {
  const fields = object(value, at);
  only(fields, at, "urls", "credentialSecret", "credentialSecretFile", "credentialType");
  const { credentialSecret, credentialSecretFile } = fields;
  const given = list(typeof fields.urls === "string" ? [fields.urls] : fields.urls, `${at}.urls`);
  if (given.length === 0) throw wrong(`${at}.urls`, "empty", "one URL or more");
  const urls = given.map((url, i) => iceUrl(url, `${at}.urls[${i}]`));
  const turns = urls.filter((url) => url.startsWith("turn"));
  if (turns.length > 0 && turns.length < urls.length) {
    throw wrong(`${at}.urls`, "STUN and TURN together", "a server of its own for each");
  }
  const type = oneOf(
    fields.credentialType ?? (turns.length > 0 ? "hmac-sha1" : "none"),
    `${at}.credentialType`,
    [
      "hmac-sha1",
      "none",
    ],
  );
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
  if (credentialSecret !== undefined) {
    return { urls, secret: string(credentialSecret, `${at}.credentialSecret`) };
  }
  const file = string(credentialSecretFile, `${at}.credentialSecretFile`);
  try {
    return { urls, secret: string(read(file).trim(), `${at}.credentialSecretFile`) };
  } catch {
    throw wrong(
      `${at}.credentialSecretFile`,
      JSON.stringify(file),
      "a file that can be read and is not empty",
    );
  }
}

/** The names of `Limits`; times in seconds here, as in the rest of the file. */
function limits(fields: Fields): Partial<Limits> {
  only(fields, "limits", ...Object.keys(LIMIT_DEFAULTS));
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const at = `limits.${name}`;
      if ((RATES as readonly string[]).includes(name)) return [name, rate(value, at)];
      if (/Ttl$|Time$/.test(name)) return [name, integer(value, at, 1, 10 ** 9, "seconds") * 1000];
      return [name, integer(value, at, 1, name === "peers" ? 256 : Number.MAX_SAFE_INTEGER)];
    }),
  );
}
