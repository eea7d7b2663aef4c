/**
 * One node of several: finds the node of a session for each join, routes messages between nodes, and handles the loss of a node or of
 * Redis.
 */
import { SESSION_ID } from "../../transport/schema/signal.ts";
import type { Context } from "../context.ts";
import { checkOpening, claims } from "../sessions/join_rules.ts";
import type { Wire } from "../sessions/peer.ts";
import type { Admitted, Join, LocalSessions, Placement } from "../sessions/placement.ts";
import { Refused } from "../refused.ts";
import { hashSecret, newNodeId, newSession } from "../sessions/tokens.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { Bus } from "./bus.ts";
import { type Envelope, packed, unpacked } from "./envelope.ts";
import { RemoteMembers } from "./remote_members.ts";
import { RemoteJoins } from "./remote_joins.ts";

/** The interval at which sessions are written to Redis again, in ms: three times in the shortest life of their keys. */
const KEEP = 60_000;
/** How often a join is tried while the node that holds the session is closing and gives it up, and the pause between, in ms. */
const TRIES = 4;
const AGAIN = 250;

/** This node's part in a cluster of nodes that share sessions through Redis. */
export class Cluster implements Placement {
  readonly #visits: RemoteJoins;
  readonly #guests: RemoteMembers;
  #bus!: Bus;
  #live: ReadonlyMap<string, number> = new Map();
  #keeping: ReturnType<typeof setInterval> | undefined;

  private constructor(readonly context: Context, readonly sessions: Sessions) {
    this.#visits = new RemoteJoins();
    this.#guests = new RemoteMembers(context);
  }

