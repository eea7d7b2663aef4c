/** The HTTP side of the road, but for WebSocket upgrades; `API.md` ("Addresses"). */
import { SESSION_ID } from "../transport/signal.ts";
import type { Context } from "./context.ts";
import type { Gate } from "./gate.ts";
import { asset, plainPage } from "./page.ts";
import { failure, json, plain, type Reply } from "./reply.ts";
import { fits, hashSecret } from "./secrets.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** A request as far as the routes look at it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
}

export type Routes = (asked: Asked) => Promise<Reply>;

export function routes(context: Context, sessions: Sessions, gate: Gate): Routes {
  const { adminToken, assets, publicUrl } = context.settings;
  const adminHash = adminToken === undefined ? undefined : hashSecret(adminToken);
  return async ({ method, path, header }) => {
    if (method !== "GET" && method !== "HEAD") {
      return {
        ...failure(405, "bad_message", `${method} is not used here`),
        headers: { allow: "GET, HEAD" },
      };
    }
    if (path === "/healthz") return gate.draining ? plain(503, "draining") : plain(200, "ok");
    if (path === "/metrics") return { status: 200, ...await context.metrics.render() };
    if (path === "/debug/sessions" && adminHash !== undefined) {
      const token = header("authorization")?.match(/^Bearer (.+)$/)?.[1];
      if (token !== undefined && fits(token, adminHash)) return json(200, [...sessions.values()].map(view));
      const refusal = failure(401, "not_authorised", "send Authorization: Bearer <admin token>");
      return { ...refusal, headers: { "www-authenticate": "Bearer" } };
    }
    const session = /^\/j\/([^/]+)$/.exec(path)?.[1];
    if (session !== undefined && SESSION_ID.test(session)) {
      const page = assets?.get("/j");
      return page === undefined ? plainPage(session, publicUrl) : asset(page, header("if-none-match"));
    }
    const file = path === "/j" ? undefined : assets?.get(path);
    if (file !== undefined) return asset(file, header("if-none-match"));
    return failure(404, "not_found", "there is nothing at this address");
  };
}

/** A session as an operator sees it: who is there and how far each negotiation is. Times in ms since 1970. */
function view(session: Session) {
  const { host } = session;
  return {
    session: session.id,
    openedAt: session.openedAt,
    relayed: session.relayed,
    host: { here: host.wire !== null, relayedFrom: host.relayedFrom, relayedTo: host.relayedTo },
    viewers: [...session.viewers.values()].map(({ peer, negotiation }) => ({
      peer: peer.id,
      here: peer.wire !== null,
      joinedAt: peer.joinedAt,
      relayedFrom: peer.relayedFrom,
      relayedTo: peer.relayedTo,
      ...negotiation.view(),
    })),
  };
}
