import assert from "node:assert/strict";
import { Spawned } from "../../support/spawned.ts";
import { within } from "../client.ts";

Deno.test("Deno's own OpenTelemetry works: a road exports traces and metrics to a collector", async () => {
  const seen = new Set<string>();
  const both = Promise.withResolvers<void>();
  await using collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await request.arrayBuffer();
    seen.add(new URL(request.url).pathname);
    if (seen.has("/v1/traces") && seen.has("/v1/metrics")) both.resolve();
    return Response.json({});
  });
  const main = new URL("../../../main.ts", import.meta.url).pathname;
  await using road = Spawned.start(
    [Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web", "--listen", "127.0.0.1:0"],
    {
      env: {
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_BSP_SCHEDULE_DELAY: "100",
        OTEL_METRIC_EXPORT_INTERVAL: "200",
      },
    },
  );
  const url = await road.waitForLine((line) => JSON.parse(line).url, 20_000);
  await (await fetch(`${url}/healthz`)).text();
  await within(both.promise, "traces and metrics", 15_000).catch((error) => {
    throw new Error(`${error.message}; came: ${[...seen].join(", ")}`);
  });
  assert.ok(seen.has("/v1/traces"));
});
