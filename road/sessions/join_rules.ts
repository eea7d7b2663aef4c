/** Who may join which session: the table in `API.md` ("Joining"). */
import {
  type ClientMessage,
  HOST_PEER,
  PROTOCOL_VERSION,
  SESSION_ID,
  type Signal,
} from "../../transport/schema/signal.ts";
import { freshIce } from "./expiry.ts";
import type { Peer, Wire } from "./peer.ts";
import { Refused } from "../refused.ts";
import { type Claim, fits, hashSecret, newSession, newViewerClaim, peerIdOf, sessionIdOf } from "./tokens.ts";
import type { Session, Welcome } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { giveWay, guess } from "./unproved.ts";
import type { Viewer } from "./viewer.ts";

type Join = Extract<ClientMessage, { type: "join" }>;

export interface Joined {
  readonly session: Session;
  readonly peer: Peer;
  /** The peer showed a token that the road knows. */
  readonly proven: boolean;
  readonly resumed: boolean;
}

/** A viewer that is joining. */
interface Comer {
  readonly wire: Wire;
  /** Its address, as `limitKey` has it. */
  readonly from: string;
}

/**
 * Joins `wire` to the session in the socket's path (`new`, or an id). Everything happens in one turn of the event loop, so simultaneous
 * joins happen one after the other. `from` is the address as `limitKey` has it, `fresh` an id and token reserved for a new session. Throws
 * {@link Refused}.
 */
export function join(
  sessions: Sessions,
  name: string,
  message: Join,
  wire: Wire,
  from: string,
  fresh?: Claim,
): Joined {
  if (message.role === "viewer") return joinViewer(sessions, name, message, { wire, from });
  if (message.hello !== undefined || message.peer !== undefined) {
    throw new Refused("bad_message", "a host joins without hello and peer", "leave both out");
  }
  return name === "new"
    ? openSession(sessions, message, wire, fresh)
    : claimSession(sessions, name, message, wire);
}

/** Throws {@link Refused} if a host's join at `new` has fields that only a claim has. */
export function checkOpening({ token, hello, peer }: Join): void {
  if (hello !== undefined || peer !== undefined) {
    throw new Refused("bad_message", "a host joins without hello and peer", "leave both out");
  }
  if (token !== undefined) {
    throw new Refused("bad_message", "a new session takes no token", "claim a session at /ws/<session>");
  }
}

function openSession(sessions: Sessions, message: Join, wire: Wire, fresh?: Claim): Joined {
  checkOpening(message);
  sessions.room();
  const { id, token } = fresh ?? newSession(sessions.size, (id) => sessions.get(id) !== undefined);
  const session = sessions.open(id, hashSecret(token));
  session.attachHost(wire, welcome(sessions, session, session.host, token));
  return { session, peer: session.host, proven: false, resumed: false };
}

function claimSession(sessions: Sessions, name: string, { token }: Join, wire: Wire): Joined {
  const known = sessions.get(name);
  if (token === undefined) {
    throw known !== undefined
      ? new Refused("host_taken", `session ${name} has a host`, "open your own at /ws/new")
      : new Refused("not_authorised", "a session is claimed with its token", "open a new one at /ws/new");
  }
  if (known !== undefined && !fits(token, known.host.tokenHash)) throw notYours(name);
  if (!SESSION_ID.test(name)) throw malformed(name);
  const session = known ?? claimed(sessions, name, token);
  session.attachHost(wire, welcome(sessions, session, session.host, token));
  return { session, peer: session.host, proven: known !== undefined, resumed: true };
}

/** Recreates a session that the road does not know (any more), for a host whose token matches its id. Throws {@link Refused}. */
function claimed(sessions: Sessions, name: string, token: string): Session {
  sessions.room();
  if (!claims(name, token)) throw notYours(name);
  return sessions.open(name, hashSecret(token), true);
}

/** Whether the session id `name` was derived from this token. */
export function claims(name: string, token: string): boolean {
  return sessionIdOf(token, name.length) === name;
}

