/** The WebSockets of a road: upgrades, the time limit to join, joins per address, heartbeats, and closing. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { type ErrorCode, LIMITS, SUBPROTOCOL } from "../../transport/schema/signal.ts";
import { clientAddress } from "../client_address.ts";
import { CLOSE } from "../close_codes.ts";
import type { Context } from "../context.ts";
import type { Admission } from "../sessions/admission.ts";
import { HalfReceived } from "./half_received.ts";
import { endOnce } from "./send_queue.ts";
import { Refused } from "../refused.ts";
import { allowsOrigin } from "../config/origin.ts";
import { pathOf } from "../http_message.ts";
import { MOVE_SPAN } from "../sessions/session.ts";
import { ClientSocket } from "./socket.ts";

/** How long peers have to close their sockets when the road closes, in ms. */
const CLOSE_TIME = 1_000;

/** Frames per message: browsers and proxies send larger fragments, and each costs 150 bytes until the last arrives. */
const MAX_FRAGMENTS = 64;

/** All WebSockets of a road. */
/** Reads that one frame may come in: networks cut the longest frame into 130 pieces, and each costs 150 bytes. */
const MAX_PIECES = 2_048;

/** All WebSockets of a road. */
export class Gate {
  readonly #sockets = new Set<ClientSocket>();
  readonly #heart: ReturnType<typeof setInterval>;
  #joining = 0;
  /** Sockets that have not joined, by address. */
  readonly #joiningOf = new Map<string, number>();
  #emptied: (() => void) | null = null;
  readonly #half: HalfReceived;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: LIMITS.relay,
    // The type declarations are older than these options.
    ...{ maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_PIECES },
    handleProtocols: () => SUBPROTOCOL,
  });

  constructor(readonly context: Context, readonly admission: Admission) {
    const { settings, metrics } = context;
    this.#half = new HalfReceived(settings.limits.begunTotal, () => {
      metrics.count("limits", "begun_total");
      metrics.count("sockets_cut", "begun");
    });
    this.#heart = setInterval(() => {
      for (const socket of this.#sockets) socket.beat();
    }, context.settings.heartbeat);
  }

  /** Sockets that have not joined. */
  get joining(): number {
    return this.#joining;
  }

  /** Open sockets. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** Accepts an upgrade request, or answers it with an HTTP error. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    const name = /^\/ws\/([a-z0-9]{1,16})$/.exec(pathOf(request.url))?.[1];
    const forwarded = request.headers["x-forwarded-for"];
    const address = clientAddress(
      request.socket.remoteAddress ?? "",
      `${forwarded ?? ""}` || undefined,
      this.context.settings.trustProxy,
    );
    try {
      if (name === undefined) throw new Refused("not_found", "sockets are at /ws/new and /ws/<session>");
      this.#check(request, address);
    } catch (error) {
      return this.refuse(socket, error instanceof Refused ? error : this.#fault(error));
    }
    // deno-lint-ignore no-explicit-any -- Deno's global Buffer type and @types/node's are two names of one thing
    this.#server.handleUpgrade(request, socket, head as any, (ws) => {
      endOnce(ws, socket);
      this.#enter(ws, socket, name, address);
    });
  }

  /** Answers an upgrade request with an HTTP error. */
  refuse(socket: Duplex, refused: Refused): void {
    this.context.metrics.count("upgrades_refused", refused.code);
    turnAway(socket, refused);
  }

  /** Tells every peer to join again elsewhere, and starts to close all sockets. */
  move(): void {
    this.admission.draining = true;
    clearInterval(this.#heart);
    for (const socket of this.#sockets) {
      if (socket.membership !== null) {
        const from = socket.membership.role === "host" ? 0 : MOVE_SPAN;
        socket.send({ type: "moving", after_ms: Math.floor(from + Math.random() * MOVE_SPAN) });
      }
      socket.close(CLOSE.moving);
    }
  }

  /** Settles when no socket is left; those that do not close in time are terminated. */
  async close(): Promise<void> {
    this.move();
    if (this.#sockets.size === 0) return;
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.cut();
    }, CLOSE_TIME);
    await new Promise<void>((resolve) => this.#emptied = resolve);
    clearTimeout(late);
  }

  /** Throws {@link Refused} for an upgrade that cannot become a join. */
  #check(request: IncomingMessage, address: string): void {
    const { settings } = this.context;
    if (this.admission.draining) {
      throw new Refused("draining", "this road is going away; join again in a second");
    }
    const offered = `${request.headers["sec-websocket-protocol"] ?? ""}`.split(",").map((name) =>
      name.trim()
    );
    if (!offered.includes(SUBPROTOCOL)) {
      throw new Refused("bad_version", `the socket must name the subprotocol ${SUBPROTOCOL}; update beach`);
    }
    const { origin, host = "" } = request.headers;
    if (origin !== undefined && !allowsOrigin(settings, origin, host)) {
      throw new Refused("bad_origin", "pages of other sites may not use this road");
    }
    if (this.#joining >= settings.limits.joining) {
      this.context.metrics.count("limits", "joining");
      throw new Refused("full", "too many sockets wait to join; try again in a few seconds");
    }
    if ((this.#joiningOf.get(address) ?? 0) >= settings.limits.joiningEach) {
      this.context.metrics.count("limits", "joining_address");
      throw new Refused("full", "too many sockets of your address wait to join; try again in a few seconds");
    }
  }

  /** An internal error (of a hook, for example): logged, and the client is refused. */
  #fault(error: unknown): Refused {
    this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
    return new Refused("unavailable", "the road failed to handle this");
  }

  #count(address: string, by: 1 | -1): void {
    this.#joining += by;
    const count = (this.#joiningOf.get(address) ?? 0) + by;
    if (count > 0) this.#joiningOf.set(address, count);
    else this.#joiningOf.delete(address);
  }

  #enter(ws: WebSocket, below: Duplex, name: string, address: string): void {
    this.#count(address, 1);
    let waiting = true;
    const settled = () => {
      if (waiting) this.#count(address, -1);
      waiting = false;
      clearTimeout(timer);
    };
    const socket = new ClientSocket(ws, below, this.context, this.#half, (message, socket) => {
      const membership = this.admission.join(message, name, socket, address);
      if (membership instanceof Promise) return membership.finally(settled);
      settled();
      return membership;
    }, () => {
      settled();
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#emptied?.();
    });
    this.#sockets.add(socket);
    const { joinTime } = this.context.settings.limits;
    const timer = setTimeout(() => {
      this.context.metrics.count("sockets_cut", "idle");
      socket.refuse(
        "expired",
        `no join came within ${joinTime / 1000} s`,
        "join as soon as the socket is open",
      );
    }, joinTime);
  }
}

const STATUS: Partial<Record<ErrorCode, string>> = {
  bad_version: "400 Bad Request",
  bad_origin: "403 Forbidden",
  not_found: "404 Not Found",
  bad_host: "421 Misdirected Request",
  rate_limited: "429 Too Many Requests",
};

/** Answers an upgrade with an HTTP error. */
function turnAway(socket: Duplex, { code, message }: Refused): void {
  const body = JSON.stringify({ error: { code, message } });
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${STATUS[code] ?? "503 Service Unavailable"}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
