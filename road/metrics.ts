/**
 * Counters in plain numbers; `prom-client` prints them. It is loaded at the first scrape, since it takes 50 ms and a
 * host's own road is never scraped.
 */
import type { Registry } from "prom-client";

/** Every counter: its name, what it counts, and its labels. */
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
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type CounterName = keyof typeof COUNTERS;

/** What is read at the moment of a scrape. */
export interface Gauges {
  readonly sessions: number;
  readonly hosts: number;
  readonly viewers: number;
  readonly joining: number;
}

/** Buckets of the time from an offer to `connected`, in seconds: 100 ms is a LAN, 10 s somebody gives up. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Times kept for the first scrape; Prometheus would not see what came before it anyway. */
const EARLY = 1_000;

export class Metrics {
  readonly #counts = new Map<string, number>();
  readonly #early: number[] = [];
  #observe = (seconds: number): void => {
    if (this.#early.length < EARLY) this.#early.push(seconds);
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
    for (const [key, count] of this.#counts) {
      if (key === start || key.startsWith(`${start}|`)) sum += count;
    }
    return sum;
  }

  /** The time from an offer to `connected`. */
  connectedAfter(seconds: number): void {
    this.#observe(seconds);
  }

  /** Prometheus text and its media type. */
  async render(): Promise<{ body: string; type: string }> {
    const registry = await (this.#registry ??= this.#build());
    return { body: await registry.metrics(), type: registry.contentType };
  }

  async #build(): Promise<Registry> {
    const { Counter, Gauge, Histogram, Registry } = (await import("prom-client")).default;
    const registry = new Registry();
    const registers = [registry];
    for (const [name, [help, ...labelNames]] of Object.entries(COUNTERS)) {
      const rows = () => [...this.#counts].filter(([key]) => key.split("|")[0] === name);
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
    gauge("beach_sockets_joining", "Sockets that have not joined yet", () => gauges().joining);
    gauge("process_resident_memory_bytes", "Resident memory of the process", () => Deno.memoryUsage().rss);
    gauge("process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
    const histogram = new Histogram({
      name: "beach_negotiation_seconds",
      help: "From an offer to connected",
      buckets: BUCKETS,
      registers,
    });
    this.#observe = (seconds) => histogram.observe(seconds);
    for (const seconds of this.#early.splice(0)) histogram.observe(seconds);
    return registry;
  }
}
