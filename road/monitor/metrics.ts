/**
 * Counters as plain numbers; `prom-client` prints them. It is loaded at the first scrape, since loading takes 50 ms and a host's own road
 * is never scraped.
 */
import type { Registry } from "prom-client";
import type { NegotiationState } from "../../transport/schema/signal.ts";

const STARTED = Date.now() / 1000;

/** Every counter: its name, its help text, and its labels. */
const COUNTERS = {
  joins: ["Joins by role and result (ok, resumed, or the error code)", "role", "result"],
  sessions_opened: ["Sessions opened, new or claimed after a restart", "how"],
  sessions_ended: ["Sessions ended", "reason"],
  signals: ["Signals by kind and what became of them", "kind", "result"],
  negotiations: ["Negotiations that reached a state", "state"],
  errors: ["Messages refused after the join", "code"],
  upgrades_refused: ["WebSocket upgrades refused", "code"],
  relay_messages: ["Relayed messages passed on"],
  relay_bytes: ["Relayed bytes passed on"],
  relay_dropped: ["Relayed messages dropped", "reason"],
  sockets_cut: ["Sockets that the road closed", "reason"],
  http_clients: ["Clients that signal over HTTP, by what became of them", "event"],
  limits: ["Times a limit was reached", "limit"],
  ice_credentials: ["TURN credentials minted, at a join or to replace older ones", "why"],
  node_joins: ["Joins whose session another node holds, by result", "result"],
  node_messages: ["Messages between nodes", "direction"],
  node_errors: ["Troubles between nodes", "what"],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type CounterName = keyof typeof COUNTERS;

/** Values that are read at the moment of a scrape. */
export interface Gauges {
  readonly sessions: number;
  readonly hosts: number;
  readonly viewers: number;
  readonly joining: number;
  readonly connections?: number;
  /** Clients that signal over HTTP. */
  readonly http?: number;
  /** Live nodes, including this one; 1 without Redis. */
  readonly nodes?: number;
  /** Whether Redis answers; absent without Redis. */
  readonly redis?: boolean;
}

/** Buckets of the time from an offer to `connected`, in seconds: 100 ms is a LAN, after 10 s people give up. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** The most times kept before the first scrape; Prometheus cannot place earlier ones anyway. */
const EARLY = 1_000;

/** A measured time: of a whole negotiation, or of the stage that ended with a state. */
interface Observed {
  readonly stage: NegotiationState | "all";
  readonly seconds: number;
}

/** The counters, gauges and histograms of one road. */
export class Metrics {
  /** Bytes queued in all sockets together. */
  unread = 0;
  readonly #counts = new Map<string, number>();
  #relayMessages = 0;
  #relayBytes = 0;
  readonly #early: Observed[] = [];
  #observe = (observed: Observed): void => {
    if (this.#early.length < EARLY) this.#early.push(observed);
  };
  #registry: Promise<Registry> | null = null;

  constructor(readonly gauges: () => Gauges) {}

  /** Adds `by` to a counter; `labels` are joined with `|` in the order of {@link COUNTERS}. */
  count(name: CounterName, labels = "", by = 1): void {
    const key = labels === "" ? name : `${name}|${labels}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** A counter's value, summed over the labels that begin with `labels`. */
  value(name: CounterName, labels = ""): number {
    const start = labels === "" ? name : `${name}|${labels}`;
    let sum = 0;
    this.#flush();
    for (const [key, count] of this.#counts) {
      if (key === start || key.startsWith(`${start}|`)) sum += count;
    }
    return sum;
  }

  /** Counts relayed bytes. The most frequent counter, so it avoids the table. */
  relayed(bytes: number): void {
    this.#relayMessages++;
    this.#relayBytes += bytes;
  }

  /** Records the time from an offer to `connected`, in seconds. */
  connectedAfter(seconds: number): void {
    this.#observe({ stage: "all", seconds });
  }

  /** Records the time from the previous state to `stage`, in seconds. */
  reached(stage: NegotiationState, seconds: number): void {
    this.#observe({ stage, seconds });
  }

  /** The metrics as Prometheus text, and its media type. */
  async render(): Promise<{ body: string; type: string }> {
    const registry = await (this.#registry ??= this.#build());
    return { body: await registry.metrics(), type: registry.contentType };
  }

  #flush(): void {
    if (this.#relayMessages === 0) return;
    const [messages, bytes] = [this.#relayMessages, this.#relayBytes];
    this.#relayMessages = this.#relayBytes = 0;
    this.count("relay_messages", "", messages);
    this.count("relay_bytes", "", bytes);
  }

  async #build(): Promise<Registry> {
    const { Counter, Gauge, Histogram, Registry } = (await import("prom-client")).default;
    const registry = new Registry();
    const registers = [registry];
    this.#flush();
    for (const [name, [help, ...labelNames]] of Object.entries(COUNTERS)) {
      const rows = () => (this.#flush(), [...this.#counts].filter(([key]) => key.split("|")[0] === name));
      new Counter({
        name: `beach_${name}_total`,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [key, count] of rows()) {
            const values = key.split("|").slice(1);
            this.inc(Object.fromEntries(labelNames.map((label, at) => [label, values[at] ?? ""])), count);
          }
        },
      });
    }
    this.#addGauges(Gauge, registers);
    const histogram = new Histogram({
      name: "beach_negotiation_seconds",
      help: "From an offer to connected",
      buckets: BUCKETS,
      registers,
    });
    const stages = new Histogram({
      name: "beach_negotiation_stage_seconds",
      help: "From the state before to this one",
      labelNames: ["stage"],
      buckets: BUCKETS,
      registers,
    });
    this.#observe = ({ stage, seconds }) =>
      stage === "all" ? histogram.observe(seconds) : stages.observe({ stage }, seconds);
    for (const observed of this.#early.splice(0)) this.#observe(observed);
    return registry;
  }

  #addGauges(Gauge: typeof import("prom-client").Gauge, registers: Registry[]): void {
    const { gauges } = this;
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge("beach_sessions", "Live sessions", () => gauges().sessions);
    gauge("beach_hosts", "Hosts with a socket", () => gauges().hosts);
    gauge("beach_viewers", "Viewers with a socket", () => gauges().viewers);
    gauge("beach_http_clients_active", "Clients that signal over HTTP", () => gauges().http ?? 0);
    gauge("beach_connections", "TCP connections", () => gauges().connections ?? 0);
    gauge("beach_sockets_joining", "Sockets that have not joined yet", () => gauges().joining);
    gauge("beach_unread_bytes", "Bytes that wait in all sockets together", () => this.unread);
    gauge("beach_nodes", "Live nodes that this one sees, itself included", () => gauges().nodes ?? 1);
    if (gauges().redis !== undefined) {
      gauge("beach_redis_up", "Whether Redis answers", () => gauges().redis ? 1 : 0);
    }
    gauge("process_start_time_seconds", "When the process started, in Unix seconds", () => STARTED);
    gauge("process_resident_memory_bytes", "Resident memory of the process", () => Deno.memoryUsage().rss);
    gauge("process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  }
}
