/** Cheap clients of a road for loads: what a host and a viewer say to each other, without the cryptography. */
import { FastSocket } from "./fast_socket.ts";
import {
  PROTOCOL_VERSION,
  type RoadMessage,
  type Signal,
  SUBPROTOCOL,
} from "../../transport/schema/signal.ts";

/** As long as what the real ends send, sealed and in base64url: an OPAQUE message, an SDP, a candidate, a hello. */
const DATA = {
  pake: "A".repeat(440),
  offer: "A".repeat(1_300),
  answer: "A".repeat(1_300),
  ice: "A".repeat(280),
  control: "A".repeat(160),
} satisfies Record<Signal["kind"], string>;
/** How long one step may take before it counts as failed, in ms. */
const PATIENCE = 10_000;

export interface Joined {
  readonly session: string;
  readonly peer: string;
  readonly token: string;
}

export class LoadClient {
  joined: Joined | null = null;
  /** What came before somebody listened: one chunk can hold the welcome and what follows it. */
  #early: RoadMessage[] | null = [];
  #onmessage: (message: RoadMessage) => void = (message) => void this.#early?.push(message);
  onbytes: (bytes: Uint8Array) => void = () => {};
  readonly closed = Promise.withResolvers<number>();
  private constructor(readonly ws: FastSocket) {}

  set onmessage(take: (message: RoadMessage) => void) {
    this.#onmessage = take;
    for (const message of this.#early?.splice(0) ?? []) take(message);
    this.#early = null;
  }

  /** Opens a socket and joins. Rejects with what the road said. */
  static join(url: string, name: string, join: Record<string, unknown>): Promise<LoadClient> {
    const ws = new FastSocket(`${url.replace(/^http/, "ws")}/ws/${name}`, SUBPROTOCOL);
    const client = new LoadClient(ws);
    const done = Promise.withResolvers<LoadClient>();
    const timer = setTimeout(() => done.reject(new Error(`no join within ${PATIENCE} ms`)), PATIENCE);
    ws.onopen = () => ws.send(JSON.stringify({ type: "join", version: PROTOCOL_VERSION, ...join }));
    ws.onmessage = ({ data }) => {
      if (typeof data !== "string") return client.onbytes(data);
      const message: RoadMessage = JSON.parse(data);
      if (message.type === "join_success") {
        clearTimeout(timer);
        client.joined = message;
        done.resolve(client);
      } else if (message.type === "join_error") {
        done.reject(new Error(`${message.code}: ${message.message}`));
      } else client.#onmessage(message);
    };
    ws.onclose = ({ code }) => {
      clearTimeout(timer);
      client.closed.resolve(code);
      done.reject(new Error(`closed with ${code}`));
    };
    return done.promise;
  }

  send(kind: Signal["kind"], to: string, data = DATA[kind]): void {
    this.ws.send(JSON.stringify({ type: "signal", to_peer: to, signal: { kind, negotiation: 1, data } }));
  }

  say(message: Record<string, unknown>): void {
    this.ws.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.ws.close(1000);
    await this.closed.promise;
  }
}

/** A host that answers every viewer as a real one does. */
export async function startHost(url: string): Promise<LoadClient> {
  const host = await LoadClient.join(url, "new", { role: "host" });
  host.onmessage = (message) => {
    if (message.type === "peer_joined" && message.hello) host.send("pake", message.peer);
    if (message.type !== "signal") return;
    const { from_peer: peer, signal } = message;
    if (signal.kind !== "control") return;
    host.send("offer", peer);
    host.send("ice", peer);
    host.send("ice", peer);
  };
  return host;
}

/**
 * A complete join: socket, PAKE in both directions, hello, offer, answer, two candidates each way, `connected`. Settles when the
 * viewer has the road's word that it is connected.
 */
export async function completeJoin(url: string, session: string): Promise<LoadClient> {
  const hello = { kind: "pake", negotiation: 1, data: DATA.pake };
  const done = Promise.withResolvers<void>();
  const viewer = await LoadClient.join(url, session, { role: "viewer", hello });
  let candidates = 0;
  viewer.onmessage = (message) => {
    if (message.type === "state" && message.state === "connected") done.resolve();
    if (message.type === "error") done.reject(new Error(`${message.code}: ${message.message}`));
    if (message.type !== "signal") return;
    switch (message.signal.kind) {
      case "pake":
        viewer.send("pake", "host");
        return viewer.send("control", "host");
      case "offer":
        viewer.send("answer", "host");
        viewer.send("ice", "host");
        return viewer.send("ice", "host");
      case "ice":
        if (++candidates === 2) viewer.say({ type: "state", peer: "host", state: "connected" });
        return;
      default:
        return;
    }
  };
  const timer = setTimeout(() => done.reject(new Error(`not connected within ${PATIENCE} ms`)), PATIENCE);
  try {
    await done.promise;
    return viewer;
  } finally {
    clearTimeout(timer);
  }
}
