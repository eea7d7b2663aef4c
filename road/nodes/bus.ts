/** The connection to Redis: scripts, and bytes from node to node. It monitors itself and reconnects. */
import { Buffer } from "node:buffer";
import { type Envelope, seal, unseal } from "./envelope.ts";
import { LEASE, Registry } from "./registry.ts";

/** The interval of this node's heartbeat, in ms; a beat that is not confirmed until the next one means that Redis is unreachable. */
const BEAT = 1_500;
/** The time limit of a script, in ms. */
const PATIENCE = 2_000;
/** The pause between two attempts to connect, in ms. */
const RETRY = 500;
/** Most bytes in flight to Redis; beyond it relayed bytes are refused. */
const MAX_PENDING = 16 * 1024 * 1024;
/** The same limit for signals: a Redis with so much queued counts as unreachable. */
const MOST_PENDING = 4 * MAX_PENDING;

export interface BusEvents {
  /** Redis answers, for the first time or again. */
  up(): void;
  down(why: string): void;
  /** The live nodes and how many sessions each holds; with each beat. */
  live(nodes: ReadonlyMap<string, number>): void;
  message(envelope: Envelope): void;
  /** A message to `node` had no receiver. */
  unheard(node: string): void;
  /** How many sessions this node holds. */
  held(): number;
}

type Client = ReturnType<typeof import("redis").createClient>;

/** One node's connection to Redis. */
export class Bus {
  readonly registry: Registry;
  /** Bytes handed to the client that Redis has not confirmed. */
  pending = 0;
  #state: "starting" | "up" | "down" | "closed" = "starting";
  #upAt = 0;
  #publisher!: Client;
  #subscriber!: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `sessionTtl` in ms. */
  constructor(readonly node: string, sessionTtl: number, readonly events: BusEvents) {
    this.registry = new Registry((script, args) => this.#run(script, args), node, sessionTtl);
  }

  /** Connects; settles when Redis answers, or soon if it does not. Rejects with Error for an invalid URL. */
  async start(url: string): Promise<void> {
    const { createClient } = await import("redis");
    const client = () => {
      const made: Client = createClient({
        url,
        disableOfflineQueue: true,
        socket: { reconnectStrategy: RETRY, connectTimeout: PATIENCE },
      });
      made.on("error", (error: Error) => this.#down(error.message || error.name));
      return made;
    };
    this.#publisher = client();
    this.#subscriber = client();
    await within(this.#connect(), PATIENCE).catch(() => this.#down("it does not answer"));
  }

  /** Whether Redis answers. */
  get up(): boolean {
    return this.#state === "up";
  }

  /** Whether the connection was closed by {@link close}. */
  get closed(): boolean {
    return this.#state === "closed";
  }

  /** Whether Redis has answered for the time of a whole lease: a node without a lease by now is gone. */
  get settled(): boolean {
    return this.up && performance.now() - this.#upAt > LEASE;
  }

  /** Whether too many bytes are in flight to relay more. */
  get crowded(): boolean {
    return this.pending > MAX_PENDING;
  }

  /** Sends to another node without waiting; a failure is reported by `unheard`. */
  send(to: string, envelope: Omit<Envelope, "from">): void {
    void this.deliver(to, envelope).then((heard) => {
      if (!heard && this.up) this.events.unheard(to);
    });
  }

  /** Sends to another node; resolves to whether the node received it. */
  async deliver(to: string, envelope: Omit<Envelope, "from">): Promise<boolean> {
    if (this.pending > MOST_PENDING) {
      this.#down(`it has taken none of the last ${MOST_PENDING} bytes`);
      return false;
    }
    const bytes = seal({ ...envelope, from: this.node });
    this.pending += bytes.length;
    try {
      const sent = this.#publisher.publish(`beach:to:${to}`, Buffer.from(bytes.buffer));
      return Number(await within(sent, PATIENCE)) > 0;
    } catch (error) {
      this.#down(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.pending -= bytes.length;
    }
  }

  /** Closes, after earlier messages were sent or have failed. */
  async close(): Promise<void> {
    const { up } = this;
    this.#state = "closed";
    clearTimeout(this.#timer);
    if (up) await this.registry.rest().catch(() => {});
    this.#publisher.destroy();
    this.#subscriber.destroy();
  }

  /** Settles when Redis answers; the clients wait for a slow one, and reconnect by themselves later. */
  async #connect(): Promise<void> {
    try {
      if (!this.#publisher.isOpen) await this.#publisher.connect();
      if (!this.#subscriber.isOpen) await this.#subscriber.connect();
      await this.#subscriber.subscribe(
        `beach:to:${this.node}`,
        (bytes: Buffer) => this.#receive(bytes),
        true,
      );
      await this.#beat();
    } catch (error) {
      if (this.#state === "closed") return;
      this.#down(error instanceof Error ? error.message : String(error));
      this.#timer = setTimeout(() => void this.#connect(), RETRY);
    }
  }

  async #beat(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#state === "closed") return;
    this.#timer = setTimeout(() => void this.#beat(), BEAT);
    // Through Redis and back: this proves that the subscription works too.
    const echo = new Promise<void>((resolve) => this.#onbeat = resolve);
    try {
      const live = await this.registry.beat(this.events.held());
      await this.deliver(this.node, { kind: "beat", guest: 0, payload: new Uint8Array(0) });
      await within(echo, BEAT);
      if (this.closed) return;
      if (this.#state !== "up") {
        this.#state = "up";
        this.#upAt = performance.now();
        this.events.up();
      }
      this.events.live(live);
    } catch (error) {
      this.#down(error instanceof Error ? error.message : String(error));
    }
  }

  #onbeat = (): void => {};

  #down(why: string): void {
    if (this.#state === "closed" || this.#state === "down") return;
    this.#state = "down";
    this.events.down(why);
  }

  #receive(bytes: Uint8Array): void {
    const envelope = unseal(bytes);
    if (envelope === null) return;
    if (envelope.kind !== "beat") return this.events.message(envelope);
    this.#onbeat();
  }

  #run(script: string, args: readonly string[]): Promise<unknown> {
    return within(this.#publisher.eval(script, { arguments: [...args] }), PATIENCE);
  }
}

/** Rejects with Error after `ms`. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
