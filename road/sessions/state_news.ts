/** Reports the state of a negotiation to both peers and the operator. */
import { HOST_PEER, type NegotiationState } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Peer } from "./peer.ts";
import type { Viewer } from "./viewer.ts";

/** The session of a negotiation, as far as it is used here. */
export interface Told {
  readonly id: string;
  readonly host: Peer;
  readonly context: Context;
}

/** Reports a changed state; an offer that is not answered in time becomes `failed` by a timer. */
export function tellState(session: Told, viewer: Viewer, state: NegotiationState): void {
  const { peer, negotiation } = viewer;
  peer.wire?.send({ type: "state", peer: HOST_PEER, state });
  session.host.wire?.send({ type: "state", peer: peer.id, state });
  const { metrics, log, settings } = session.context;
  metrics.count("negotiations", state);
  metrics.reached(state, negotiation.stageSeconds);
  if (state === "connected") metrics.connectedAfter(negotiation.connectedAfter() ?? 0);
  log.say({ event: "state", session: session.id, peer: peer.id, state });
  clearTimeout(viewer.timer);
  if (state !== "offer") return;
  viewer.timer = setTimeout(() => {
    if (negotiation.expire(steady())) tellState(session, viewer, "failed");
  }, settings.answerTime + 1);
}