  /** Starts; settles when Redis answers, or soon if it does not. `here` returns the sessions of this node, for guests of other nodes. */
  static async start(
    url: string,
    context: Context,
    sessions: Sessions,
    here: () => LocalSessions,
  ): Promise<Cluster> {
    const nodes = new Cluster(context, sessions);
    const { log, metrics, settings } = context;
    const bus = nodes.#bus = new Bus(newNodeId(), settings.sessionTtl, {
      up: () => {
        log.say({ event: "redis", up: true });
        void nodes.#keep();
      },
      down: (why) => {
        metrics.count("node_errors", "redis");
        log.say({ event: "redis", up: false, why });
        nodes.#visits.lost();
        nodes.#guests.lost();
      },
      live: (live) => nodes.#alive(live),
      message: (envelope) => {
        metrics.count("node_messages", "in");
        nodes.#receive(envelope, here());
      },
      unheard: (node) => nodes.#gone(node),
      held: () => sessions.size,
    });
    await bus.start(url);
    sessions.onended = (id) => void (bus.up && bus.registry.end(id).catch(() => {}));
    nodes.#keeping = setInterval(() => void nodes.#keep(), KEEP);
    return nodes;
  }

  get up(): boolean {
    return this.#bus.up;
  }

  get id(): string {
    return this.#bus.node;
  }

  /** Live nodes, including this one. */
  get count(): number {
    return Math.max(1, this.#live.size);
  }

  /** Finds the session's node and joins there. Rejects with {@link Refused}. */
  async admit(here: LocalSessions, message: Join, name: string, wire: Wire, from: string): Promise<Admitted> {
    if (name === "new" && message.role === "host") return await this.#open(here, message, wire, from);
    if (!SESSION_ID.test(name)) return here.local(message, name, wire, from);
    const { role, token = "" } = message;
    let claim: Uint8Array | null = null;
    for (let dead = "", tries = 0; tries < TRIES; tries++) {
      const settled = this.#bus.settled;
      const place = await this.#ask(() => this.#bus.registry.place(name, claim, dead, settled));
      switch (place.at) {
        case "nowhere":
          // An unknown session belongs to the host whose token matches its id, which takes a moment to compute.
          if (role === "host" && claim === null && claims(name, token)) {
            claim = hashSecret(token);
            continue;
          }
          return here.local(message, name, wire, from);
        case "fresh":
          return here.local(message, name, wire, from);
        case "mine":
          if (this.sessions.get(name) === undefined) this.sessions.adopt(name, place.tokenHash);
          return here.local(message, name, wire, from);
        case "wait":
          throw new Refused(
            "unavailable",
            "the road is finding its sessions again",
            "try again in a few seconds",
          );
        case "node": {
          const answer = await this.#visits.join(this.#bus, place.node, { name, message, from }, wire);
          if (answer.kind === "seated") {
            this.context.metrics.count("node_joins", "ok");
            return answer;
          }
          this.context.metrics.count("node_joins", answer.kind);
          if (answer.kind === "unheard") this.#spread(dead = place.node);
          else await new Promise((resolve) => setTimeout(resolve, AGAIN));
        }
      }
    }
    throw new Refused("unavailable", `the node of session ${name} does not answer`, "try again in a second");
  }

  /** Gives up all sessions, so that other nodes take them over on request. */
  async release(): Promise<void> {
    clearInterval(this.#keeping);
    if (this.up) {
      await this.#bus.registry.release([...this.sessions.values()].map(({ id }) => id)).catch(() => {});
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#keeping);
    await this.#bus.close();
  }

  async #open(here: LocalSessions, message: Join, wire: Wire, from: string): Promise<Admitted> {
    checkOpening(message);
    this.sessions.room();
    const all = [...this.#live.values()].reduce((sum, held) => sum + held, this.sessions.size);
    for (;;) {
      const { id, token } = newSession(all, (id) => this.sessions.get(id) !== undefined);
      if (!await this.#ask(() => this.#bus.registry.open(id, hashSecret(token)))) continue;
      try {
        return here.local(message, "new", wire, from, { id, token });
      } catch (error) {
        void this.#bus.registry.end(id).catch(() => {});
        throw error;
      }
    }
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      if (this.up) return await question();
    } catch (error) {
      this.context.metrics.count("node_errors", "script");
      this.context.log.say({ event: "fault", what: error instanceof Error ? error.message : typeof error });
    }
    throw new Refused(
      "unavailable",
      "this road can't reach its Redis, and takes no joins until it does",
      "open links go on; try again in a few seconds",
    );
  }

  async #keep(): Promise<void> {
    if (!this.up) return;
    const held = [...this.sessions.values()].map(({ id, host }) => [id, host.tokenHash] as const);
    const lost = await this.#bus.registry.keep(held).catch(() => []);
    for (const id of lost) {
      this.context.metrics.count("node_errors", "taken_over");
      this.sessions.handOver(id);
    }
  }

  #alive(live: ReadonlyMap<string, number>): void {
    this.#live = live;
    for (const node of [...this.#visits.nodes(), ...this.#guests.nodes()]) {
      if (!live.has(node)) this.#gone(node);
    }
  }

  #gone(node: string): void {
    if (!this.#visits.of(node) && !this.#guests.of(node)) return;
    this.context.metrics.count("node_errors", "gone");
    this.context.log.say({ event: "node_gone", node });
    this.#visits.lost(node);
    this.#guests.lost(node);
  }

  /** Tells all nodes that one is dead, so that its guests need not wait for its lease to expire. */
  #spread(dead: string): void {
    this.#gone(dead);
    for (const node of this.#live.keys()) {
      if (node === dead || node === this.id) continue;
      this.#bus.send(node, { kind: "dead", guest: 0, payload: packed(dead) });
    }
  }

  #receive(envelope: Envelope, here: LocalSessions): void {
    switch (envelope.kind) {
      case "join":
      case "said":
      case "gone":
      case "left":
      case "bytes":
        return this.#guests.receive(this.#bus, envelope, here);
      case "seated":
      case "refused":
      case "told":
      case "error":
      case "pause":
      case "close":
      case "relayed":
        return this.#visits.receive(envelope);
      case "dead":
        return this.#gone(String(unpacked(envelope.payload)));
      case "beat":
        return;
    }
  }
}
