/** Where sockets come in: upgrades, the time to join, joins by address, heartbeats, and the way out. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { type ErrorCode, LIMITS, SUBPROTOCOL } from "../transport/signal.ts";
import { clientAddress, limitKey } from "./address.ts";
import { CLOSE } from "./close_codes.ts";
import type { Context } from "./context.ts";
import { join } from "./join.ts";
import { AddressLimits } from "./limits.ts";
import { Refused } from "./refused.ts";
import { pathOf } from "./reply.ts";
import type { Sessions } from "./sessions.ts";
import { ClientSocket, type Seat } from "./socket.ts";

/** What a join takes of its address's tokens; `API.md` ("Joins by address"). */
const PRICE = { join: 1, open: 2, refused: 5 } as const;
/** Hosts return within the first span after `moving`, viewers in the second, in ms: a viewer needs its host there. */
const MOVE_SPAN = 1_000;
/** How long sockets have to close themselves when the road closes, in ms. */
const CLOSE_TIME = 1_000;

type Join = Parameters<typeof join>[2];

export class Gate {
  readonly #sockets = new Set<ClientSocket>();
  readonly #joins: AddressLimits;
  readonly #heart: ReturnType<typeof setInterval>;
  #joining = 0;
  #draining = false;
  #emptied: (() => void) | null = null;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: LIMITS.relay,
    handleProtocols: () => SUBPROTOCOL,
  });

  constructor(readonly context: Context, readonly sessions: Sessions) {
    this.#joins = new AddressLimits(context.settings.limits.joins);
    this.#heart = setInterval(() => {
      for (const socket of this.#sockets) socket.beat();
    }, context.settings.heartbeat);
  }

  /** Sockets that have not joined. */
  get joining(): number {
    return this.#joining;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Takes an upgrade request, or answers it with an HTTP error. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    const name = /^\/ws\/([a-z0-9]{1,16})$/.exec(pathOf(request.url))?.[1];
    try {
      if (name === undefined) throw new Refused("not_found", "sockets are at /ws/new and /ws/<session>");
      this.#check(request);
    } catch (error) {
      const refused = error instanceof Refused ? error : this.#fault(error);
      this.context.metrics.count("upgrades_refused", refused.code);
      return turnAway(socket, refused);
    }
    const { trustProxy } = this.context.settings;
    const forwarded = request.headers["x-forwarded-for"];
    const address = clientAddress(
      request.socket.remoteAddress ?? "",
      `${forwarded ?? ""}` || undefined,
      trustProxy,
    );
    // deno-lint-ignore no-explicit-any -- Deno's global Buffer type and @types/node's are two names of one thing
    this.#server.handleUpgrade(request, socket, head as any, (ws) => this.#enter(ws, name, address));
  }

  /** Tells every peer to move, closes all sockets, and settles when none is left. */
  async close(): Promise<void> {
    this.#draining = true;
    clearInterval(this.#heart);
    const emptied = new Promise<void>((resolve) => this.#emptied = resolve);
    for (const session of this.sessions.values()) {
      session.host.wire?.send({ type: "moving", after_ms: Math.floor(Math.random() * MOVE_SPAN) });
      for (const { peer } of session.viewers.values()) {
        peer.wire?.send({ type: "moving", after_ms: Math.floor(MOVE_SPAN + Math.random() * MOVE_SPAN) });
      }
    }
    this.sessions.drop();
    for (const socket of this.#sockets) socket.close(CLOSE.moving);
    if (this.#sockets.size > 0) {
      const late = setTimeout(() => {
        for (const socket of this.#sockets) socket.cut();
      }, CLOSE_TIME);
      await emptied;
      clearTimeout(late);
    }
  }

  /** Throws {@link Refused} for an upgrade that can't become a join. */
  #check(request: IncomingMessage): void {
    const { settings } = this.context;
    if (this.#draining) throw new Refused("draining", "this road is going away; join again in a second");
    const offered = `${request.headers["sec-websocket-protocol"] ?? ""}`.split(",").map((name) =>
      name.trim()
    );
    if (!offered.includes(SUBPROTOCOL)) {
      throw new Refused("bad_version", `the socket must name the subprotocol ${SUBPROTOCOL}; update beach`);
    }
    const { origin, host = "" } = request.headers;
    if (origin !== undefined && !this.#allows(origin, host)) {
      throw new Refused("bad_origin", "pages of other sites may not use this road");
    }
    if (this.#joining >= settings.limits.joining) {
      throw new Refused("full", "too many sockets wait to join; try again in a few seconds");
    }
  }

  /** Something of ours broke (a hook, say): it is logged, and this client is turned away. */
  #fault(error: unknown): Refused {
    this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
    return new Refused("unavailable", "the road failed to handle this");
  }

  #allows(origin: string, host: string): boolean {
    const { allowOrigin, publicUrl } = this.context.settings;
    if (allowOrigin !== undefined) return allowOrigin(origin, host);
    const asked = URL.parse(origin);
    return asked !== null && (asked.host === host || asked.origin === URL.parse(publicUrl)?.origin);
  }

  #enter(ws: WebSocket, name: string, address: string): void {
    this.#joining++;
    let waiting = true;
    const seated = () => {
      if (waiting) this.#joining--;
      waiting = false;
      clearTimeout(timer);
    };
    const socket = new ClientSocket(ws, this.context, (message, socket) => {
      const seat = this.#join(message, socket, name, address);
      seated();
      return seat;
    }, () => {
      seated();
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

  /** Joins, at the price of the address. Throws {@link Refused}. */
  #join(message: Join, socket: ClientSocket, name: string, address: string): Seat {
    const { metrics, log } = this.context;
    const now = performance.now();
    const bucket = this.#joins.bucket(limitKey(address), now);
    const price = message.role === "host" ? PRICE.open : PRICE.join;
    try {
      if (this.#draining) throw new Refused("draining", "this road is going away", "join again in a second");
      if (!bucket.take(now, price)) {
        throw new Refused(
          "rate_limited",
          "too many joins from this address",
          "wait a few seconds, then try again",
        );
      }
      const { session, peer, proven, resumed } = join(this.sessions, name, message, socket);
      if (proven) bucket.refund(now, price);
      metrics.count("joins", `${message.role}|${resumed ? "resumed" : "ok"}`);
      log.say({ event: "joined", session: session.id, peer: peer.id, resumed, ...log.address(address) });
      return { session, peer };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== "rate_limited" && error.code !== "draining") {
        bucket.charge(now, PRICE.refused - price);
      }
      metrics.count("joins", `${message.role}|${error.code}`);
      log.say({ event: "join_refused", role: message.role, code: error.code, ...log.address(address) });
      throw error;
    }
  }
}

const STATUS: Partial<Record<ErrorCode, string>> = {
  bad_version: "400 Bad Request",
  bad_origin: "403 Forbidden",
  not_found: "404 Not Found",
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
