/**
 * One peer's connection to the road: joins a session, holds the WebSocket, and joins again by itself when the connection is lost. Messages
 * of the road become {@link RoadEvents}. Whether a road tells the truth is not checked here: sealing protects against a road that lies.
 */
import { Backoff } from "../backoff.ts";
import { Listeners } from "../listeners.ts";
import { dialRoad } from "./road_dial.ts";
import { explainRoad, isFinal, refusedJoin, RoadError, trouble } from "./road_error.ts";
import { ABANDONED, RoadSocket } from "./road_socket.ts";
import {
  type Joined,
  joinMessage,
  ROAD_TIMINGS,
  type RoadClientOptions,
  type RoadEvents,
  tell,
} from "./road_events.ts";
import type { IceGrant, NegotiationState, PeerId, RoadMessage, Signal } from "../schema/signal.ts";
import type { Relayed } from "../schema/relay_message.ts";
import { Timers } from "../timers.ts";
import { unreachable } from "./unreachable.ts";

/** A peer's connection to its road, from the first join to its end. */
export class RoadClient {
  /** The road's base URL, `http(s)`. */
  readonly road: string;
  /** Called at each join of a viewer for its first PAKE message; undefined while the viewer has keys. */
  hello: (() => Signal | undefined) | null = null;
  readonly #options: RoadClientOptions;
  readonly #timings: typeof ROAD_TIMINGS;
  readonly #listeners = new Listeners<RoadEvents>();
  readonly #backoff: Backoff;
  readonly #timers = new Timers();
  readonly #abort = new AbortController();
  #socket: RoadSocket | null = null;
  #joined: Joined | null = null;
  #online = false;
  #claim: { peer: PeerId; token: string } | null = null;
  #ice: IceGrant | undefined;
  #refusedSince: number | null = null;
  #ended = false;
  #malformed = 0;

  constructor(options: RoadClientOptions) {
    this.#options = options;
    this.#timings = { ...ROAD_TIMINGS, ...options.timings };
    this.#backoff = new Backoff(this.#timings.retry, this.#timings.retryMax, options.random);
    this.road = options.road.replace(/^ws/, "http").replace(/\/+$/, "");
  }

  /** Adds a listener; the result removes it. Every listener hears every event. */
  listen(events: Partial<RoadEvents>): () => void {
    return this.#listeners.add(events);
  }

  /** The answer to the last join; null before the first. */
  get joined(): Joined | null {
    return this.#joined;
  }

  /** Whether the socket is open and joined now. */
  get online(): boolean {
    return this.#online;
  }

  /** The newest ICE servers from the road, with this peer's credentials. */
  get ice(): IceGrant | undefined {
    return this.#ice;
  }

  /** Messages of the road that broke the schema and were dropped. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Bytes accepted but not yet handed to the network. */
  buffered(): number {
    return this.#socket?.buffered() ?? 0;
  }

  /** Joins for the first time; afterwards the client stays joined by itself. Rejects with {@link RoadError}; the client has ended then. */
  async connect(): Promise<Joined> {
    const first = Promise.withResolvers<Joined>();
    const stop = this.listen({
      joined: first.resolve,
      ended: (error) =>
        first.reject(error ?? new RoadError("ended", "The join was given up", "closed", "Join again")),
    });
    void this.#dial();
    try {
      return await first.promise;
    } finally {
      stop();
    }
  }

  /** Sends a signal. False if the road is disconnected or the socket's buffer is full; the signal is lost then. */
  signal(to: PeerId, signal: Signal): boolean {
    return this.#online && this.#socket!.send({ type: "signal", to_peer: to, signal });
  }

  /** Tells the road (and through it the other peer) the outcome of a negotiation. */
  state(peer: PeerId, state: NegotiationState): boolean {
    return this.#online && this.#socket!.send({ type: "state", peer, state });
  }

  /** Sends a sealed message through the road. False as with {@link signal}. */
  relay(message: Relayed): boolean {
    return this.#online && this.#socket!.relay(message);
  }

