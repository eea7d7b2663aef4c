/** The files of `road/deploy/`: each is read by what would read it, as far as this machine has that. */
import assert from "node:assert/strict";
import { parseConfig } from "../../../road/config/config.ts";
import { LIMIT_DEFAULTS } from "../../../road/config/limit_table.ts";
import * as needs from "../../support/needs.ts";
import { testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { party, withRoad } from "../client.ts";
import { needsRedis, Redis } from "../redis.ts";

const file = (name: string) => new URL(`../../../road/deploy/${name}`, import.meta.url).pathname;
const text = (name: string) => Deno.readTextFileSync(file(name));
const main = new URL("../../../main.ts", import.meta.url).pathname;

/** Runs a command to its end; its output and status. */
async function run(argv: string[], env: Record<string, string> = {}) {
  await using command = Spawned.start(argv, { env });
  const { code } = await command.waitForExit(30_000);
  return { code, out: command.stdout + command.stderr };
}

testWith(
  [needsRedis],
  "every metric that the dashboard and the alerts name is one that a road gives",
  async () => {
    await using redis = await Redis.start();
    await withRoad({ redis: redis.url }, async (road) => {
      await party(road);
      const given = (await (await fetch(`${road.url}/metrics`)).text()).matchAll(/^# TYPE (\S+) (\w+)/gm);
      const names = new Set([...given].flatMap(([, name, type]) => {
        return type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name!];
      }));
      const dashboard = JSON.parse(text("dashboard.json"));
      const expressions: string[] = dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) =>
        panel.targets.map(({ expr }) => expr)
      );
      const alerts = text("alerts.yaml");
      const named = (source: string) => source.match(/\b(?:beach|process)_[a-z_]+\b/g) ?? [];
      for (
        const name of [...expressions, alerts.replaceAll(/^\s*(?:- name|summary):.*$/gm, "")].flatMap(named)
      ) {
        assert.ok(names.has(name), `${name} is no metric of the road; it has ${[...names].join(" ")}`);
      }
      // And the other way round: what is counted is shown.
      const shown = new Set(
        expressions.flatMap(named).map((name) => name.replace(/_(?:bucket|count|sum)$/, "")),
      );
      for (const name of names) {
        const base = name.replace(/_(?:bucket|count|sum)$/, "");
        if (base !== "process_start_time_seconds") assert.ok(shown.has(base), `no panel shows ${base}`);
      }
      assert.equal(
        new Set(dashboard.panels.map(({ id }: { id: number }) => id)).size,
        dashboard.panels.length,
      );
    });
  },
);

Deno.test("the alerts have the form of Prometheus rules", () => {
  const yaml = text("alerts.yaml");
  const rules = yaml.split(/^ {6}- alert: /m).slice(1);
  assert.ok(rules.length >= 8);
  for (const rule of rules) {
    for (
      const part of [
        /^\w+\n/,
        /^ {8}expr: /m,
        /^ {8}for: \d+[smh]$/m,
        /severity: (?:page|ticket)/,
        /summary: "/,
      ]
    ) {
      assert.match(rule, part);
    }
  }
  const count = (of: string) => yaml.split(of).length;
  assert.equal(count("("), count(")"));
  assert.equal(count("{"), count("}"));
});

testWith([needs.program("promtool")], "the alerts are Prometheus rules, by its own word", async () => {
  const { code, out } = await run(["promtool", "check", "rules", file("alerts.yaml")]);
  assert.equal(code, 0, out);
  assert.match(out, /10 rules found/);
});

testWith([needs.program("docker-compose")], "compose.yaml is one, and asks for what it lacks", async () => {
  const config = ["docker-compose", "-f", file("compose.yaml"), "config"];
  const env = { DOMAIN: "road.example", PUBLIC_IP: "192.0.2.1", TURN_SECRET: "0123456789abcdef" };
  const { code, out } = await run(config, env);
  assert.equal(code, 0, out);
  assert.match(out, /BEACH_PUBLIC_URL: https:\/\/road\.example/);
  const lacking = await run(config, { ...env, DOMAIN: "" });
  assert.notEqual(lacking.code, 0);
  assert.match(lacking.out, /the name of this server/);
});

Deno.test("the Dockerfile builds with the Deno of CI, and starts a road as the road's flags are", async () => {
  const dockerfile = text("Dockerfile");
  const ci = Deno.readTextFileSync(new URL("../../../.ci/run", import.meta.url));
  const version = /^DENO_VERSION=(\S+)$/m.exec(ci)![1]!;
  assert.ok(dockerfile.includes(`FROM denoland/deno:${version} AS build`));
  const said = (name: string): string[] =>
    JSON.parse(new RegExp(`^${name} (.+)$`, "m").exec(dockerfile)![1]!);
  const [path, ...flags] = said("ENTRYPOINT");
  assert.ok(dockerfile.includes(` /beach ${path}\n`));
  const { code, out } = await run([
    ...[Deno.execPath(), "run", "-A", main, ...flags, ...said("CMD"), "--check"],
  ]);
  assert.equal(code, 0, out);
});

