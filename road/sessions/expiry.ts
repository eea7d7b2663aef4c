/** What time does to a session: it reaches its longest life, it is idle too long, its TURN credentials expire. */
import type { Context } from "../context.ts";
import type { IceGrant } from "../../transport/schema/signal.ts";
import { offset, since1970, steady } from "../clock.ts";
import { grant, untilDue } from "../config/ice.ts";
import type { Peer } from "./peer.ts";
import type { Session } from "./session.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A difference between the clocks that changed by more means that the system's clock was set, and credentials may be invalid; ms. Slewing
 * changes it by 0.3 s in ten minutes.
 */
const CLOCK_SET = 10_000;

/** How often sessions are checked, in ms, unless credentials require it more often. */
const EVERY = 10_000;

/** How often {@link sweep} must be called, in ms: a tenth of a credential's life, ten seconds at most. */
export function sweepEvery({ settings: { ice, limits } }: Context): number {
  const shortest = Math.min(
    (ice?.ttlSeconds ?? Infinity) * 100,
    limits.idleTtl / 10,
    limits.totalTtl / 10,
    limits.seatTime / 10,
  );
  return Math.max(50, Math.min(EVERY, shortest));
}

/**
 * Ends a session that has expired, removes viewers that proved nothing in time, and replaces credentials that are due. `now` in monotonic
 * ms.
 */
export function sweep(context: Context, session: Session, now: number): void {
  const { limits: { totalTtl, idleTtl, seatTime } } = context.settings;
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
  for (const viewer of [...session.viewers.values()]) {
    if (unproved(session, viewer, now, seatTime)) {
      context.metrics.count("limits", "seat_time");
      session.putOut(viewer, `no secret was proved within ${seatTime / 1000} s`);
    } else refresh(context, session, viewer.peer, now);
  }
}

/** Removes viewers that proved nothing in time. While the host is away no viewer can prove anything, so time does not count. */
function unproved(
  { host, hostSince }: Session,
  { letIn, seatedAt }: Viewer,
  now: number,
  time: number,
): boolean {
  return !letIn && host.wire !== null && now - Math.max(seatedAt, hostSince) >= time;
}

function idle(session: Session, now: number, ttl: number): boolean {
  if (now - session.activeAt < ttl) return false;
  for (const { peer } of session.viewers.values()) if (peer.wire !== null) return false;
  return true;
}

/** Credentials for a peer, if there are ICE servers, valid from now; schedules the next ones before they expire. */
export function freshIce(
  { settings: { ice: options, limits }, metrics }: Context,
  session: Session,
  peer: Peer,
  why: "join" | "refresh",
): IceGrant | undefined {
  if (options === undefined) return undefined;
  const now = steady();
  // In the time that the TURN server uses too.
  const ice = grant(
    options,
    session.id,
    peer.id,
    since1970(now),
    since1970(session.openedAt + limits.totalTtl),
  );
  peer.ice = { dueAt: now + untilDue(ice), offset: offset() };
  metrics.count("ice_credentials", why);
  return ice;
}

function refresh(context: Context, session: Session, peer: Peer, now: number): void {
  if (peer.wire === null || peer.ice === null) return;
  const set = Math.abs(offset() - peer.ice.offset) > CLOCK_SET;
  if (now < peer.ice.dueAt && !set) return;
  const ice = freshIce(context, session, peer, "refresh");
  if (ice !== undefined) peer.wire.send({ type: "ice", ice });
}
