/** STUN and TURN servers for the ends of a session, with TURN credentials that live for minutes. */
import { createHmac } from "node:crypto";
import type { IceGrant, PeerId } from "../../transport/schema/signal.ts";

/** Servers that go together: with a secret TURN, without STUN. */
export interface IceServers {
  /** `stun:host:port`, `turn:host:port`, with `?transport=udp` if need be. */
  readonly urls: readonly string[];
  /** What the TURN server has as `static-auth-secret`. */
  readonly secret?: string;
}

export interface IceOptions {
  readonly servers: readonly IceServers[];
  /** How long a credential lives, in s. */
  readonly ttlSeconds: number;
  /** `relay`: ends should use nothing but TURN. Default `all`. */
  readonly relayHint?: "all" | "relay";
}

/** 10 minutes: what a TURN server gives an allocation, too. A session that ended can be used no longer than that. */
export const DEFAULT_TTL = 600;

/**
 * A credential as coturn's `use-auth-secret` takes it ("A REST API for access to TURN services",
 * draft-uberti-behave-turn-rest-00): `<expiry in Unix seconds>:<id>`, and base64 of its HMAC-SHA1 under the shared secret.
 */
export function mint(
  secret: string,
  id: string,
  expiresAt: number,
): { username: string; credential: string } {
  const username = `${expiresAt}:${id}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/**
 * What a peer is told: `now` in ms since 1970. `endsAt` is when the session ends at the latest; no credential outlives it.
 */
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

/** When to replace a grant, in ms from its issue: after two thirds of its life, so that two attempts fit in the rest. */
export function untilDue({ ttlSeconds }: IceGrant): number {
  return ttlSeconds * 1000 * 2 / 3;
}
