/** Signalling over plain HTTP, for viewers that hold no socket; `API.md` ("Signalling over HTTP"). */
import { type ErrorCode, HOST_PEER, SESSION_ID, type SignalKind } from "../../transport/schema/signal.ts";
import { decodeClientMessage, decodeHttpBody, PEER_ID } from "../../transport/schema/signal_codec.ts";
import { SignalError } from "../../transport/schema/json_fields.ts";
import { clientAddress } from "../client_address.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { HttpClient, HttpClients } from "./http_clients.ts";
import { allowsOrigin, isExtension } from "../config/origin.ts";
import type { Join } from "../sessions/placement.ts";
import { Refused } from "../refused.ts";
import { type Asked, failure, json, type Reply } from "../http_message.ts";
import { speak } from "../sessions/membership.ts";
import { fits, hashSecret } from "../sessions/tokens.ts";

export const HTTP_SIGNALLING = "/v1/webrtc/";

/** The longest time that a request for messages is held open, in ms: below the idle time of common proxies. */
const LONGEST_WAIT = 25_000;

/** The signal kinds that each path accepts. */
const KINDS: Readonly<Record<string, readonly SignalKind[]>> = {
  offer: ["pake", "control"],
  answer: ["answer"],
  ice: ["ice"],
};

const STATUS: Partial<Record<ErrorCode, number>> = {
  bad_message: 400,
  bad_version: 400,
  bad_origin: 403,
  not_authorised: 401,
  not_found: 404,
  unknown_peer: 404,
  host_absent: 404,
  out_of_order: 409,
  too_large: 413,
  rate_limited: 429,
};

/** The hashed token of each client. */
const tokens = new WeakMap<HttpClient, Uint8Array>();

/** Answers a request of signalling over HTTP. Rejects with {@link Refused}. */
export async function httpSignal(context: Context, clients: HttpClients, asked: Asked): Promise<Reply> {
  const origin = asked.header("origin");
  const cross: Record<string, string> = origin === undefined ? {} : {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
    vary: "origin",
  };
  try {
    if (
      origin !== undefined && !isExtension(origin) &&
      !allowsOrigin(context.settings, origin, asked.header("host") ?? "")
    ) {
      throw new Refused("bad_origin", "pages of other sites may not use this road");
    }
    if (asked.method === "OPTIONS") return { status: 204, headers: cross };
    const reply = await answer(context, clients, asked);
    return { ...reply, headers: { ...reply.headers, ...cross } };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof SignalError)) throw error;
    context.metrics.count("errors", error.code);
    const refusal = failure(STATUS[error.code] ?? 503, error.code, error.message);
    return error.code === "bad_origin" ? refusal : { ...refusal, headers: cross };
  }
}

async function answer(context: Context, clients: HttpClients, asked: Asked): Promise<Reply> {
  const [kind = "", session, ...more] = asked.path.slice(HTTP_SIGNALLING.length).split("/");
  if (kind === "session" && session !== undefined && more.length === 0) {
    return await mail(clients, asked, session);
  }
  const kinds = KINDS[kind];
  if (kinds === undefined || session !== undefined) {
    return failure(404, "not_found", "there is nothing at this address");
  }
  if (asked.method !== "POST") return notAllowed("POST");
  return await post(context, clients, asked, kinds);
}

async function post(
  context: Context,
  clients: HttpClients,
  asked: Asked,
  kinds: readonly SignalKind[],
): Promise<Reply> {
  const { session, version, peer, hello, signals = [], state } = decodeHttpBody(await asked.body());
  const token = bearer(asked);
  const known = peer === undefined ? undefined : clients.get(session, peer);
  if (known && token !== undefined && owns(known, token)) {
    known.seenAt = steady();
    if (!signals.every(({ kind }) => kinds.includes(kind))) {
      throw wrong("signals", `only ${kinds.join(" and ")} at this address`);
    }
    for (const signal of signals) speak(known.membership!, { type: "signal", to_peer: HOST_PEER, signal });
    if (state !== undefined) report(clients, known, state);
    return json(202, { ok: true });
  }
  if (!kinds.includes("pake")) {
    throw new Refused("not_authorised", "this peer has not joined", "join at /v1/webrtc/offer first");
  }
  const message = decodeClientMessage(JSON.stringify({
    type: "join",
    version,
    role: "viewer",
    ...(peer === undefined ? {} : { peer, token }),
    ...(hello === undefined ? {} : { hello }),
  })) as Join;
  const forwarded = asked.header("x-forwarded-for");
  const client = await clients.join(
    message,
    session,
    clientAddress(asked.address, forwarded, context.settings.trustProxy),
  );
  const { messages, next } = await client.read(0, 0);
  const success = messages.find((each) => each.type === "join_success");
  if (success) tokens.set(client, hashSecret(success.token));
  return json(201, { messages, next });
}

async function mail(clients: HttpClients, asked: Asked, session: string): Promise<Reply> {
  if (asked.method !== "GET" && asked.method !== "DELETE") return notAllowed("GET, DELETE");
  const { query } = asked;
  const peer = query.get("peer") ?? "";
  const token = bearer(asked);
  const client = SESSION_ID.test(session) && PEER_ID.test(peer) ? clients.get(session, peer) : undefined;
  if (!client || token === undefined || !owns(client, token)) {
    throw new Refused(
      "not_authorised",
      "this peer has not joined here, or the token is not its own",
      "join again at /v1/webrtc/offer",
    );
  }
  if (asked.method === "DELETE") {
    clients.leave(client);
    return { status: 204 };
  }
  const number = (name: string, most: number) => {
    const value = Number(query.get(name) ?? 0);
    if (!Number.isSafeInteger(value) || value < 0) throw wrong(name, "a number from 0");
    return Math.min(value, most);
  };
  client.seenAt = steady();
  const read = await client.read(number("after", Number.MAX_SAFE_INTEGER), number("wait", LONGEST_WAIT));
  return json(200, { ...read, over: client.over });
}

function report(clients: HttpClients, client: HttpClient, state: "connected" | "failed"): void {
  client.membership!.report(HOST_PEER, state);
  if (state === "connected") clients.connected(client);
}

function wrong(field: string, wanted: string): Refused {
  return new Refused("bad_message", `${field} is wrong; wanted ${wanted}`);
}

function bearer(asked: Asked): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{1,64})$/.exec(asked.header("authorization") ?? "")?.[1];
}

function owns(client: HttpClient, token: string): boolean {
  const hash = tokens.get(client);
  return hash !== undefined && fits(token, hash);
}

function notAllowed(allow: string): Reply {
  return { ...failure(405, "bad_message", "this method is not used here"), headers: { allow } };
}
