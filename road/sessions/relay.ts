/** Relays sealed bytes: replaces the receiver in the header by the sender, and passes the rest on unchanged. */
import { decodeRelayed } from "../../transport/schema/relay_message.ts";
import type { Context } from "../context.ts";
import type { Peer } from "./peer.ts";
import { Refused } from "../refused.ts";
import type { Session } from "./session.ts";
import { heard } from "./unproved.ts";
import type { Viewer } from "./viewer.ts";

/** The cost of a message in its session's rate beside its bytes: about the work for a small message, in bytes. */
export const MESSAGE_COST = 512;
/** The longest single pause of a sender, in ms: pings and signals on the same socket are delayed by it too. */
const MAX_PAUSE = 1_000;

/**
 * Relays one message, changing its header in place. Returns how long its sender must pause, in ms: a session over its rate is slowed, not
 * ended. Throws {@link Refused} or `SignalError` for a message that is not allowed; one that cannot be delivered is dropped and counted.
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
 * How long a viewer must pause: what one viewer sends slows neither the host nor other viewers' keys. A viewer that sends much waits while
 * the host does not read; otherwise the host would be removed from the road, with everybody, because of what one viewer queued for it.
 */
function pauseFor(session: Session, from: Peer, viewer: Viewer, bytes: number): number {
  const now = performance.now();
  const { host, viewers } = session.relayRates;
  if (from === session.host) return host.consume(now, bytes);
  const others = Math.max(viewers.consume(now, bytes), session.host.wire?.crowded ? MAX_PAUSE : 0);
  return viewer.share.spend(now, bytes, viewer.letIn, others);
}

/**
 * Copies a small message. It is a view into a chunk of the sender's socket of up to 64 KiB, and would keep the whole chunk in memory while
 * it is queued for a slow reader: 4 MiB of small messages could hold gigabytes.
 */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
