/** A small road of this test's own: honest, unless it is told to tamper with what it carries. */
import {
  type ClientMessage,
  type ErrorCode,
  HOST_PEER,
  type PeerId,
  type RoadMessage,
  type Signal,
  SUBPROTOCOL,
} from "../../transport/schema/signal.ts";
import { decodeRelayed, encodeRelayed, type Relayed } from "../../transport/schema/relay_message.ts";
import { decodeClientMessage, encodeRoadMessage } from "../../transport/schema/signal_codec.ts";

/** One signal on its way, as the road sees it. */
export interface Carried {
  readonly from: PeerId;
  readonly to: PeerId;
  readonly signal: Signal;
}

const SESSION = "7kq2mx";
const IDS = ["aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "eeeeeeee", "ffffffff"];

export class HostileRoad implements AsyncDisposable {
  /** What is delivered in place of one signal; the honest answer is `[carried]`. */
  tamper: (carried: Carried) => readonly Carried[] = (carried) => [carried];
  relayTamper: (from: PeerId, message: Relayed) => readonly Relayed[] = (_from, message) => [message];
  relay = true;
  /** How a join is refused; undefined: it is taken. */
  refuses: (join: Extract<ClientMessage, { type: "join" }>) => ErrorCode | undefined = () => undefined;
  /** The id that the next session gets, and each join is told. */
  session = SESSION;
  /** The id that the next viewer gets, whatever it claims. */
  nextId: PeerId | undefined;
  /** Nothing is answered: as a machine that is gone, with its sockets open here. */
  mute = false;
  /** Everything that went through, for what the road may learn. */
  readonly seen: string[] = [];
  readonly #sockets = new Map<PeerId, WebSocket>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #viewers = 0;

  constructor() {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#serve(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Sends to one peer whatever the test likes. */
  tell(peer: PeerId, message: RoadMessage): void {
    const socket = this.#sockets.get(peer);
    if (socket?.readyState === WebSocket.OPEN) socket.send(encodeRoadMessage(message));
  }

  tellRaw(peer: PeerId, data: string | Uint8Array<ArrayBuffer>): void {
    this.#sockets.get(peer)?.send(data);
  }

  /** Closes sockets as a network would: without a good bye. */
  cut(...peers: PeerId[]): void {
    for (const peer of peers) this.#sockets.get(peer)?.close(4999, "cut");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.values()) socket.close();
    await this.#server.shutdown();
  }

  #serve(request: Request): Response {
    if (request.headers.get("upgrade") !== "websocket") return new Response("ok");
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: SUBPROTOCOL, idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    let me: PeerId | null = null;
    socket.onmessage = ({ data }) => {
      if (this.mute) return;
      if (typeof data !== "string") return void (me !== null && this.#relayed(me, new Uint8Array(data)));
      for (const message of data.split("\n").map(decodeClientMessage)) {
        if (message.type === "join") {
          const code = this.refuses(message);
          if (code === undefined) me = this.#join(socket, message);
          else socket.send(encodeRoadMessage({ type: "join_error", code, message: "told to" }));
        } else if (me !== null) this.#message(me, message);
      }
    };
    socket.onclose = () => {
      if (me === null || this.#sockets.get(me) !== socket) return;
      this.#sockets.delete(me);
      for (const other of this.#others(me)) this.tell(other, { type: "peer_left", peer: me, reason: "lost" });
    };
    return response;
  }

  #others(me: PeerId): PeerId[] {
    return [...this.#sockets.keys()].filter((peer) => (peer === HOST_PEER) !== (me === HOST_PEER));
  }

  #join(socket: WebSocket, message: Extract<ClientMessage, { type: "join" }>): PeerId {
    const me = message.role === "host"
      ? HOST_PEER
      : this.nextId ?? message.peer ?? IDS[this.#viewers++ % IDS.length]!;
    if (message.role === "viewer") this.nextId = undefined;
    this.#sockets.set(me, socket);
    this.tell(me, {
      type: "join_success",
      session: this.session,
      peer: me,
      token: "T".repeat(22),
      public_url: this.url,
      relay: this.relay,
      peers: this.#others(me),
    });
    const { hello, token } = message;
    for (const to of this.#others(me)) {
      this.tell(to, { type: "peer_joined", peer: me, resumed: token !== undefined });
      if (hello) this.#carry({ from: me, to, signal: hello });
    }
    return me;
  }

  #message(from: PeerId, message: Exclude<ClientMessage, { type: "join" }>): void {
    switch (message.type) {
      case "signal":
        return this.#carry({ from, to: message.to_peer, signal: message.signal });
      case "ping":
        return this.tell(from, { type: "pong", id: message.id });
      case "state":
      case "leave":
        return;
    }
  }

  #carry(carried: Carried): void {
    this.seen.push(JSON.stringify(carried));
    for (const { from, to, signal } of this.tamper(carried)) {
      this.tell(to, { type: "signal", from_peer: from, signal });
    }
  }

  #relayed(from: PeerId, bytes: Uint8Array): void {
    const message = decodeRelayed(bytes);
    this.seen.push(String.fromCharCode(...bytes));
    for (const { peer, channel, sealed } of this.relayTamper(from, message)) {
      this.tellRaw(peer, encodeRelayed({ peer: from, channel, sealed }));
    }
  }
}