  /**
   * The socket may be dead (`moved`: this machine's address changed, so it is). Sends a ping with a short deadline, or joins at once where
   * the client was waiting before the next try.
   */
  probe(moved = false): void {
    if (moved && this.#online) this.#closed(1006, "our address changed");
    if (this.#online) this.#socket!.ping(this.#timings.probe);
    else if (this.#timers.has("retry")) {
      this.#timers.clear("retry");
      this.#backoff.reset();
      void this.#dial();
    }
  }

  /** Ends the client. With `leave`, a host's session ends too; without it, the session can be claimed again with its token. */
  close({ leave = false }: { leave?: boolean } = {}): void {
    if (leave && this.#online) this.#socket!.send({ type: "leave" });
    this.#end(null);
  }

  async #dial(): Promise<void> {
    const session = this.#joined?.session ?? this.#options.session ?? "new";
    try {
      const url = `${this.road.replace(/^http/, "ws")}/ws/${session}`;
      const socket = await dialRoad(url, this.#timings.connect, this.#abort.signal, this.#options.socket);
      await this.#options.ready;
      if (this.#ended) socket.close();
      else this.#opened(socket);
    } catch (error) {
      if (this.#ended) return;
      const detail = error instanceof Error ? error.message : "no connection";
      if (this.#joined === null) this.#end(await explainRoad(this.road, detail));
      else this.#lost(trouble(this.road, "unreachable", unreachable(detail).why));
    }
  }

  #opened(socket: WebSocket): void {
    this.#socket = new RoadSocket(socket, this.#timings, {
      message: (message) => this.#message(message),
      relayed: (message) => this.#online && this.#listeners.emit((to) => to.relayed?.(message)),
      malformed: (error) => {
        this.#malformed++;
        this.#options.log?.("debug", `Dropped a message of the road: ${error.message}`);
      },
      lost: (code, detail) => this.#closed(code, detail),
    });
    this.#timers.set("join", this.#timings.join, () => {
      this.#lost(trouble(this.road, "silent"));
    });
    const hello = this.#options.role === "viewer" ? this.hello?.() : undefined;
    this.#socket.send(joinMessage(this.#options.role, this.#claim, hello));
  }

  #message(message: RoadMessage): void {
    if (message.type === "join_success") return this.#succeeded(message);
    if (message.type === "join_error") return this.#refused(message);
    if (!this.#online || message.type === "pong") return;
    switch (message.type) {
      case "ice":
        return void (this.#ice = message.ice);
      case "error":
        return this.#options.log?.("warn", `The road refused a message: ${message.code}: ${message.message}`);
      case "moving":
        return this.#lost(trouble(this.road, "moving"), message.after_ms);
      default:
        this.#listeners.emit((to) => tell(to, message));
    }
  }

  #succeeded(message: Extract<RoadMessage, { type: "join_success" }>): void {
    const wanted = this.#joined?.session ?? this.#options.session;
    if (wanted !== undefined && message.session !== wanted) {
      return this.#end(trouble(this.road, "other", `it was asked for ${wanted} and gave ${message.session}`));
    }
    if (this.#online) return;
    this.#timers.clear("join");
    this.#backoff.reset();
    this.#refusedSince = null;
    this.#online = true;
    const { session, peer, token, public_url: publicUrl, relay, peers, ice } = message;
    const resumed = this.#joined?.peer === peer;
    this.#joined = { session, peer, publicUrl, relay, peers, resumed };
    this.#claim = { peer, token };
    this.#ice = ice;
    this.#listeners.emit((to) => to.joined?.(this.#joined!));
  }

  #refused({ code, message, hint }: Extract<RoadMessage, { type: "join_error" }>): void {
    const error = refusedJoin(this.road, code, message, hint);
    if (this.#joined === null || isFinal(this.#options.role, code)) return this.#end(error);
    this.#refusedSince ??= performance.now();
    if (performance.now() - this.#refusedSince > this.#timings.patience) return this.#end(error);
    // A viewer whose token is no longer valid joins as a new viewer.
    if (code === "not_authorised") this.#claim = null;
    this.#lost(error);
  }

  #closed(code: number, detail: string): void {
    if (code === 4002) return this.#end(trouble(this.road, "replaced"));
    if (this.#joined === null) return this.#end(trouble(this.road, "closed", detail));
    if (code === 1000) return this.#end(trouble(this.road, "ended", detail));
    this.#lost(trouble(this.road, "lost", detail));
  }

  #lost(error: RoadError, after?: number): void {
    this.#timers.clear("join");
    this.#drop(ABANDONED);
    if (this.#joined === null) return this.#end(error);
    const wait = (after ?? 0) + this.#backoff.next();
    this.#timers.set("retry", wait, () => void this.#dial());
    this.#options.log?.("info", `${error.message} (in ${Math.round(wait)} ms)`);
    this.#listeners.emit((to) => to.down?.(error));
  }

  #end(error: RoadError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort.abort();
    this.#timers.clearAll();
    this.#drop();
    this.#listeners.emit((to) => to.ended?.(error));
  }

  #drop(code?: number): void {
    this.#socket?.close(code);
    this.#socket = null;
    this.#online = false;
  }
}