function notYours(name: string): Refused {
  return new Refused(
    "not_authorised",
    `the token is not the one of session ${name}`,
    "open a new one at /ws/new",
  );
}

function joinViewer(sessions: Sessions, name: string, message: Join, who: Comer): Joined {
  const { peer: id, token, hello } = message;
  if ((id === undefined) !== (token === undefined) || id === HOST_PEER) {
    throw new Refused(
      "bad_message",
      "a viewer that comes back names its own peer and token",
      "name both, or none",
    );
  }
  if (!SESSION_ID.test(name)) throw malformed(name);
  const session = sessions.get(name);
  if (session === undefined) {
    throw id === undefined
      ? new Refused(
        "not_found",
        `there is no session ${name} here`,
        "check the code; the host may have ended it",
      )
      : new Refused(
        "host_absent",
        `session ${name} is not here yet`,
        "its host may be on its way: try again in a second",
      );
  }
  return id === undefined || token === undefined
    ? newViewer(sessions, session, who, hello)
    : oldViewer(sessions, session, { id, token }, who, hello);
}

function newViewer(sessions: Sessions, session: Session, who: Comer, hello?: Signal): Joined {
  room(sessions, session);
  if (hello !== undefined) guess(sessions.context, who.from);
  const { id, token } = newViewerClaim(session.id, (id) => session.viewers.has(id));
  const viewer = session.addViewer(id, hashSecret(token));
  return attach(sessions, session, viewer, token, who, { hello, resumed: false, proven: false });
}

function oldViewer(
  sessions: Sessions,
  session: Session,
  { id, token }: { readonly id: string; readonly token: string },
  who: Comer,
  hello?: Signal,
): Joined {
  const known = session.viewers.get(id);
  if (known === undefined ? peerIdOf(session.id, token) !== id : !fits(token, known.peer.tokenHash)) {
    throw new Refused("not_authorised", `the token is not the one of peer ${id}`, "join as a new viewer");
  }
  if (known === undefined) room(sessions, session);
  if (hello !== undefined) guess(sessions.context, who.from);
  const viewer = known ?? session.addViewer(id, hashSecret(token));
  return attach(sessions, session, viewer, token, who, {
    hello,
    resumed: true,
    proven: known !== undefined,
  });
}

function attach(
  sessions: Sessions,
  session: Session,
  viewer: Viewer,
  token: string,
  { wire, from }: Comer,
  how: { readonly hello?: Signal; readonly resumed: boolean; readonly proven: boolean },
): Joined {
  const { hello, resumed, proven } = how;
  session.attachViewer(viewer, wire, welcome(sessions, session, viewer.peer, token), {
    hello,
    resumed,
    from,
  });
  return { session, peer: viewer.peer, proven, resumed };
}

function welcome(sessions: Sessions, session: Session, peer: Peer, token: string): Welcome {
  const { publicUrl, relay } = sessions.context.settings;
  const ice = freshIce(sessions.context, session, peer, "join");
  return { type: "join_success", token, public_url: publicUrl, relay, ...(ice && { ice }) };
}

/** Makes room for one more viewer. Throws {@link Refused} if all present viewers have proved the secret. */
function room(sessions: Sessions, session: Session): void {
  const most = sessions.context.settings.limits.peers;
  if (session.viewers.size < most) return;
  const unproved = giveWay(session.viewers.values());
  if (unproved !== undefined) {
    sessions.context.metrics.count("limits", "seats");
    return session.putOut(unproved, "the session is full, and somebody new came");
  }
  throw new Refused(
    "full",
    `session ${session.id} has ${most} viewers, the most it takes`,
    "try again when one has left",
  );
}

function malformed(name: string): Refused {
  return new Refused(
    name === "new" ? "bad_message" : "not_found",
    name === "new" ? "a viewer joins a session by its id, not /ws/new" : "the path names no session",
    `a session id has 6 to 16 characters of a-z and 2-9 without l and o (protocol ${PROTOCOL_VERSION})`,
  );
}
