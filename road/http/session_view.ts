/** Sessions as an operator sees them: no token, no signal, no address. Times in ms since 1970. */
import { since1970 } from "../clock.ts";
import type { NegotiationView } from "../negotiation/negotiation.ts";
import { failure, json, type Reply } from "../http_message.ts";
import type { Session } from "../sessions/session.ts";
import type { Sessions } from "../sessions/sessions.ts";

/** Lists all sessions of this node, or one with the steps of each negotiation. */
export function inspect(sessions: Sessions, id: string | undefined): Reply {
  if (id === undefined) return json(200, [...sessions.values()].map((session) => view(session, false)));
  const session = sessions.get(id);
  return session === undefined
    ? failure(404, "not_found", "this node does not hold that session")
    : json(200, view(session, true));
}

function view(session: Session, whole: boolean) {
  const { host } = session;
  return {
    session: session.id,
    openedAt: since1970(session.openedAt),
    activeAt: since1970(session.activeAt),
    relayed: session.relayed,
    host: { here: host.wire !== null, relayedFrom: host.relayedFrom, relayedTo: host.relayedTo },
    viewers: [...session.viewers.values()].map(({ peer, negotiation, letIn }) => ({
      peer: peer.id,
      here: peer.wire !== null,
      letIn,
      joinedAt: since1970(peer.joinedAt),
      relayedFrom: peer.relayedFrom,
      relayedTo: peer.relayedTo,
      ...dated(negotiation.view()),
      ...(whole
        ? { timeline: negotiation.timeline().map((moment) => ({ ...moment, at: since1970(moment.at) })) }
        : {}),
    })),
  };
}

function dated({ lastCandidateAt, times, ...rest }: NegotiationView) {
  return {
    ...rest,
    lastCandidateAt: lastCandidateAt === null ? null : since1970(lastCandidateAt),
    times: Object.fromEntries(Object.entries(times).map(([state, at]) => [state, since1970(at)])),
  };
}
