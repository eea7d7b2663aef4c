/** Debian's Prometheus with samples that never change, and all that its HTTP API can be asked. */
import { Spawned } from "../../support/spawned.ts";
import type { TempDir } from "../../support/temp_dir.ts";
import { START } from "../scene.ts";

/** Seconds since 1970 of the first of the samples. */
const T = 1_700_000_000;
const SAMPLES = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{job="a",code="200"} 1 ${T}
requests_total{job="a",code="200"} 5 ${T + 60}
requests_total{job="a",code="500"} 2 ${T}
requests_total{job="ä b",code="500"} 3 ${T + 60}
# EOF
`;
const CONFIG = `global: {scrape_interval: 1h, evaluation_interval: 1h}
rule_files: [rules.yml]
`;
const RULES = `groups:
- name: one
  rules:
  - {alert: Many, expr: vector(1) > 2, labels: {severity: page}}
  - {record: twice, expr: 2 * requests_total}
`;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  /** What is not the same twice, such as a count of threads. */
  readonly varies?: true;
}

const FORM = "application/x-www-form-urlencoded";
const form = (path: string, body: string): Asked => ({ method: "POST", path, body, type: FORM });
const get = (path: string): Asked => ({ method: "GET", path });
const api = (path: string) => `/api/v1/${path}`;
const RANGE = `start=${T}&end=${T + 60}&step=15`;

/** Each method and path of https://prometheus.io/docs/prometheus/2.42/querying/api/ and the management API, and faults of each kind. */
export const ASKED: readonly Asked[] = [
  get(api(`query?query=requests_total&time=${T}`)),
  form(api("query"), `query=sum by (job) (requests_total)&time=${T + 60}`),
  get(api(`query?query=vector(1)%20%2B%20%22&time=${T}`)),
  get(api("query")),
  form(api("query"), "time=yesterday"),
  get(api(`query_range?query=rate(requests_total%5B1m%5D)&${RANGE}`)),
  form(api("query_range"), `query=requests_total&${RANGE}`),
  get(api(`query_range?query=up&start=${T}&end=0&step=1`)),
  form(api("query_range"), `query=up&start=0&end=${T}&step=1`),
  get(api(`query_exemplars?query=requests_total&start=${T}&end=${T + 60}`)),
  form(api("query_exemplars"), `query=requests_total&start=${T}&end=${T + 60}`),
  get(api("query_exemplars?query=(")),
  get(api("format_query?query=foo%2Fbar")),
  form(api("format_query"), "query=sum(a)by(b)"),
  form(api("format_query"), "query=sum(("),
  get(api("labels")),
  form(api("labels"), `match[]=requests_total&start=${T}`),
  get(api("labels?start=x")),
  get(api("label/job/values")),
  get(api("label/a%20b/values")),
  get(api("label/nothing/values")),
  get(api("series?match%5B%5D=requests_total&start=0")),
  form(api("series"), 'match[]={code="500"}&start=0'),
  get(api("series")),
  { method: "DELETE", path: api("series") },
  get(api("targets")),
  get(api("targets?state=active")),
  get(api("targets/metadata")),
  get(api("metadata")),
  get(api("metadata?limit=x")),
  get(api("scrape_pools")),
  get(api("rules?type=alert")),
  get(api("rules?type=none")),
  get(api("alerts")),
  get(api("alertmanagers")),
  get(api("status/config")),
  get(api("status/flags")),
  get(api("status/buildinfo")),
  { ...get(api("status/runtimeinfo")), varies: true },
  { ...get(api("status/tsdb")), varies: true },
  get(api("status/walreplay")),
  { method: "POST", path: api("admin/tsdb/delete_series?match%5B%5D=nothing") },
  { method: "PUT", path: api("admin/tsdb/delete_series") },
  { method: "POST", path: api("admin/tsdb/clean_tombstones") },
  { method: "PUT", path: api("admin/tsdb/clean_tombstones") },
  { method: "POST", path: api("admin/tsdb/snapshot?skip_head=x") },
  { method: "POST", path: api("read"), body: "no snappy", type: "application/x-protobuf" },
  { method: "POST", path: api("write"), body: "no snappy", type: "application/x-protobuf" },
  { method: "OPTIONS", path: api("query") },
  { method: "PATCH", path: api("query"), body: "x", type: "text/plain" },
  get(api("nothing/there")),
  get(`/federate?match[]=requests_total`),
  get("/federate"),
  { ...get("/metrics"), varies: true },
  get("/"),
  get("/graph"),
  get("/config"),
  get("/favicon.ico"),
  get("/static/none.js"),
  get("/version"),
  get("/-/healthy"),
  { method: "HEAD", path: "/-/healthy" },
  get("/-/ready"),
  { method: "HEAD", path: "/-/ready" },
  get("/-/reload"),
  { method: "POST", path: "/-/reload" },
  { method: "PUT", path: "/-/reload" },
  get("/-/quit"),
  { method: "DELETE", path: "/-/healthy" },
];

/** Starts it on a free port of the loopback; its origin. */
export async function startPrometheus(dir: TempDir): Promise<AsyncDisposable & { readonly origin: string }> {
  await Deno.writeTextFile(dir.join("samples"), SAMPLES);
  await Deno.writeTextFile(dir.join("prometheus.yml"), CONFIG);
  await Deno.writeTextFile(dir.join("rules.yml"), RULES);
  const data = dir.join("data");
  const made = await new Deno.Command("promtool", {
    args: ["tsdb", "create-blocks-from", "openmetrics", dir.join("samples"), data],
  }).output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  const process = Spawned.start([
    "prometheus",
    `--config.file=${dir.join("prometheus.yml")}`,
    `--storage.tsdb.path=${data}`,
    "--storage.tsdb.retention.time=100y",
    "--web.listen-address=127.0.0.1:0",
    "--web.enable-admin-api",
    "--web.enable-lifecycle",
    "--web.enable-remote-write-receiver",
    "--log.format=json",
  ]);
  try {
    const [, address] = await process.waitForOutput(/"address":"([^"]+)".*"Listening on"/, START);
    const origin = `http://${address}`;
    await process.waitForOutput(/Server is ready/, START);
    return { origin, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}
