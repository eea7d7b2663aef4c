/**
 * HTTP requests: one at a time per connection, a limited number per connection, and a limited rate per address. One chunk of a socket can
 * hold thousands of small requests, and the parser emits all of them at once, whether or not the earlier ones were answered.
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

/** Pipelined requests that may wait for earlier answers; honest clients send few. */
const MOST_WAITING = 8;
/** Requests per connection, which is then closed: a proxy keeps a connection for hours, and opens another within a millisecond. */
const MOST_REQUESTS = 1_000;
/** The price of too many pipelined requests, in requests: reading such a chunk takes the time of so many. */
const AHEAD_PRICE = 100;
/** The price of a chunked body, in requests, for what was read of it before it is refused. */
const PIECES_PRICE = 10;
/** Paths that load balancers request each second: always answered, and without information. */
const PROBES = new Set(["/healthz", "/readyz"]);

/** The state of one connection. */
interface Line {
  last: Promise<void>;
  waiting: number;
  taken: number;
}

/** The HTTP requests of all connections of a road. */
export class Requests {
  readonly #lines = new WeakMap<object, Line>();

  readonly #names: OwnNames;

  constructor(readonly context: Context, readonly connections: Connections, readonly answer: Routes) {
    this.#names = new OwnNames(context.settings);
  }

  /** Handles a request of the server's `request` event. */
  receive(request: IncomingMessage, response: ServerResponse): void {
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

  /** The reason to refuse a request unread, null if there is none; charges its address. */
  refusal(request: IncomingMessage): Refused | null {
    const { metrics } = this.context;
    const bucket = this.#bucket(request);
    const now = performance.now();
    if (!bucket.tryConsume(now)) {
      // A client that keeps asking waits longer.
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
    return this.context.http.of(limitKey(address), performance.now());
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

/**
 * Whether a body is chunked. With chunks of single bytes each byte costs hundreds in memory, and time, before the road can look at the
 * body.
 */
function isChunked({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined;
}

/** Keeps nothing of a request's body: drops at once what the parser finds in this chunk of the socket, and reads no more. */
function ignore(request: IncomingMessage): void {
  (request as IncomingMessage & { _dumped: boolean })._dumped = true;
  request.socket.pause();
}

/**
 * Ends a connection in the middle of a chunk. After `destroy` alone the parser would go on emitting requests, each of which would then be
 * aborted with an error of its own: 0.1 ms each.
 */
function stop(socket: Socket): void {
  const { parser } = socket as { readonly parser?: { onIncoming: (() => number) | null } | null };
  // Drops what the parser finds in the rest of the chunk; the next connection that uses the parser sets its own handler.
  if (parser) parser.onIncoming = () => 0;
  socket.destroy();
}

function refused({ code, message }: Refused): Reply {
  if (code === "bad_host") return failure(421, code, message);
  return { ...failure(429, code, message), headers: { "retry-after": "5" } };
}

/** Settles when the answer was sent, or cannot be. */
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
  // Neither an unrequested body nor an unread answer may keep a connection open.
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
