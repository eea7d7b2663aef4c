/** Sealed bytes through the road: the addressee in the header becomes the sender, the rest is passed on untouched. */
import { decodeRelayed } from "../transport/signal.ts";
import type { Context } from "./context.ts";
import type { Peer } from "./peer.ts";
import { Refused } from "./refused.ts";
import type { Session } from "./session.ts";

/**
 * Passes one message on, and changes its header in place. Throws {@link Refused} or `SignalError` for what may not pass; what can't be
 * delivered is dropped and counted.
 */
export function relay(context: Context, session: Session, from: Peer, bytes: Uint8Array): void {
  const { settings, metrics } = context;
  if (!settings.relay) {
    throw new Refused("unavailable", "this road relays nothing", "connect by WebRTC, or use another road");
  }
  const to = decodeRelayed(bytes).peer;
  const { peer: viewer } = session.pair(from, to);
  const target = from === session.host ? viewer : session.host;
  const message = owned(bytes);
  message.set(from.header);
  from.relayedFrom += message.length;
  if (target.wire === null) return metrics.count("relay_dropped", "away");
  if (!target.wire.relay(message)) return metrics.count("relay_dropped", "slow");
  target.relayedTo += message.length;
  session.relayed += message.length;
  metrics.count("relay_messages");
  metrics.count("relay_bytes", "", message.length);
}

/**
 * A small message is a view into a chunk of the sender's socket of up to 64 KiB, and queued for a slow reader it would
 * hold the whole chunk: 4 MiB of small messages could pin gigabytes. Those are copied.
 */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
