/** Converts the URLs of RFC 7064 and 7065 to the servers of `node-datachannel`. Pure. */

import type { IceServer } from "./rtc.ts";

/** A STUN server, or a TURN server if `relayType` is set: without it the library silently uses TURN as STUN. */
export interface NativeIceServer {
  readonly hostname: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly relayType?: "TurnUdp";
}

/** The library's ICE agent (libjuice) uses at most two TURN servers and silently drops the others. */
export const MAX_TURN_SERVERS = 2;

const DEFAULT_PORT = 3478;

/** The servers that can be used, and one line for each that cannot, with the reason. */
export function nativeIceServers(
  servers: readonly IceServer[],
): { servers: NativeIceServer[]; skipped: string[] } {
  const taken: NativeIceServer[] = [];
  const skipped: string[] = [];
  let turns = 0;
  for (const server of servers) {
    for (const url of server.urls) {
      const parsed = parse(url, server);
      if (typeof parsed === "string") skipped.push(`${url}: ${parsed}`);
      else if (parsed.relayType && ++turns > MAX_TURN_SERVERS) {
        skipped.push(`${url}: more than ${MAX_TURN_SERVERS} TURN servers; the first ones are used`);
      } else taken.push(parsed);
    }
  }
  return { servers: taken, skipped };
}

function parse(url: string, { username, credential }: IceServer): NativeIceServer | string {
  const match = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[^\s:?/@[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i
    .exec(url);
  if (!match) return "not an ICE server; write it like stun:host:port or turn:host:port";
  const scheme = match[1]!.toLowerCase();
  const hostname = match[2]!.replace(/^\[|\]$/g, "");
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (port < 1 || port > 65535) return "the port must be from 1 to 65535";
  if (scheme === "stuns" || scheme === "turns") {
    return "TLS is not supported here; use stun: or turn: over UDP";
  }
  if (match[4]?.toLowerCase() === "tcp") return "TCP to the server is not supported here; use UDP";
  if (scheme === "stun") return { hostname, port };
  if (!username || !credential) return "a TURN server needs a username and a credential";
  return { hostname, port, username, password: credential, relayType: "TurnUdp" };
}
