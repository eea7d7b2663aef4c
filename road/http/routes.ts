/** The HTTP side of the road, except for WebSocket upgrades; `API.md` ("Addresses"). */
import { SESSION_ID } from "../../transport/schema/signal.ts";
import type { Context } from "../context.ts";
import { inspect } from "./session_view.ts";
import type { Admission } from "../sessions/admission.ts";
import type { Gate } from "../sockets/gate.ts";
import type { HttpClients } from "./http_clients.ts";
import { HTTP_SIGNALLING, httpSignal } from "./http_signal.ts";
import type { Cluster } from "../nodes/cluster.ts";
import type { Assets } from "../config/options.ts";
import { asset, plainPage } from "./page.ts";
import { type Asked, failure, plain, type Reply } from "../http_message.ts";
import { fits, hashSecret } from "../sessions/tokens.ts";
import type { Sessions } from "../sessions/sessions.ts";

export type Routes = (asked: Asked) => Promise<Reply>;

/** The parts of the road that routes use. */
export interface Parts {
  readonly gate: Gate;
  readonly admission: Admission;
  readonly nodes: Cluster | null;
  readonly http: HttpClients;
}

/** The function that answers each request. */
export function routes(context: Context, sessions: Sessions, parts: Parts): Routes {
  const { adminToken, assets, publicUrl } = context.settings;
  const adminHash = adminToken === undefined ? undefined : hashSecret(adminToken);
  const viewer = async (): Promise<Assets | undefined> => {
    try {
      return typeof assets === "function" ? await assets() : assets;
    } catch (error) {
      context.log.say({ event: "fault", what: error instanceof Error ? error.message : typeof error });
      return undefined;
    }
  };
  return async (asked) => {
    const { method, path, header } = asked;
    if (path.startsWith(HTTP_SIGNALLING)) return await httpSignal(context, parts.http, asked);
    if (method !== "GET" && method !== "HEAD") {
      return {
        ...failure(405, "bad_message", `${method} is not used here`),
        headers: { allow: "GET, HEAD" },
      };
    }
    if (path === "/healthz") return parts.admission.draining ? plain(503, "draining") : plain(200, "ok");
    if (path === "/readyz") return ready(context, parts);
    if (path === "/metrics") return { status: 200, ...await context.metrics.render() };
    const debug = /^\/debug\/sessions(?:\/([^/]+))?$/.exec(path);
    if (debug !== null && adminHash !== undefined) {
      const token = header("authorization")?.match(/^Bearer (.+)$/)?.[1];
      if (token !== undefined && fits(token, adminHash)) return inspect(sessions, debug[1]);
      const refusal = failure(401, "not_authorised", "send Authorization: Bearer <admin token>");
      return { ...refusal, headers: { "www-authenticate": "Bearer" } };
    }
    const session = /^\/j\/([^/]+)$/.exec(path)?.[1];
    if (session !== undefined && SESSION_ID.test(session)) {
      const page = (await viewer())?.get("/j");
      return page === undefined ? plainPage(session, publicUrl) : asset(page, header);
    }
    // A path that cannot be a file of the viewer need not load the viewer.
    const file = /^\/[a-z0-9-]*(?:\.[a-z]+)?$/.test(path) && path !== "/j"
      ? (await viewer())?.get(path)
      : undefined;
    if (file !== undefined) return asset(file, header);
    return failure(404, "not_found", "there is nothing at this address");
  };
}

/** Whether a load balancer should send new clients to this node, and if not, why. */
function ready({ settings }: Context, { admission, gate, nodes }: Parts): Reply {
  if (admission.draining) return plain(503, "draining");
  if (nodes !== null && !nodes.up) return plain(503, "redis does not answer");
  if (gate.joining >= settings.limits.joining) return plain(503, "too many sockets wait to join");
  return plain(200, "ready");
}
