/** One open WebSocket to the road: typed messages both ways, pings, and one report when it ends. */
import type { ClientMessage, RoadMessage } from "../schema/signal.ts";
import { decodeRelayed, encodeRelayed, type Relayed } from "../schema/relay_message.ts";
import { decodeRoadMessage, encodeClientMessage } from "../schema/signal_codec.ts";
import { SignalError } from "../schema/json_fields.ts";
import { Timers } from "../timers.ts";

/** Most bytes in the socket's send buffer; above it, messages are refused. */
const MAX_BUFFERED = 4 * 1024 * 1024;

export interface RoadSocketEvents {
  message(message: RoadMessage): void;
  relayed(message: Relayed): void;
  /** A message that breaks the schema came and was dropped. */
  malformed(error: SignalError): void;
  /** Called once, unless `close` came first: the socket is gone, with its close code (1006 where it ended without one). */
  lost(code: number, detail: string): void;
}

/** The close code for a socket that is silent: another socket follows, so the peer does not leave the session. */
export const ABANDONED = 4100;

/** An open, joined or joining WebSocket to the road. */
export class RoadSocket {
  #socket: WebSocket;
  #events: RoadSocketEvents;
  #timers = new Timers();
  #pings = 0;
  #over = false;

  /** Takes over an open socket. `timings` in ms: between pings, and of silence after one. */
  constructor(
    socket: WebSocket,
    timings: { readonly ping: number; readonly dead: number },
    events: RoadSocketEvents,
  ) {
    this.#socket = socket;
    this.#events = events;
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) =>
      this.#lost(code, reason === "" ? closed(code) : reason.slice(0, 120));
    this.#schedule(timings.ping, timings.dead);
  }

  /** False if the socket is closing or its buffer is full; the message is lost then. */
  send(message: ClientMessage): boolean {
    if (!this.#takes()) return false;
    this.#socket.send(encodeClientMessage(message));
    return true;
  }

  /** Sends a sealed message; false as with {@link send}. */
  relay(message: Relayed): boolean {
    if (!this.#takes()) return false;
    this.#socket.send(encodeRelayed(message));
    return true;
  }

  /** Bytes in the socket's send buffer. */
  buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a ping; without any message within `dead` ms the socket counts as lost. A shorter deadline replaces a longer one. */
  ping(dead: number): void {
    this.send({ type: "ping", id: ++this.#pings });
    this.#timers.set("dead", dead, () => {
      this.#lost(1006, `nothing heard for ${dead / 1000} s`);
      this.#socket.close();
    });
  }

  /** @param code 1000 leaves the session; any other code closes only this socket */
  close(code = 1000): void {
    this.#over = true;
    this.#timers.clearAll();
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(code);
  }

  #takes(): boolean {
    return !this.#over && this.#socket.readyState === WebSocket.OPEN &&
      this.#socket.bufferedAmount < MAX_BUFFERED;
  }

  #schedule(every: number, dead: number): void {
    this.#timers.set("ping", every, () => {
      if (!this.#timers.has("dead")) this.ping(dead);
      this.#schedule(every, dead);
    });
  }

  #received(data: unknown): void {
    // Any message proves that the road is alive.
    this.#timers.clear("dead");
    try {
      if (typeof data === "string") this.#events.message(decodeRoadMessage(data));
      else if (data instanceof ArrayBuffer) this.#events.relayed(decodeRelayed(new Uint8Array(data)));
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      this.#events.malformed(error);
    }
  }

  #lost(code: number, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#timers.clearAll();
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#events.lost(code, detail);
  }
}

/** The meaning of a close code of RFC 6455, where the road sent no reason. */
function closed(code: number): string {
  return code === 1006 ? "the connection broke" : code === 1001 ? "it is going away" : `close code ${code}`;
}
