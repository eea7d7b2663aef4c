import assert from "node:assert/strict";
import { Metrics, type MetricsOptions, type Reading } from "../../../cli/report/metrics.ts";
import { serveMetrics } from "../../../cli/report/metrics_server.ts";
import { NumbersPanel } from "../../../cli/join/numbers_panel.ts";
import { Counters } from "../../../session/sync/counters.ts";
import type { SessionNumbers } from "../../../session/stats.ts";
import { until } from "../../support/deadline.ts";
import { Listeners } from "../../support/listeners.ts";
import { TempDir } from "../../support/temp_dir.ts";

const { sent, acked, received, dropped } = new Counters();
const NUMBERS: SessionNumbers = {
  link: null,
  frames: { sent, acked, received, dropped },
  resyncs: 0,
  snapshots: 0,
  pending: 0,
  services: {},
};
const OFF: MetricsOptions = { metricsInterval: undefined, webrtcStats: false, channelStats: false };

/** What `options` make of one viewer's numbers, after `count` lines or events. */
async function told(options: Partial<MetricsOptions>, of: string, count: number) {
  const changes = new Listeners();
  const lines: string[] = [], events: Reading[] = [];
  const metrics = new Metrics(
    { ...OFF, ...options },
    (level, words) => {
      lines.push(`${level} ${words}`);
      changes.notify();
    },
    () => [{ of, numbers: NUMBERS }],
    (reading) => events.push(reading),
  );
  await until(() => lines.length >= count, changes.subscribe, 5000, `${count} lines`);
  metrics[Symbol.dispose]();
  return { lines, events };
}

Deno.test("metrics: each flag has its line, at the interval and once more at the end", async () => {
  const every = await told(
    { metricsInterval: 5, webrtcStats: true, channelStats: true },
    "abcd2345",
    6,
  );
  assert.match(every.lines[0]!, /^info Stats of abcd2345: no link, frames sent 0/);
  assert.equal(every.lines[1], "info WebRTC stats of abcd2345: no link");
  assert.equal(every.lines[2], "info Channel stats of abcd2345: no link");
  assert.equal(every.lines.length, 3 * every.events.length);
  assert.deepEqual(every.events[0], { of: "abcd2345", numbers: NUMBERS });
  // Without an interval the next line would take 10 s: the last words come anyway.
  const last = await told({ channelStats: true }, "", 0);
  assert.deepEqual(last.lines, ["info Channel stats: no link"]);
  assert.deepEqual(await told({}, "", 0), { lines: [], events: [] });
});

Deno.test("log: numbers are told without --verbose, other news is not", async () => {
  await using dir = await TempDir.create();
  const module = new URL("../../../cli/report/log.ts", import.meta.url).href;
  const script = `import { openLog } from ${JSON.stringify(module)};
    using open = openLog({ debugLog: Deno.args[0], verbose: false, json: false }, "session");
    open.log("info", "Stats: direct"); open.log("info", "other"); open.log("debug", "Channel stats");`;
  await Deno.writeTextFile(dir.join("log.ts"), script);
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", dir.join("log.ts"), dir.join("log")],
    stderr: "piped",
  }).output();
  assert.match(new TextDecoder().decode(stderr), /^[\d:.]+ info {2}Stats: direct\n$/);
  assert.match(await Deno.readTextFile(dir.join("log")), /Stats: direct\n.* other\n.* Channel stats\n$/);
});

Deno.test("numbers panel: shows, refreshes, goes", async () => {
  const changes = new Listeners();
  const shown: (string | null)[] = [];
  let count = 0;
  using panel = new NumbersPanel(() => `numbers ${++count}`, (line) => {
    shown.push(line);
    changes.notify();
  });
  panel.toggle();
  assert.deepEqual(shown, ["numbers 1"]);
  await until(() => shown.includes("numbers 2"), changes.subscribe, 5000, "a refresh");
  panel.toggle();
  assert.equal(shown.at(-1), null);
  panel.toggle();
  assert.equal(shown.at(-1), "numbers 3");
});

Deno.test("Prometheus gets the streams of each service and viewer: open, opened, bytes each way", async () => {
  const services = { forward: { open: 2, opened: 31, out: 900, in: 40 } };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using _served = serveMetrics(
    { hostname: "127.0.0.1", port },
    () => [{ of: "abcd2345", numbers: { ...NUMBERS, services } }, { of: "efgh2345", numbers: NUMBERS }],
  );
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split("\n").filter((line) => /^beach_session_stream/.test(line));
  assert.deepEqual(lines, [
    'beach_session_streams_open{peer="abcd2345",service="forward"} 2',
    'beach_session_streams_opened{peer="abcd2345",service="forward"} 31',
    'beach_session_stream_bytes{peer="abcd2345",direction="in",service="forward"} 40',
    'beach_session_stream_bytes{peer="abcd2345",direction="out",service="forward"} 900',
  ]);
});
