/** Sealed bytes through the road: the addressee in the header becomes the sender, the rest is passed on untouched. */
import { decodeRelayed } from "../../transport/schema/relay_message.ts";
import type { Context } from "../context.ts";
import type { Peer } from "./peer.ts";
import { Refused } from "../refused.ts";
import type { Session } from "./session.ts";
import { heard } from "./unproved.ts";
import type { Viewer } from "./viewer.ts";

/** What a message costs of its session's rate beside its own bytes: about the work that a small one makes, in bytes. */
export const MESSAGE_COST = 512;
/** The longest pause of a sender at a time, in ms: pings and signals on the same socket wait with it. */
const MAX_PAUSE = 1_000;

/**
 * Passes one message on, and changes its header in place. Returns for how long its sender must pause, in ms: a session over its rate
 * is slowed, not cut. Throws {@link Refused} or `SignalError` for what may not pass; what can't be delivered is dropped and counted.
 */
export function relay(context: Context, session: Session, from: Peer, bytes: Uint8Array): number {
  const { settings: { relay: relays, limits }, metrics } = context;
  if (!relays) {
    throw new Refused("unavailable", "this road relays nothing", "connect by WebRTC, or use another road");
  }
  const to = decodeRelayed(bytes).peer;
  const viewer = session.pair(from, to);
  heard(context, viewer, from === session.host ? "host" : "viewer");
  const target = from === session.host ? viewer.peer : session.host;
  if (session.relayed + bytes.length > limits.relayBytes) {
    metrics.count("limits", "relay_bytes");
    throw new Refused(
      "full",
      `session ${session.id} has relayed ${limits.relayBytes} bytes, the most it may`,
      "connect by WebRTC, or open a new session",
    );
  }
  const pause = pauseFor(session, from, viewer, bytes.length + MESSAGE_COST);
  if (pause > 0) metrics.count("limits", "relay_rate");
  const message = owned(bytes);
  message.set(from.header);
  from.relayedFrom += message.length;
  if (target.wire === null) metrics.count("relay_dropped", "away");
  else if (!target.wire.relay(message)) metrics.count("relay_dropped", "slow");
  else {
    target.relayedTo += message.length;
    session.relayed += message.length;
    metrics.relayed(message.length);
  }
  return Math.min(pause, MAX_PAUSE);
}

/**
 * What a viewer sends slows neither the host nor others' keys. One that sends much waits while the host does not read, which would be cut
 * from the road, with everybody, for what a single viewer piles up before it.
 */
function pauseFor(session: Session, from: Peer, viewer: Viewer, bytes: number): number {
  const now = performance.now();
  const { host, viewers } = session.relayRates;
  if (from === session.host) return host.consume(now, bytes);
  const others = Math.max(viewers.consume(now, bytes), session.host.wire?.crowded ? MAX_PAUSE : 0);
  return viewer.share.spend(now, bytes, viewer.letIn, others);
}

/**
 * A small message is a view into a chunk of the sender's socket of up to 64 KiB, and queued for a slow reader it would
 * hold the whole chunk: 4 MiB of small messages could pin gigabytes. Those are copied.
 */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
