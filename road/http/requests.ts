/**
 * HTTP requests: one at a time on a connection, so many on it, and so many of an address. A chunk of a socket holds thousands of small
 * ones, and the parser hands them out at once, whoever waits for answers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { clientAddress, limitKey } from "../client_address.ts";
import type { Connections } from "./connections.ts";
import type { Context } from "../context.ts";
import { OwnNames } from "./own_names.ts";
import { Refused } from "../refused.ts";
import { bodyOf, COMMON_HEADERS, failure, pathOf, queryOf, type Reply } from "../http_message.ts";
import type { Routes } from "./routes.ts";

/** Requests that may wait for the answers before them; programs that send some ahead send few. */
const MOST_WAITING = 8;
/** Then the connection is closed: a proxy keeps one for hours, and opens another within a millisecond. */
const MOST_REQUESTS = 1_000;
/** What it costs to send more ahead, in requests: reading such a chunk took the time of so many. */
const AHEAD_PRICE = 100;
/** The same of a body in pieces, as far as it was read before it is refused. */
const PIECES_PRICE = 10;
/** What balancers ask each second, by whatever name: always answered, and tells nothing. */
const PROBES = new Set(["/healthz", "/readyz"]);

/** What goes on on one connection. */
interface Line {
  last: Promise<void>;
  waiting: number;
  taken: number;
}

export class Requests {
  readonly #lines = new WeakMap<object, Line>();

  readonly #names: OwnNames;

  constructor(readonly context: Context, readonly connections: Connections, readonly answer: Routes) {
    this.#names = new OwnNames(context.settings);
  }

  /** A request, as the server's event brings it. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) return;
    if (isChunked(request)) {
      this.context.metrics.count("limits", "chunked");
      this.#bucket(request).charge(performance.now(), PIECES_PRICE);
      ignore(request);
    }
    const line = this.#lines.get(socket) ?? { last: Promise.resolve(), waiting: 0, taken: 0 };
    this.#lines.set(socket, line);
    line.waiting++;
    line.taken++;
    if (line.waiting > MOST_WAITING) {
      this.context.metrics.count("limits", "requests_ahead");
      this.#bucket(request).charge(performance.now(), AHEAD_PRICE);
      return stop(socket);
    }
    line.last = line.last
      .then(() => this.#serve(request, response, line, socket))
      .catch((error) => this.#fault(error))
      .finally(() => line.waiting--);
  }

  /** Why a request is not looked at, null if it is; it takes a part of what its address may ask. */
  refusal(request: IncomingMessage): Refused | null {
    const { metrics } = this.context;
    const bucket = this.#bucket(request);
    const now = performance.now();
    if (!bucket.tryConsume(now)) {
      // Who goes on asking waits longer.
      bucket.charge(now, 1);
      metrics.count("limits", "http");
      return new Refused("rate_limited", "too many requests from this address; wait a few seconds");
    }
    if (this.#names.include(request.headers.host)) return null;
    metrics.count("limits", "host");
    return new Refused(
      "bad_host",
      "this road does not go by the name in the address; use its own, or have its operator add this one with --allow-host",
    );
  }

  #bucket(request: IncomingMessage) {
    const forwarded = request.headers["x-forwarded-for"];
    const { trustProxy } = this.context.settings;
    const address = clientAddress(
      request.socket.remoteAddress ?? "",
      `${forwarded ?? ""}` || undefined,
      trustProxy,
    );
    return this.context.http.bucket(limitKey(address), performance.now());
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    line: Line,
    socket: Socket,
  ): Promise<void> {
    if (socket.destroyed) return;
    this.connections.now(socket, "asking");
    const refusal = this.refusal(request);
    const reply = isChunked(request)
      ? failure(411, "bad_message", "a body is taken with its content-length only")
      : refusal === null || PROBES.has(pathOf(request.url))
      ? await this.#reply(request)
      : refused(refusal);
    const close = refusal !== null || isChunked(request) || !request.complete || line.taken >= MOST_REQUESTS;
    if (!socket.destroyed) {
      await send(request, response, socket, { reply, close }, this.context.settings.limits.responseTime);
    }
    this.connections.now(socket, "waiting");
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    try {
      return await this.answer({
        method: request.method ?? "GET",
        path: pathOf(request.url),
        query: queryOf(request.url),
        address: request.socket.remoteAddress ?? "",
        body: () => bodyOf(request),
        header: (name) => {
          const value = request.headers[name];
          return Array.isArray(value) ? value.join(",") : value;
        },
      });
    } catch (error) {
      this.#fault(error);
      return failure(500, "unavailable", "the road failed to answer this");
    }
  }

  #fault(error: unknown): void {
    this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
  }
}

/** Whether a body comes in pieces of any size: of single bytes each takes hundreds, and time, before anybody could look at it. */
function isChunked({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined;
}

/** Keeps nothing of a request's body: what the parser finds of it in this chunk of the socket is dropped at once, and no more is read. */
function ignore(request: IncomingMessage): void {
  (request as IncomingMessage & { _dumped: boolean })._dumped = true;
  request.socket.pause();
}

/**
 * Ends a connection in the middle of a chunk. Destroyed alone it would go on handing out requests, each of which is then aborted with an
 * error of its own: 0.1 ms each, after they were read.
 */
function stop(socket: Socket): void {
  const { parser } = socket as { readonly parser?: { onIncoming: (() => number) | null } | null };
  // What the parser finds in the rest of the chunk is nobody's; the next connection that gets it sets its own.
  if (parser) parser.onIncoming = () => 0;
  socket.destroy();
}

function refused({ code, message }: Refused): Reply {
  if (code === "bad_host") return failure(421, code, message);
  return { ...failure(429, code, message), headers: { "retry-after": "5" } };
}

/** Settles when the answer has left, or can't. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
  { reply: { status, type, body = "", headers }, close }: { readonly reply: Reply; readonly close: boolean },
  patience: number,
): Promise<void> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  response.once("close", resolve);
  socket.once("close", resolve);
  // Neither a body that nobody asked for nor an answer that nobody reads keeps a connection.
  const late = setTimeout(() => socket.destroy(), patience);
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...(close ? { connection: "close" } : {}),
    ...(type === undefined ? {} : { "content-type": type }),
    ...(status === 304 ? {} : { "content-length": `${bytes.length}` }),
    ...headers,
  });
  response.end(status === 304 || request.method === "HEAD" ? undefined : bytes);
  await gone;
  socket.off("close", resolve);
  clearTimeout(late);
}
