/**
 * A viewer's connection to the road over plain HTTP, for programs that cannot hold a WebSocket: the same interface that negotiations use,
 * without the relay. `road/API.md` ("Signalling over HTTP") describes the requests.
 */
import { boundedText } from "../schema/bounded_text.ts";
import { Listeners } from "../listeners.ts";
import type { RoadPort } from "./road_port.ts";
import { refusedJoin, RoadError } from "./road_error.ts";
import { type Joined, type RoadEvents, tell } from "./road_events.ts";
import {
  type IceGrant,
  type NegotiationState,
  type PeerId,
  PROTOCOL_VERSION,
  type RoadMessage,
  type Signal,
} from "../schema/signal.ts";
import { decodeHttpMail, decodeHttpRefusal } from "../schema/signal_codec.ts";

/** How long the road may hold a request for messages open, in ms. */
const WAIT = 20_000;
/** How long any other request may take, and a request for messages beyond its holding time; ms. */
const PATIENCE = 10_000;
/** The pause before the next request when the road did not answer, in ms. */
const RETRY = 1_000;

/** The largest answer in bytes: a road keeps 256 KiB of JSON per client. */
const MOST = 1024 * 1024;

type Post = "offer" | "answer" | "ice";

/** A {@link RoadPort} over HTTP requests. */
export class HttpRoad implements RoadPort {
  /** As in `RoadClient`. */
  hello: (() => Signal | undefined) | null = null;
  joined: Joined | null = null;
  online = false;
  ice: IceGrant | undefined;
  readonly #listeners = new Listeners<RoadEvents>();
  readonly #abort = new AbortController();
  #token = "";
  /** Requests are sent one after the other, because the counters of sealed signals must arrive in order. */
  #queue: Promise<void> = Promise.resolve();

  /**
   * @param road the base URL, `http(s)`
   * @param session the id of the session to join
   */
  constructor(private readonly road: string, private readonly session: string) {}

  listen(events: Partial<RoadEvents>): () => void {
    return this.#listeners.add(events);
  }

  /** Joins, and then polls for messages until {@link close}. Rejects with {@link RoadError}. */
  async connect(): Promise<Joined> {
    const hello = this.hello?.();
    const answer = await this.#ask("POST", "offer", {
      version: PROTOCOL_VERSION,
      session: this.session,
      hello,
    });
    const { messages, next } = this.#read(answer);
    const success = messages.find((message) => message.type === "join_success");
    if (!success) throw this.#odd("its answer does not let us in");
    this.#token = success.token;
    this.ice = success.ice;
    this.online = true;
    const { session, peer, peers, public_url: publicUrl } = success;
    this.joined = { session, peer, peers, publicUrl, relay: false, resumed: false };
    this.#listeners.emit((to) => to.joined?.(this.joined!));
    for (const message of messages) this.#take(message);
    void this.#collect(next);
    return this.joined;
  }

  signal(_to: PeerId, signal: Signal): boolean {
    const post: Post = signal.kind === "answer" ? "answer" : signal.kind === "ice" ? "ice" : "offer";
    return this.#post(post, { signals: [signal] });
  }

  state(_peer: PeerId, state: NegotiationState): boolean {
    return state === "connected" || state === "failed" ? this.#post("ice", { state }) : true;
  }

  relay(): boolean {
    return false;
  }
  buffered(): number {
    return 0;
  }
  probe(): void {}

  /** Leaves the session; requests that were queued before are sent first. */
  close(): void {
    if (this.#abort.signal.aborted) return;
    const over = () => {
      this.#abort.abort();
      this.#listeners.emit((to) => to.ended?.(null));
    };
    if (!this.online) return over();
    this.online = false;
    void this.#queue.then(() => this.#ask("DELETE", this.#mailbox())).catch(() => {}).then(over);
  }

  #mailbox(): string {
    return `session/${this.session}?peer=${this.joined!.peer}`;
  }

  #post(post: Post, body: object): boolean {
    if (!this.online) return false;
    const { peer } = this.joined!;
    this.#queue = this.#queue.then(async () => {
      await this.#ask("POST", post, { session: this.session, peer, ...body });
    }).catch((error) => this.#down(error));
    return true;
  }

  async #collect(next: number): Promise<void> {
    let after = next;
    while (this.online) {
      try {
        const path = `${this.#mailbox()}&after=${after}&wait=${WAIT}`;
        const { messages, next, over } = this.#read(await this.#ask("GET", path));
        after = next;
        for (const message of messages) this.#take(message);
        if (over) return this.#end(null);
      } catch (error) {
        if (!this.online) return;
        // A road that has forgotten this viewer will not remember it later.
        if (error instanceof RoadError && error.code === "not_authorised") return this.#end(error);
        this.#down(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY));
      }
    }
  }

  #take(message: RoadMessage): void {
    switch (message.type) {
      case "ice":
        this.ice = message.ice;
        return;
      case "join_success":
      case "join_error":
      case "error":
      case "moving":
      case "pong":
        return;
      default:
        this.#listeners.emit((to) => tell(to, message));
    }
  }

  #down(error: unknown): void {
    const failure = error instanceof RoadError
      ? error
      : new RoadError("down", `The road ${this.road} can't be reached`, "no answer", "It is tried again");
    this.#listeners.emit((to) => to.down?.(failure));
  }

  #end(error: RoadError | null): void {
    this.online = false;
    this.#listeners.emit((to) => to.ended?.(error));
  }

  #read(answer: unknown): ReturnType<typeof decodeHttpMail> {
    try {
      return decodeHttpMail(answer);
    } catch (error) {
      throw this.#odd(`its answer is no mail: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** The server that answers does not speak the protocol of a road. */
  #odd(why: string): RoadError {
    return new RoadError("not_a_road", `No Beach road answers at ${this.road}`, why, "Check the address");
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.road}/v1/webrtc/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        "content-type": "application/json",
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
      },
      signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(WAIT + PATIENCE)]),
    });
    if (response.status === 204) return {};
    const { text, whole } = await boundedText(response, MOST);
    if (!whole) throw this.#odd(`its answer has more than ${MOST} bytes`);
    const answer = parsed(text);
    if (answer === undefined) throw this.#odd("its answer is no JSON");
    if (response.ok) return answer;
    throw this.#refused(answer, response.status);
  }

  #refused(answer: unknown, status: number): RoadError {
    try {
      const { code, message } = decodeHttpRefusal(answer);
      return refusedJoin(this.road, code, message);
    } catch {
      // Perhaps the status of a proxy.
      return refusedJoin(this.road, "unavailable", `HTTP ${status}`);
    }
  }
}

/** The value of the JSON text `json`; undefined if it is not JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
