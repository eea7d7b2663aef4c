/** A client of the road for tests: a real WebSocket, with an inbox that is read with deadlines. */
import assert from "node:assert/strict";
import {
  type ClientMessage,
  PROTOCOL_VERSION,
  type RoadMessage,
  type Signal,
  SUBPROTOCOL,
} from "../../transport/schema/signal.ts";
import { decodeRoadMessage } from "../../transport/schema/signal_codec.ts";
import { type Road, type RoadEvent, type RoadOptions, startRoad } from "../../road/server.ts";

/** How long a test waits for anything, in ms. */
export const DEADLINE = 5_000;

/** No price for what one address does: a test's clients all have the same. */
const FREE = { burst: 1e9, perSecond: 1e9 };
export const ONE_ADDRESS = { joins: FREE, http: FREE, connectionsEach: 1e9 };

/** A road to connect to: a started one, or one known by its URL. */
type At = string | { readonly url: string };
type Of<T extends RoadMessage["type"]> = Extract<RoadMessage, { type: T }>;
type Join = Omit<Extract<ClientMessage, { type: "join" }>, "type" | "version" | "role">;

export class Client {
  readonly inbox: RoadMessage[] = [];
  readonly bytes: Uint8Array[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wake = Promise.withResolvers<void>();

  private constructor(readonly ws: WebSocket) {
    ws.binaryType = "arraybuffer";
    ws.onmessage = ({ data }) => {
      if (typeof data === "string") this.inbox.push(decodeRoadMessage(data));
      else this.bytes.push(new Uint8Array(data));
      this.#nudge();
    };
    this.closed = new Promise((resolve) => {
      ws.onclose = ({ code, reason }) => {
        resolve({ code, reason });
        this.#nudge();
      };
    });
  }

  /** Opens a socket at `/ws/<name>`; rejects if the upgrade is refused. */
  static async open(road: At, name: string): Promise<Client> {
    const url = (typeof road === "string" ? road : road.url).replace(/^http/, "ws");
    const ws = new WebSocket(`${url}/ws/${name}`, SUBPROTOCOL);
    const client = new Client(ws);
    await within(
      new Promise<void>((resolve, reject) => {
        ws.onopen = () => resolve();
        ws.onerror = (event) => reject(new Error(`no socket: ${(event as ErrorEvent).message}`));
      }),
      "the socket to open",
    );
    ws.onerror = null;
    return client;
  }

  /** Opens a socket and joins; what the road answers is `welcome`. */
  static async join(
    road: At,
    name: string,
    role: "host" | "viewer",
    join: Join = {},
  ): Promise<Client & { welcome: Of<"join_success"> }> {
    const client = await Client.open(road, name);
    client.send({ type: "join", version: PROTOCOL_VERSION, role, ...join });
    const welcome = await client.next("join_success");
    return Object.assign(client, { welcome });
  }

  send(message: ClientMessage): void {
    this.ws.send(JSON.stringify(message));
  }

  signal(to_peer: string, kind: Signal["kind"], negotiation: number, data = "AAAA"): void {
    this.send({ type: "signal", to_peer, signal: { kind, negotiation, data } });
  }

  /** The next message of a type (and form); messages before it stay. */
  async next<T extends RoadMessage["type"]>(
    type: T,
    fits: (m: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    const found = () => this.inbox.findIndex((m) => m.type === type && fits(m as Of<T>));
    await this.until(() => found() >= 0, `${type}; the inbox has ${JSON.stringify(this.inbox)}`);
    return this.inbox.splice(found(), 1)[0] as Of<T>;
  }

  /** The next error, and nothing else than an error, with this code. */
  async refused(code: string): Promise<Of<"error">> {
    const error = await this.next("error");
    assert.equal(error.code, code, error.message);
    return error;
  }

  async until(done: () => boolean, what: string): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`waited ${DEADLINE} ms for ${what}`)), DEADLINE);
    try {
      while (!done()) {
        if (this.ws.readyState === WebSocket.CLOSED) throw new Error(`the socket closed before ${what}`);
        await Promise.race([this.#wake.promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Everything that the road sent before now has arrived. */
  async sync(): Promise<void> {
    const id = Math.floor(Math.random() * 1e9);
    this.send({ type: "ping", id });
    await this.next("pong", (pong) => pong.id === id);
  }

  async close(code = 1000): Promise<void> {
    this.ws.close(code);
    await within(this.closed, "the socket to close");
  }

  #nudge(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

export async function within<T>(promise: Promise<T>, what: string, ms = DEADLINE): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `done` holds, looking every 5 ms: for states that send no event. */
export async function eventually(done: () => boolean, what: string): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!done()) {
    if (performance.now() > end) throw new Error(`waited ${DEADLINE} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The value of one line of the road's metrics, named with its labels; 0 where it is not there. */
export async function metric(road: { readonly url: string }, name: string): Promise<number> {
  const text = await (await fetch(`${road.url}/metrics`)).text();
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Runs a test with a road and the events that it logs. */
export async function withRoad(
  options: RoadOptions,
  test: (road: Road, events: RoadEvent[]) => Promise<void>,
): Promise<void> {
  const events: RoadEvent[] = [];
  await using road = await startRoad({ log: (event) => events.push(event), ...options });
  await test(road, events);
}

/** A session with a host and viewers in it, nothing left in their inboxes. */
export async function party(road: At, viewers = 1) {
  const host = await Client.join(road, "new", "host");
  const { session } = host.welcome;
  const guests = [];
  for (let i = 0; i < viewers; i++) {
    const viewer = await Client.join(road, session, "viewer");
    await host.next("peer_joined");
    await host.next("state");
    await viewer.next("state");
    guests.push(viewer);
  }
  return { host, session, viewers: guests, viewer: guests[0]!, peer: guests[0]?.welcome.peer ?? "" };
}
