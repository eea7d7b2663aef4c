/** STUN and TURN servers for the peers of a session, with TURN credentials that are valid for minutes. */
import { createHmac } from "node:crypto";
import type { IceGrant, PeerId } from "../../transport/schema/signal.ts";

/** Servers with the same secret: TURN with a secret, STUN without. */
export interface IceServers {
  /** `stun:host:port` or `turn:host:port`, optionally with `?transport=udp`. */
  readonly urls: readonly string[];
  /** The TURN server's `static-auth-secret`. */
  readonly secret?: string;
}

export interface IceOptions {
  readonly servers: readonly IceServers[];
  /** The lifetime of a credential, in s. */
  readonly ttlSeconds: number;
  /** `relay`: peers should use only TURN. Default `all`. */
  readonly relayHint?: "all" | "relay";
}

/** 10 minutes, like the lifetime of an allocation on a TURN server. Credentials of an ended session work no longer than that. */
export const DEFAULT_TTL = 600;

/**
 * A credential for coturn's `use-auth-secret` ("A REST API for access to TURN services", draft-uberti-behave-turn-rest-00): the user name
 * is `<expiry in Unix seconds>:<id>`, the password is the base64 of its HMAC-SHA1 under the shared secret.
 */
export function mint(
  secret: string,
  id: string,
  expiresAt: number,
): { username: string; credential: string } {
  const username = `${expiresAt}:${id}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/** The grant for a peer: `now` in ms since 1970. `endsAt` is when the session ends at the latest; no credential outlives it. */
export function grant(
  options: IceOptions,
  session: string,
  peer: PeerId,
  now: number,
  endsAt: number,
): IceGrant {
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = Math.min(issuedAt + options.ttlSeconds, Math.floor(endsAt / 1000));
  return {
    servers: options.servers.map(({ urls, secret }) => ({
      urls,
      ...(secret === undefined ? {} : mint(secret, `${session}-${peer}`, expiresAt)),
    })),
    issuedAt,
    expiresAt,
    ttlSeconds: expiresAt - issuedAt,
    ...(options.relayHint === "relay" ? { policy: "relay" as const } : {}),
  };
}

/** The time from a grant's issue to its replacement, in ms: two thirds of its life, so that the rest is enough for two attempts. */
export function untilDue({ ttlSeconds }: IceGrant): number {
  return ttlSeconds * 1000 * 2 / 3;
}
