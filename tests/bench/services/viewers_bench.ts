/**
 * 100 viewers of one host, each with 20 requests a second to a native program for 20 s; errors, and times from the moment at which each
 * request was due: `deno run -A tests/bench/services/viewers_bench.ts`. The viewers share this process with the road; on a busy machine the
 * times tell of the machine, and the CPU time of a request (of the host, its programs and the viewers together) tells what it would take.
 */
import { startRoad } from "../../../road/server.ts";
import { ServicesJoin } from "../../../cli/join/services_join.ts";
import { complete } from "../../../cli/join/join_secret.ts";
import { parse } from "../../../cli/options/options.ts";
import { openLog } from "../../../cli/report/log.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { Scene } from "../../e2e/scene.ts";
import { webHost } from "../../e2e/web/web_scene.ts";
import { NATIVE_ECHO } from "../../e2e/services/page_scene.ts";
import { line, percentile } from "../figures.ts";
import { cpuTime } from "./cpu_time.ts";

const VIEWERS = Number(Deno.args[0] ?? 100);
const A_SECOND = Number(Deno.args[1] ?? 20);
const SECONDS = 20;
const MESSAGE = { a: "x".repeat(92) };
const FREE = { burst: 1e9, perSecond: 1e9 };

async function openViewer(code: string, road: string): Promise<ServicesJoin> {
  const invocation = parse(["call", "--road", road, code, "1"], {});
  if (invocation.command !== "call") throw new Error("the command line can't be read");
  const never = new AbortController().signal;
  const options = await complete(invocation.options, never);
  return await ServicesJoin.open(options, openLog(options, "nothing"), () => {}, never);
}

/** Asks at its own pace, however long answers take. */
async function ask(client: RequestClient, start: number, times: number[], errors: string[]): Promise<void> {
  const all: Promise<void>[] = [];
  for (let n = 0; n < A_SECOND * SECONDS; n++) {
    const due = start + n * 1000 / A_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    all.push(
      client.call("", MESSAGE).then(
        () => void times.push(performance.now() - due),
        (error) => void errors.push(String(error)),
      ),
    );
  }
  await Promise.all(all);
}

await Scene.play(async (scene) => {
  await using road = await startRoad({
    limits: { peers: 256, joins: FREE, http: FREE, joining: 1000, joiningEach: 1000 },
  });
  const host = await webHost(scene, ["--road", road.url, "--native", NATIVE_ECHO]);
  const viewers: ServicesJoin[] = [];
  for (let n = 0; n < VIEWERS; n++) viewers.push(await openViewer(host.code, road.url));
  const clients = viewers.map(({ open }) => new RequestClient(open));
  // Each has its process before it is measured.
  for (const client of clients) await client.call("", MESSAGE);
  const times: number[] = [];
  const errors: string[] = [];
  const before = cpuTime();
  const start = performance.now() + 200;
  await Promise.all(
    clients.map((client, i) => ask(client, start + i * 1000 / A_SECOND / VIEWERS, times, errors)),
  );
  line(
    `${VIEWERS} viewers, ${A_SECOND} a second`,
    ...[0.5, 0.95, 0.99].map((p) => `p${p * 100} ${percentile(times, p).toFixed(1)} ms`),
    `${errors.length} errors of ${times.length + errors.length}`,
    `${((cpuTime() - before) / (times.length + errors.length)).toFixed(2)} ms of CPU each`,
  );
  for (const error of new Set(errors)) console.log(error);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});
console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(1)).join(" ")}`);
Deno.exit(0);
