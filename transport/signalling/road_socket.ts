/** One open WebSocket to the road: messages in their types both ways, pings, and one report of its end. */
import type { ClientMessage, RoadMessage } from "../schema/signal.ts";
import { decodeRelayed, encodeRelayed, type Relayed } from "../schema/relay_message.ts";
import { decodeRoadMessage, encodeClientMessage } from "../schema/signal_codec.ts";
import { SignalError } from "../schema/json_fields.ts";
import { Timers } from "../timers.ts";

/** Bytes on their way into the socket beyond which nothing more is taken. */
const MAX_BUFFERED = 4 * 1024 * 1024;

export interface RoadSocketEvents {
  message(message: RoadMessage): void;
  relayed(message: Relayed): void;
  /** Something that breaks the schema came and was dropped. */
  malformed(error: SignalError): void;
  /** Once, unless `close` came first: the socket is gone, with its close code (1006 where it just died). */
  lost(code: number, detail: string): void;
}

/** Closes a socket that says nothing any more: another one follows, so it is no goodbye. */
export const ABANDONED = 4100;

export class RoadSocket {
  #socket: WebSocket;
  #events: RoadSocketEvents;
  #timers = new Timers();
  #pings = 0;
  #over = false;

  /** Takes an open socket over. `timings` in ms: between pings, and of silence after one. */
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

  /** False if the socket is closing or too full; the message is lost then. */
  send(message: ClientMessage): boolean {
    if (!this.#takes()) return false;
    this.#socket.send(encodeClientMessage(message));
    return true;
  }

  relay(message: Relayed): boolean {
    if (!this.#takes()) return false;
    this.#socket.send(encodeRelayed(message));
    return true;
  }

  buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Asks for a sign of life; without one within `dead` ms the socket is lost. A shorter wait replaces a longer one. */
  ping(dead: number): void {
    this.send({ type: "ping", id: ++this.#pings });
    this.#timers.set("dead", dead, () => {
      this.#lost(1006, `nothing heard for ${dead / 1000} s`);
      this.#socket.close();
    });
  }

  /** @param code 1000 leaves the session; any other only this socket */
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
    // Whatever came, the road lives.
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

/** What a close code of RFC 6455 means where the road gave no reason. */
function closed(code: number): string {
  return code === 1006 ? "the connection broke" : code === 1001 ? "it is going away" : `close code ${code}`;
}
