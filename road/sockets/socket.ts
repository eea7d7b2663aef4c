/** One client's WebSocket: decodes its messages, enforces its limits, and is the {@link Wire} of the peer that joined with it. */
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { ClientMessage, ErrorCode, RoadMessage } from "../../transport/schema/signal.ts";
import { decodeClientMessage, encodeRoadMessage } from "../../transport/schema/signal_codec.ts";
import { SignalError } from "../../transport/schema/json_fields.ts";
import { ReadThrottle } from "./read_throttle.ts";
import { CLOSE, type SocketEnd } from "../close_codes.ts";
import type { Context } from "../context.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";
import { beginningOf, type HalfReceived } from "./half_received.ts";
import { SendQueue } from "./send_queue.ts";
import type { Wire } from "../sessions/peer.ts";
import { Refused } from "../refused.ts";
import { MESSAGE_COST } from "../sessions/relay.ts";
import { type Membership, speak } from "../sessions/membership.ts";
import { hostRate, isFault, LINGER, MAX_LATE, textOf } from "./socket_rules.ts";

type Join = Extract<ClientMessage, { type: "join" }>;

/** The WebSocket of one client. */
export class ClientSocket implements Wire {
  #membership: Membership | null = null;
  #ending = false;
  #alive = true;
  #late = 0;
  /** Whether the client closed with 1000. */
  #left = false;
  readonly #brake: ReadThrottle;
  #messages: TokenBucket;
  readonly #faults: TokenBucket;
  readonly #out: SendQueue;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /**
   * `admit` turns the first message into a membership, now or later, or refuses with {@link Refused}; `onclose` is called once, at the socket's
   * end.
   */
  constructor(
    readonly ws: WebSocket,
    socket: Duplex,
    readonly context: Context,
    private readonly half: HalfReceived,
    readonly admit: (message: Join, socket: ClientSocket) => Membership | Promise<Membership>,
    readonly onclose: (socket: ClientSocket) => void,
  ) {
    this.#out = new SendQueue(ws, socket, context);
    const { limits } = context.settings;
    this.#messages = new TokenBucket(limits.messages, performance.now());
    this.#brake = new ReadThrottle(ws, context.turns, () => this.#alive = true);
    this.#faults = new TokenBucket(limits.faults, performance.now());
    ws.on("message", (data: Uint8Array, binary: boolean) => this.#receive(data, binary));
    ws.on("ping", (data: Uint8Array) => this.#signOfLife(() => this.#ready() && ws.pong(data)));
    ws.on("pong", () => this.#signOfLife(() => this.#alive = true));
    // A malformed frame or one over the size limit; `ws` closes with the right code itself.
    ws.on("error", () => context.metrics.count("sockets_cut", "protocol"));
    ws.on("close", (code: number) => this.#closed(code));
    // After `ws` has read the chunk.
    socket.on("data", () => this.#ending || half.holds(this, beginningOf(ws)));
  }

  get membership(): Membership | null {
    return this.#membership;
  }

  /** Pauses reading for `ms`; TCP slows the sender down. */
  pause(ms: number): void {
    if (!this.#ending) this.#brake.pause(ms);
  }

  send(message: RoadMessage): void {
    if (this.#ready()) this.#out.put(encodeRoadMessage(message), false);
  }

  relay(bytes: Uint8Array): boolean {
    if (!this.#ready()) return false;
    this.#out.put(bytes, true);
    return true;
  }

  get crowded(): boolean {
    return this.#out.crowded;
  }

  /** Sends nothing after this; the client has a moment to read what is in flight. */
  close({ code, reason }: SocketEnd): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#brake.off();
    this.ws.resume();
    this.ws.close(code, reason);
    this.#linger = setTimeout(() => this.ws.terminate(), LINGER);
  }

  /** Terminates the socket at once. */
  cut(): void {
    this.#ending = true;
    this.ws.terminate();
  }

  /** Sends a ping; terminates a socket that answered nothing since the previous one. */
  beat(): void {
    if (this.#ending) return;
    if (!this.#alive) {
      this.context.metrics.count("sockets_cut", "silent");
      return this.cut();
    }
    this.#alive = false;
    if (this.#ready()) this.ws.ping();
  }

  /** Another node refused a message of this socket. */
  refused(code: ErrorCode, message: string, hint?: string): void {
    if (!this.#ending) this.#complain(code, message, hint);
  }

  /** Refuses the join and closes the socket. */
  refuse(code: ErrorCode, message: string, hint?: string): void {
    this.send({ type: "join_error", code, message, hint });
    this.close(CLOSE.refused);
  }

  #tooLate(): void {
    if (++this.#late > MAX_LATE) this.cut();
  }

  /** Counts a ping or a pong: a frame of two bytes costs as much as a message. */
  #signOfLife(work: () => void): void {
    if (this.#ending) return this.#tooLate();
    this.#guard(() => (this.#spend(), work()));
  }

  #receive(data: Uint8Array, binary: boolean): void {
    this.half.done(this);
    if (this.#ending) return this.#tooLate();
    this.#alive = true;
    if (!binary) {
      return this.#guard(() => {
        for (const json of textOf(data).split("\n")) this.#guard(() => this.#read(json));
      });
    }
    this.#guard(() => {
      if (this.#membership === null) throw new Refused("bad_message", "bytes came before join", "join first");
      this.pause(this.#membership.relay(data));
      if (!this.#ending) this.#brake.relayed(data.length + MESSAGE_COST);
    });
  }

  #read(json: string): void {
    // Another message in the same chunk may have ended the socket.
    if (this.#ending) return;
    this.#spend();
    const message = decodeClientMessage(json);
    if (this.#membership === null) {
      if (message.type !== "join") {
        throw new Refused("bad_message", `${message.type} came before join`, "join first");
      }
      return this.#enter(this.admit(message, this));
    }
    if (message.type === "ping") return this.send({ type: "pong", id: message.id });
    speak(this.#membership, message);
  }

  /** Sets the membership, which may still be a promise of another node; nothing is read until then. */
  #enter(membership: Membership | Promise<Membership>): void {
    if (!(membership instanceof Promise)) {
      this.#membership = membership;
      if (membership.role === "viewer") return;
      this.#messages = new TokenBucket(hostRate(this.context.settings), performance.now());
      return;
    }
    this.ws.pause();
    membership.then((membership) => {
      if (this.#ending) return membership.gone(this.#left);
      this.#enter(membership);
    }, (error) => this.#ending || this.#failed(error)).finally(() =>
      this.ws.readyState === 1 && this.ws.resume()
    );
  }

  /** Runs `work`; tells the client about a refusal. No exception caused by a client's data passes beyond this. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Refused) return this.#complain(error.code, error.message, error.hint);
    if (error instanceof SignalError) return this.#complain(error.code, error.message);
    this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
    this.#complain("unavailable", "the road failed to handle this message");
  }

  #complain(code: ErrorCode, message: string, hint?: string): void {
    const { metrics, log } = this.context;
    if (this.#membership === null) return this.refuse(code, message, hint);
    metrics.count("errors", code);
    log.say({ event: "refused", session: this.#membership.session, peer: this.#membership.peer, code });
    this.send({ type: "error", code, message, hint });
    if (!isFault(code) || this.#faults.tryConsume(performance.now())) return;
    metrics.count("sockets_cut", "faults");
    this.close(CLOSE.faults);
  }

  #spend(): void {
    if (this.#messages.tryConsume(performance.now())) return;
    const { burst, perSecond } = this.#messages.rate;
    this.context.metrics.count("limits", "messages");
    throw new Refused(
      "rate_limited",
      `more than ${burst} messages at once or ${perSecond} a second`,
      "this one was dropped; send fewer",
    );
  }

  /** Whether more may be sent; a reader with too much queued is closed instead. */
  #ready(): boolean {
    if (this.#ending || this.ws.readyState !== 1) return false;
    const message = this.#out.full();
    if (message === null) return true;
    const { metrics, log } = this.context;
    metrics.count("sockets_cut", "slow");
    if (this.#membership) {
      log.say({ event: "slow_reader", session: this.#membership.session, peer: this.#membership.peer });
    }
    const hint = "join again and read";
    this.#out.put(encodeRoadMessage({ type: "error", code: "full", message, hint }), false);
    this.close(CLOSE.slow);
    this.#membership?.gone(false);
    return false;
  }

  #closed(code: number): void {
    clearTimeout(this.#linger);
    this.#brake.off();
    this.half.done(this);
    this.#ending = true;
    this.#left = code === 1000;
    this.#membership?.gone(this.#left);
    this.#membership = null;
    this.onclose(this);
  }
}
