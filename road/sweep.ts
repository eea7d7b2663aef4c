/** What time alone does to a session: it gets too old, nothing happens in it, its TURN credentials run out. */
import type { Context } from "./context.ts";
import { dueAfter, grant } from "./ice.ts";
import type { Peer } from "./peer.ts";
import type { Session } from "./session.ts";

/** How often sessions are looked at, in ms, where credentials don't ask for more. */
const EVERY = 10_000;

/** How often {@link sweep} must come, in ms: a tenth of a credential's life if that is less than ten seconds. */
export function sweepEvery({ settings: { ice, limits } }: Context): number {
  const shortest = Math.min((ice?.ttlSeconds ?? Infinity) * 100, limits.idleTtl / 10, limits.totalTtl / 10);
  return Math.max(50, Math.min(EVERY, shortest));
}

/** Ends a session that is over its time; replaces credentials that are due. `now` in ms since 1970. */
export function sweep(context: Context, session: Session, now: number): void {
  const { limits: { totalTtl, idleTtl } } = context.settings;
  const over = now - session.openedAt >= totalTtl
    ? "total_ttl"
    : idle(session, now, idleTtl)
    ? "idle_ttl"
    : null;
  if (over !== null) {
    context.metrics.count("limits", over);
    return session.end("expired");
  }
  refresh(context, session, session.host, now);
  for (const { peer } of session.viewers.values()) refresh(context, session, peer, now);
}

function idle(session: Session, now: number, ttl: number): boolean {
  if (now - session.activeAt < ttl) return false;
  for (const { peer } of session.viewers.values()) if (peer.wire !== null) return false;
  return true;
}

function refresh(context: Context, session: Session, peer: Peer, now: number): void {
  const { settings: { ice: options, limits }, metrics } = context;
  if (options === undefined || peer.wire === null || now < peer.iceDue) return;
  const ice = grant(options, session.id, peer.id, now, session.openedAt + limits.totalTtl);
  peer.iceDue = dueAfter(ice);
  peer.wire.send({ type: "ice", ice });
  metrics.count("ice_credentials", "refresh");
}
