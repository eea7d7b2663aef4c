/** A host's numbers, to whom they are wanted: its log, its events, and Prometheus. */
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import type { Log } from "../../transport/log.ts";
import type { HostOptions } from "../options/invocation.ts";
import type { HostEvent } from "./events.ts";
import { Metrics } from "./metrics.ts";
import { serveMetrics } from "./metrics_server.ts";

/** Reports them from now on. */
export function reportNumbers(
  options: HostOptions,
  log: Log,
  runtime: HostRuntime,
  tell: (event: HostEvent) => void,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const read = () => runtime.numbers();
  if (options.metricsListen) stack.use(serveMetrics(options.metricsListen, read));
  stack.use(
    new Metrics(options, log, read, ({ of, numbers }) => tell({ event: "stats", peer: of, ...numbers })),
  );
  return stack;
}
