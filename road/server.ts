/**
 * The road's server: `node:http` with `ws`, since both can refuse early what could overload a road. `Deno.serve` reads WebSocket messages
 * of up to 64 MiB before the program can refuse them, waits for slow headers without limit, and cannot end a socket whose other side has
 * stopped reading (all three were tried; with `ws` the limits are 65,600 bytes, 5 s, and `terminate`).
 */
import type { SecureServer } from "./http/certificate.ts";
import { steady } from "./clock.ts";
import { Connections } from "./http/connections.ts";
import type { Context } from "./context.ts";
import { Admission } from "./sessions/admission.ts";
import { Gate } from "./sockets/gate.ts";
import { HttpClients } from "./http/http_clients.ts";
import { TokenBuckets } from "../transport/token_bucket.ts";
import { AcceptMonitor, listen, makeServer } from "./http/listener.ts";
import { Log } from "./monitor/log.ts";
import { Metrics } from "./monitor/metrics.ts";
import type { Cluster } from "./nodes/cluster.ts";
import { type RoadOptions, type Settings, settle } from "./config/options.ts";
import { Kept } from "./negotiation/pending_signals.ts";
import { Requests } from "./http/requests.ts";
import { routes } from "./http/routes.ts";
import { Sessions } from "./sessions/sessions.ts";
import { sweep, sweepEvery } from "./sessions/expiry.ts";
import { FairQueue } from "./fair_queue.ts";

export type { Limits } from "./config/limit_table.ts";
export type { Asset, OpenFiles, RoadOptions } from "./config/options.ts";
export type { RoadEvent } from "./monitor/log.ts";

/** How many there are of each. */
export interface RoadCounts {
  readonly sessions: number;
  /** Hosts and viewers with a socket. */
  readonly hosts: number;
  readonly viewers: number;
  /** Sockets that have not joined yet. */
  readonly joining: number;
}

export interface Road extends AsyncDisposable {
  /** The public URL, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly addr: Deno.NetAddr;
  sessions(): RoadCounts;
  /** Tells all peers to join elsewhere, closes their sockets and the listener. Idempotent; sessions can be claimed at another road. */
  close(): Promise<void>;
}

/**
 * Starts a road and settles when it accepts joins. Throws RangeError for invalid options, Error if it cannot listen (the message says where
 * and why).
 */
export async function startRoad(options: RoadOptions = {}): Promise<Road> {
  const settings = settle(options);
  const log = new Log(settings.log, settings.logAddresses);
  const metrics = new Metrics(() => ({
    ...countOf(sessions, gate),
    http: http.size as number,
    connections: connections.open as number,
    ...(nodes === null ? {} : { nodes: nodes.count, redis: nodes.up }),
  }));
  const turns = new FairQueue(settings.limits.relayTotal, () => metrics.count("limits", "relay_total"));
  const guesses = new TokenBuckets(settings.limits.guesses);
  const kept = new Kept(settings.limits.keptTotal);
  const asking = new TokenBuckets(settings.limits.http);
  const context: Context = { settings, metrics, log, turns, guesses, kept, http: asking };
  const sessions = new Sessions(context);
  const connections = new Connections(context);
  const server = await makeServer(settings);
  // Before it listens, or the first connections would not be counted.
  server.on("connection", (socket) => connections.enter(socket));
  const addr = await listen(server, settings, connections.backlog);
  settings.publicUrl ||= urlOf(addr, settings);
  const nodes: Cluster | null = settings.redis === undefined
    ? null
    : await (await import("./nodes/cluster.ts")).Cluster.start(settings.redis, context, sessions, () =>
      admission);
  const admission: Admission = new Admission(context, sessions, nodes);
  const gate = new Gate(context, admission);
  const monitor = new AcceptMonitor(context, server, addr, connections);
  const http: HttpClients = new HttpClients(context, admission);
  const answer = routes(context, sessions, { gate, admission, nodes, http });
  const requests = new Requests(context, connections, answer);
  const sweeping = setInterval(() => {
    const now = steady();
    for (const session of sessions.values()) sweep(context, session, now);
  }, sweepEvery(context));
  server.on("request", (request, response) => requests.receive(request, response));
  server.on("upgrade", (request, socket, head) => {
    connections.now(request.socket);
    const refusal = requests.refusal(request);
    if (refusal === null) gate.upgrade(request, socket, head);
    else gate.refuse(socket, refusal);
  });
  log.say({ event: "listening", url: settings.publicUrl });

  const watch = await watchFiles(settings, server as unknown as SecureServer, log);
  const stop = () => {
    clearInterval(sweeping);
    monitor[Symbol.dispose]();
    watch?.[Symbol.dispose]();
  };
  return new RunningRoad(addr, context, stop, { server, sessions, admission, nodes, gate, http });
}

/** The parts of a road that its end concerns. */
interface Parts {
  readonly server: Awaited<ReturnType<typeof makeServer>>;
  readonly sessions: Sessions;
  readonly admission: Admission;
  readonly nodes: Cluster | null;
  readonly gate: Gate;
  readonly http: HttpClients;
}

class RunningRoad implements Road {
  #closing: Promise<void> | null = null;

  /** @param stop ends the timers and watchers */
  constructor(
    readonly addr: Deno.NetAddr,
    private readonly context: Context,
    private readonly stop: () => void,
    private readonly parts: Parts,
  ) {}

  get url(): string {
    return this.context.settings.publicUrl;
  }

  sessions(): RoadCounts {
    return countOf(this.parts.sessions, this.parts.gate);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { server, sessions, admission, nodes, gate, http } = this.parts;
    const { log } = this.context;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.stop();
    admission.draining = true;
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
  }
}

function countOf(sessions: Sessions, { joining }: Gate): RoadCounts {
  let hosts = 0, viewers = 0;
  for (const { host, viewers: all } of sessions.values()) {
    if (host.wire !== null) hosts++;
    for (const { peer } of all.values()) if (peer.wire !== null) viewers++;
  }
  return { sessions: sessions.size, hosts, viewers, joining };
}

/** Takes a certificate anew when its files change. */
async function watchFiles(
  { tls }: Settings,
  server: SecureServer,
  log: Log,
): Promise<Disposable | undefined> {
  if (!tls?.files) return undefined;
  const { watchCertificate } = await import("./http/certificate.ts");
  return watchCertificate(tls.files, tls, server, log);
}

function urlOf({ hostname, port }: Deno.NetAddr, { tls }: Settings): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${tls === undefined ? "http" : "https"}://${host}:${port}`;
}
