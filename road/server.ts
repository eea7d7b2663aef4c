/**
 * The road's server: `node:http` with `ws`, since both refuse early what could break a road. `Deno.serve` reads WebSocket
 * messages of up to 64 MiB before anyone can refuse them, waits for slow headers for ever, and can't end a socket of which
 * the other side has stopped reading (all three were tried; with `ws` it is 65,600 bytes, 5 s, and `terminate`).
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { SecureServer } from "./certificate.ts";
import type { Context } from "./context.ts";
import { Desk } from "./desk.ts";
import { Gate } from "./gate.ts";
import { HttpClients } from "./http_clients.ts";
import { listenError } from "./listen_error.ts";
import { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import type { Nodes } from "./nodes/nodes.ts";
import { type RoadOptions, type Settings, settle } from "./options.ts";
import { bodyOf, COMMON_HEADERS, failure, pathOf, queryOf, type Reply } from "./reply.ts";
import { type Routes, routes } from "./routes.ts";
import { Sessions } from "./sessions.ts";
import { sweep, sweepEvery } from "./sweep.ts";
import { Turns } from "./turns.ts";

export type { Asset, Limits, RoadOptions } from "./options.ts";
export type { RoadEvent } from "./log.ts";

/** How many of each are here. */
export interface RoadCounts {
  readonly sessions: number;
  /** Hosts and viewers with a socket. */
  readonly hosts: number;
  readonly viewers: number;
  /** Sockets that have not joined. */
  readonly joining: number;
}

export interface Road extends AsyncDisposable {
  /** The public URL, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly addr: Deno.NetAddr;
  sessions(): RoadCounts;
  /** Tells all peers to move, closes their sockets and the listener. Idempotent; sessions can be claimed elsewhere. */
  close(): Promise<void>;
}

/** Headers must be there within this time, in ms: five times what a bad mobile link takes. */
const HEADERS_TIME = 5_000;
/** Headers of all browsers and proxies fit in, in bytes. */
const MAX_HEADERS = 16 * 1024;

/**
 * Starts a road and settles when it takes joins. Throws RangeError for options that make no sense, Error if it can't listen
 * (the message says where and why).
 */
export async function startRoad(options: RoadOptions = {}): Promise<Road> {
  const settings = settle(options);
  const log = new Log(settings.log, settings.logAddresses);
  const metrics = new Metrics(() => ({
    ...counts(),
    http: http.size as number,
    ...(nodes === null ? {} : { nodes: nodes.count, redis: nodes.up }),
  }));
  const turns = new Turns(settings.limits.relayTotal, () => metrics.count("limits", "relay_total"));
  const context: Context = { settings, metrics, log, turns };
  const sessions = new Sessions(context);
  const server = await listen(settings);
  const addr = addressOf(server);
  settings.publicUrl ||= urlOf(addr, settings);
  const nodes: Nodes | null = settings.redis === undefined
    ? null
    : await (await import("./nodes/nodes.ts")).Nodes.start(settings.redis, context, sessions, () => desk);
  const desk: Desk = new Desk(context, sessions, nodes);
  const gate = new Gate(context, desk);
  const counts = (): RoadCounts => {
    let hosts = 0, viewers = 0;
    for (const { host, viewers: all } of sessions.values()) {
      if (host.wire !== null) hosts++;
      for (const { peer } of all.values()) if (peer.wire !== null) viewers++;
    }
    return { sessions: sessions.size, hosts, viewers, joining: gate.joining };
  };
  const http: HttpClients = new HttpClients(context, desk);
  const answer = routes(context, sessions, { gate, desk, nodes, http });
  const sweeping = setInterval(() => {
    const now = Date.now();
    for (const session of sessions.values()) sweep(context, session, now);
  }, sweepEvery(context));
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, answer, context);
  });
  server.on("upgrade", (request, socket, head) => gate.upgrade(request, socket, head));
  log.say({ event: "listening", url: settings.publicUrl });

  const { tls } = settings;
  const watch = tls?.files &&
    (await import("./certificate.ts")).watchCertificate(
      tls.files,
      tls,
      server as unknown as SecureServer,
      log,
    );

  let closing: Promise<void> | null = null;
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    clearInterval(sweeping);
    watch?.[Symbol.dispose]();
    desk.draining = true;
    await nodes?.release();
    log.say({ event: "moving", sockets: gate.sockets });
    gate.move();
    for (const session of sessions.values()) session.move(0);
    sessions.drop();
    http.close();
    await gate.close();
    await nodes?.close();
    server.closeAllConnections();
    await closed;
    log.say({ event: "closed" });
  };
  const closeOnce = () => closing ??= close();
  return {
    url: settings.publicUrl,
    addr,
    sessions: counts,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

async function listen({ hostname, port, tls }: Settings): Promise<Server> {
  const options = { headersTimeout: HEADERS_TIME, requestTimeout: HEADERS_TIME, maxHeaderSize: MAX_HEADERS };
  const checking = { connectionsCheckingInterval: 1_000 };
  const none: RequestListener | undefined = undefined;
  const server = tls === undefined
    ? (await import("node:http")).createServer({ ...options, ...checking }, none)
    : (await import("node:https")).createServer(
      { ...options, ...checking, ...tls },
      none,
    ) as unknown as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const own = Deno.networkInterfaces().map(({ address }) => address);
      reject(listenError({ hostname, port }, error, own));
    });
    server.listen(port, hostname, () => resolve());
  });
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Routes,
  { log, settings }: Context,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await answer({
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
    log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
    reply = failure(500, "unavailable", "the road failed to answer this");
  }
  const { status, type, body = "", headers } = reply;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  // Neither a body that nobody asked for nor an answer that nobody reads keeps a connection.
  const late = setTimeout(() => request.socket.destroy(), settings.limits.responseTime);
  response.once("close", () => clearTimeout(late));
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...(request.complete ? {} : { connection: "close" }),
    ...(type === undefined ? {} : { "content-type": type }),
    ...(status === 304 ? {} : { "content-length": `${bytes.length}` }),
    ...headers,
  });
  response.end(status === 304 || request.method === "HEAD" ? undefined : bytes);
}

function addressOf(server: Server): Deno.NetAddr {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a listening server has no address");
  return { transport: "tcp", hostname: address.address, port: address.port };
}

function urlOf({ hostname, port }: Deno.NetAddr, { tls }: Settings): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${tls === undefined ? "http" : "https"}://${host}:${port}`;
}