testWith([needs.program("python3")], "the YAML files are YAML, by another program's word", async () => {
  const script = `import sys, yaml, json
print(json.dumps([yaml.safe_load(open(p)) for p in sys.argv[1:]]))`;
  const { code, out } = await run(["python3", "-c", script, file("alerts.yaml"), file("compose.yaml")]);
  if (/No module named/.test(out)) return console.log("left out: python3 has no yaml here");
  assert.equal(code, 0, out);
  const [alerts, compose] = JSON.parse(out);
  assert.equal(alerts.groups[0].rules.length, 10);
  assert.deepEqual(Object.keys(compose.services).sort(), ["caddy", "coturn", "redis", "road1", "road2"]);
  for (const name of Object.keys(compose.services.road1.environment)) assert.match(name, /^BEACH_[A-Z_]+$/);
});

Deno.test("the example configuration is good, and its limits are the defaults", async () => {
  const { limits } = parseConfig("road.json", text("road.json"), () => "0123456789abcdef");
  for (const [name, value] of Object.entries(limits!)) {
    assert.deepEqual(value, LIMIT_DEFAULTS[name as keyof typeof LIMIT_DEFAULTS], name);
  }
  await using dir = await TempDir.create();
  await Deno.writeTextFile(dir.join("secret"), "0123456789abcdef\n");
  await Deno.writeTextFile(
    dir.join("road.json"),
    text("road.json").replace("/etc/beach/turn_secret", dir.join("secret")),
  );
  // The variables of compose.yaml, as a container would have them.
  const env = {
    BEACH_CONFIG: dir.join("road.json"),
    BEACH_REDIS: "redis://redis:6379",
    BEACH_PUBLIC_URL: "https://road.example",
    BEACH_TRUST_PROXY: "1",
    BEACH_TURN_URL: "turn:road.example:3478",
    BEACH_TURN_SECRET_FILE: dir.join("secret"),
    BEACH_STUN: "stun:road.example:3478",
  };
  const { code, out } = await run([Deno.execPath(), "run", "-A", main, "road", "--check"], env);
  assert.equal(code, 0, out);
  assert.match(out, /the configuration is good/);
  const broken = await run(
    [Deno.execPath(), "run", "-A", main, "road", "--check", "--stun", "http://x"],
    env,
  );
  assert.equal(broken.code, 2);
  assert.match(broken.out, /^wrong: configuration, --stun: "http:\/\/x"; wanted a URL like stun:/m);
});

testWith([needs.program("systemd-analyze")], "the systemd unit is one", async () => {
  await using dir = await TempDir.create();
  // The executable is not installed here; anything that can be run stands for it.
  const unit = text("beach-road.service").replaceAll("/usr/local/bin/beach", "/bin/true");
  await Deno.writeTextFile(dir.join("beach-road.service"), unit);
  const { code, out } = await run(["systemd-analyze", "verify", "--man=no", dir.join("beach-road.service")]);
  assert.equal(code, 0, out);
  assert.doesNotMatch(out, /Unknown|Failed to parse/i);
});

testWith([needs.program("nginx")], "nginx takes its part", async () => {
  await using dir = await TempDir.create();
  const part = text("nginx.conf").replace(/ssl_certificate\S*\s+\S+;/g, "").replace("443 ssl", "8443");
  await Deno.writeTextFile(dir.join("n.conf"), `pid ${dir.join("pid")};\nevents {}\nhttp {\n${part}\n}\n`);
  const { code, out } = await run(["nginx", "-t", "-c", dir.join("n.conf"), "-p", dir.path]);
  assert.equal(code, 0, out);
});

Deno.test("SIGTERM ends a road in order: peers are told, the status is the signal's", async () => {
  await using road = Spawned.start([
    ...[Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web", "--listen", "127.0.0.1:0"],
  ]);
  const url = await road.waitForLine((line) => JSON.parse(line).url, 20_000);
  const { host, viewer } = await party(String(url));
  road.kill("SIGTERM");
  await Promise.all([host.next("moving"), viewer.next("moving")]);
  assert.deepEqual([(await host.closed).code, (await viewer.closed).code], [1012, 1012]);
  assert.equal((await road.waitForExit(5_000)).code, 143);
  const events = road.lines().map((line) => JSON.parse(line).event);
  assert.equal(events.at(-1), "closed");
  assert.ok(events.includes("moving"));
  assert.doesNotMatch(road.stdout, /127\.0\.0\.1:(?!\d+"\})|token/);
});
