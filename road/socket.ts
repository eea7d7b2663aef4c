/** One client's WebSocket: reads its messages, keeps its limits, and is the {@link Wire} of the peer that it joins. */
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import {
  type ClientMessage,
  decodeClientMessage,
  encodeRoadMessage,
  type ErrorCode,
  LIMITS,
  type RoadMessage,
  SignalError,
} from "../transport/signal.ts";
import { CLOSE, type SocketEnd } from "./close_codes.ts";
import type { Context } from "./context.ts";
import { TokenBucket } from "./limits.ts";
import type { Peer, Wire } from "./peer.ts";
import { Refused } from "./refused.ts";
import { relay } from "./relay.ts";
import type { Session } from "./session.ts";

/** A host talks with all its viewers at once: so many times a viewer's message rate. */
const HOST_SHARE = 16;
/** Unread messages, whatever their size: each costs some 500 bytes beside its own. */
const MAX_UNREAD_MESSAGES = 16_384;
/** How long a closed socket may take to read what is left and close its side, in ms. */
const LINGER = 3_000;

type Join = Extract<ClientMessage, { type: "join" }>;

/** What a join gave, as far as the socket goes on with it. */
export interface Seat {
  readonly session: Session;
  readonly peer: Peer;
}

export class ClientSocket implements Wire {
  #seat: Seat | null = null;
  #ending = false;
  #unread = 0;
  #alive = true;
  #messages: TokenBucket;
  readonly #faults: TokenBucket;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** `admit` turns the first message into a seat or throws {@link Refused}; `onclose` is called once, at the socket's end. */
  constructor(
    readonly ws: WebSocket,
    readonly context: Context,
    readonly admit: (message: Join, socket: ClientSocket) => Seat,
    readonly onclose: (socket: ClientSocket) => void,
  ) {
    const { limits } = context.settings;
    this.#messages = new TokenBucket(limits.messages, performance.now());
    this.#faults = new TokenBucket(limits.faults, performance.now());
    ws.on("message", (data: Uint8Array, binary: boolean) => this.#receive(data, binary));
    ws.on("ping", (data: Uint8Array) => this.#guard(() => (this.#spend(), this.#ready() && ws.pong(data))));
    ws.on("pong", () => this.#alive = true);
    // A broken frame or one over the size limit; `ws` closes with the fitting code itself.
    ws.on("error", () => context.metrics.count("sockets_cut", "protocol"));
    ws.on("close", (code: number) => this.#closed(code));
  }

  get joined(): boolean {
    return this.#seat !== null;
  }

  send(message: RoadMessage): void {
    if (this.#ready()) this.#put(encodeRoadMessage(message), false);
  }

  relay(bytes: Uint8Array): boolean {
    if (!this.#ready()) return false;
    this.#put(bytes, true);
    return true;
  }

  /** Says no more after this; the client has a moment to read what is on its way. */
  close({ code, reason }: SocketEnd): void {
    if (this.#ending) return;
    this.#ending = true;
    this.ws.close(code, reason);
    this.#linger = setTimeout(() => this.ws.terminate(), LINGER);
  }

  /** Ends the socket where it stands. */
  cut(): void {
    this.#ending = true;
    this.ws.terminate();
  }

  /** Sends a ping; a socket that answered nothing since the last one is cut. */
  beat(): void {
    if (this.#ending) return;
    if (!this.#alive) {
      this.context.metrics.count("sockets_cut", "silent");
      return this.cut();
    }
    this.#alive = false;
    if (this.#ready()) this.ws.ping();
  }

  /** Refuses the join and closes. */
  refuse(code: ErrorCode, message: string, hint?: string): void {
    this.send({ type: "join_error", code, message, hint });
    this.close(CLOSE.refused);
  }

  #receive(data: Uint8Array, binary: boolean): void {
    if (this.#ending) return;
    this.#alive = true;
    this.#guard(() => {
      if (!binary) return this.#read(text(data));
      if (this.#seat === null) throw new Refused("bad_message", "bytes came before join", "join first");
      relay(this.context, this.#seat.session, this.#seat.peer, data);
    });
  }

  #read(json: string): void {
    this.#spend();
    const message = decodeClientMessage(json);
    if (this.#seat === null) {
      if (message.type !== "join") {
        throw new Refused("bad_message", `${message.type} came before join`, "join first");
      }
      this.#seat = this.admit(message, this);
      if (message.role === "host") this.#messages = hostBucket(this.context);
      return;
    }
    const { session, peer } = this.#seat;
    switch (message.type) {
      case "join":
        throw new Refused("bad_message", "this socket has joined", "join again on another one");
      case "signal":
        return session.signal(peer, message.to_peer, message.signal);
      case "state":
        return session.report(peer, message.peer, message.state);
      case "leave":
        if (peer !== session.host) {
          throw new Refused(
            "not_authorised",
            "only the host ends a session",
            "close the socket with 1000 to leave",
          );
        }
        return session.end("ended");
      case "ping":
        return this.send({ type: "pong", id: message.id });
    }
  }

  /** Runs `work`; what it refuses is told to the client, and nothing that a client sends goes further than here. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof SignalError)) {
        this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
        return this.#complain("unavailable", "the road failed to handle this message");
      }
      this.#complain(error.code, error.message, error instanceof Refused ? error.hint : undefined);
    }
  }

  #complain(code: ErrorCode, message: string, hint?: string): void {
    const { metrics, log } = this.context;
    if (this.#seat === null) return this.refuse(code, message, hint);
    metrics.count("errors", code);
    log.say({ event: "refused", session: this.#seat.session.id, peer: this.#seat.peer.id, code });
    this.send({ type: "error", code, message, hint });
    if (!isFault(code) || this.#faults.take(performance.now())) return;
    metrics.count("sockets_cut", "faults");
    this.close(CLOSE.faults);
  }

  #spend(): void {
    if (this.#messages.take(performance.now())) return;
    const { burst, perSecond } = this.#messages.rate;
    throw new Refused(
      "rate_limited",
      `more than ${burst} messages at once or ${perSecond} a second`,
      "this one was dropped; send fewer",
    );
  }

  /** Whether more may be sent; a reader that let too much pile up is closed instead. */
  #ready(): boolean {
    if (this.#ending || this.ws.readyState !== 1) return false;
    const { unread } = this.context.settings.limits;
    if (this.#unread < MAX_UNREAD_MESSAGES && this.ws.bufferedAmount <= unread) return true;
    const { metrics, log } = this.context;
    metrics.count("sockets_cut", "slow");
    if (this.#seat) {
      log.say({ event: "slow_reader", session: this.#seat.session.id, peer: this.#seat.peer.id });
    }
    const message = `more than ${unread} bytes or ${MAX_UNREAD_MESSAGES} messages wait unread`;
    this.#put(
      encodeRoadMessage({ type: "error", code: "full", message, hint: "join again and read" }),
      false,
    );
    this.close(CLOSE.slow);
    this.#seat?.session.detach(this.#seat.peer, this, false);
    return false;
  }

  #put(data: string | Uint8Array, binary: boolean): void {
    this.#unread++;
    this.ws.send(data, { binary, compress: false }, this.#written);
  }

  #written = (): void => {
    this.#unread--;
  };

  #closed(code: number): void {
    clearTimeout(this.#linger);
    this.#ending = true;
    this.#seat?.session.detach(this.#seat.peer, this, code === 1000);
    this.#seat = null;
    this.onclose(this);
  }
}

function hostBucket({ settings: { limits: { messages } } }: Context): TokenBucket {
  const rate = { burst: messages.burst * HOST_SHARE, perSecond: messages.perSecond * HOST_SHARE };
  return new TokenBucket(rate, performance.now());
}

const utf8 = new TextDecoder();

/** Throws {@link Refused}. `ws` has checked the UTF-8. */
function text(data: Uint8Array): string {
  if (data.length <= LIMITS.message) return utf8.decode(data);
  throw new Refused("too_large", `a message has ${data.length} bytes; at most ${LIMITS.message} are taken`);
}

/** Whether a code says that the client is broken, rather than late: signals for a viewer that has just left are no fault. */
function isFault(code: ErrorCode): boolean {
  return code === "bad_message" || code === "too_large" || code === "rate_limited";
}
