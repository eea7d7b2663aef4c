/**
 * `beach host --metrics-listen`: the session's statistics (`../../session/PROTOCOL.md`, "Numbers") for Prometheus. Labels contain a
 * viewer's peer id, never its name, and no secret.
 */
import type { Registry } from "prom-client";
import type { SessionNumbers } from "../../session/stats.ts";
import { Failure } from "../process/failure.ts";
import type { Reading } from "./metrics.ts";

export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
}

interface Gauge {
  readonly help: string;
  readonly labels?: readonly string[];
  /** The values of one viewer, each with its additional labels; null for a value that is not known yet. */
  readonly values: (
    numbers: SessionNumbers,
  ) => readonly (readonly [value: number | null | undefined, ...string[]])[];
}

const one =
  (read: (link: NonNullable<SessionNumbers["link"]>) => number | null): Gauge["values"] => ({ link }) =>
    link === null ? [] : [[read(link)]];
const seconds = (ms: number | null) => ms === null ? null : ms / 1000;

const GAUGES: Readonly<Record<string, Gauge>> = {
  path: {
    help: "1 for the path that the viewer's link takes",
    labels: ["path"],
    values: ({ link }) => link === null ? [] : [[1, link.path]],
  },
  health: { help: "How well the link does, from 0 to 100", values: one(({ health }) => health) },
  round_trip_seconds: { help: "Smoothed round trip", values: one(({ rtt }) => seconds(rtt.smoothed)) },
  round_trip_least_seconds: {
    help: "Least round trip of late",
    values: one(({ rtt }) => seconds(rtt.least)),
  },
  jitter_seconds: { help: "Interarrival jitter (RFC 3550)", values: one(({ jitter }) => seconds(jitter)) },
  loss_ratio: {
    help: "Fraction of the last lossy messages that was lost",
    labels: ["direction"],
    values: ({ link }) => link === null ? [] : [[link.loss.in, "in"], [link.loss.out, "out"]],
  },
  throughput_bytes_per_second: {
    help: "Bytes a second over the last two seconds",
    labels: ["direction"],
    values: ({ link }) =>
      link === null ? [] : [[link.throughput.in.now, "in"], [link.throughput.out.now, "out"]],
  },
  link_bytes: {
    help: "Bytes since the link began",
    labels: ["direction", "channel"],
    values: ({ link }) =>
      Object.entries(link?.channels ?? {}).flatMap(([channel, { receivedBytes, sentBytes }]) =>
        [[receivedBytes, "in", channel], [sentBytes, "out", channel]] as const
      ),
  },
  fallback: {
    help: "Whether large output takes the reliable channel",
    values: one(({ fallback }) => Number(fallback)),
  },
  frames: {
    help: "Data messages since the session began",
    labels: ["event"],
    values: ({ frames }) =>
      (["sent", "acked", "received", "dropped"] as const).map((event) => [frames[event], event]),
  },
  resyncs: { help: "New screens that the viewer asked for", values: ({ resyncs }) => [[resyncs]] },
  snapshots: { help: "Screens that were sent", values: ({ snapshots }) => [[snapshots]] },
  streams_open: {
    help: "Streams that are open, by service",
    labels: ["service"],
    values: ({ services }) => Object.entries(services).map(([name, { open }]) => [open, name]),
  },
  streams_opened: {
    help: "Streams that the viewer has opened, by service",
    labels: ["service"],
    values: ({ services }) => Object.entries(services).map(([name, { opened }]) => [opened, name]),
  },
  stream_bytes: {
    help: "Bytes of streams since the session began, by service",
    labels: ["direction", "service"],
    values: ({ services }) =>
      Object.entries(services).flatMap(([name, carried]) =>
        [[carried.in, "in", name], [carried.out, "out", name]] as const
      ),
  },
  pending_bytes: { help: "Output that the viewer has not confirmed", values: ({ pending }) => [[pending]] },
};

/** The text for Prometheus, from what `read` returns at the moment of a scrape. Loads `prom-client` (50 ms) at the first scrape. */
async function registryOf(read: () => readonly Reading[]): Promise<Registry> {
  const { Gauge, Registry } = (await import("prom-client")).default;
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "beach_session_viewers",
    help: "Viewers of the session",
    registers,
    collect() {
      this.set(read().length);
    },
  });
  for (const [name, { help, labels = [], values }] of Object.entries(GAUGES)) {
    new Gauge({
      name: `beach_session_${name}`,
      help,
      labelNames: ["peer", ...labels],
      registers,
      collect() {
        this.reset();
        for (const { of, numbers } of read()) {
          for (const [value, ...rest] of values(numbers)) {
            const named = Object.fromEntries(labels.map((label, i) => [label, rest[i]!]));
            if (value !== null && value !== undefined) this.set({ peer: of, ...named }, value);
          }
        }
      },
    });
  }
  return registry;
}

/**
 * Answers `GET /metrics` until it is disposed.
 * @throws {Failure} if it cannot listen
 */
export function serveMetrics(
  { hostname, port }: ListenAddress,
  read: () => readonly Reading[],
): AsyncDisposable {
  let made: Promise<Registry> | undefined;
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, async ({ url, method }) => {
      if (new URL(url).pathname !== "/metrics") return new Response("See /metrics.\n", { status: 404 });
      if (method !== "GET") return new Response("Only GET.\n", { status: 405, headers: { allow: "GET" } });
      const registry = await (made ??= registryOf(read));
      return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
    });
  } catch (cause) {
    throw new Failure({
      what: "--metrics-listen can't be used",
      value: `${hostname}:${port}`,
      wanted: `a free port at an address of this machine (${cause instanceof Error ? cause.message : cause})`,
      hint: "Try 127.0.0.1:9464",
      cause,
    });
  }
}
