import assert from "node:assert/strict";
import { childrenCpuTime } from "../../support/cpu_time.ts";
import { Spawned } from "../../support/spawned.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;
const BEACH = ["deno", "run", "-A", "--no-check", MAIN];

async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const [command, ...args] = [...BEACH, ...argv];
  const { code, stdout, stderr } = await new Deno.Command(command!, {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("main: the version, at once", async () => {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const spent = childrenCpuTime();
    const { code, stdout } = await run(["--version"]);
    times.push(spent());
    assert.deepEqual({ code, stdout: stdout.replace(/\d+\.\d+\.\d+/, "N") }, {
      code: 0,
      stdout: "beach N\n",
    });
  }
  assert.ok(Math.min(...times) < 100, `took ${times.map(Math.round).join(", ")} ms`);
});

Deno.test("main: help goes to stdout; a bad command line is one line on stderr with code 2", async () => {
  const help = await run(["host", "--help"]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: beach host/);
  assert.equal(help.stderr, "");
  const bad = await run(["host", "--sizes"]);
  assert.deepEqual(bad, {
    code: 2,
    stdout: "",
    stderr: 'beach: Unknown flag: "--sizes". Did you mean --size? Try: beach host --help.\n',
  });
  const code = await run(["join", "7kq2mx-river-lamp-oceam"]);
  assert.equal(code.code, 2);
  assert.match(code.stderr, /^beach: .*oceam.*\n$/);
  const none = await run([]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /^Usage: beach/);
});

Deno.test("main: a reader that goes away is no error", async () => {
  const { code } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; ${BEACH.join(" ")} --help | true`],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 0);
});

Deno.test("main: a road serves until it is told to end, and says where", async () => {
  await using road = Spawned.start([...BEACH, "road", "--listen", "127.0.0.1:0"]);
  const [, url] = await road.waitForOutput(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m, 10_000);
  assert.equal(await (await fetch(`${url}/healthz`)).text().then((t) => t.trim()), "ok");

  const taken = await run(["road", "--listen", url!.slice("http://".length)]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /^beach: can't listen on 127\.0\.0\.1:\d+: the port is in use; wanted .*\n$/);
  const absent = await run(["road", "--listen", "192.0.2.1:8080"]);
  assert.equal(absent.code, 1);
  assert.match(
    absent.stderr,
    /^beach: can't listen on 192\.0\.2\.1:8080: there is no such address here; wanted .* 127\.0\.0\.1.*Try 127\.0\.0\.1:8080, or 0\.0\.0\.0:8080 .*\n$/,
  );

  road.kill("SIGTERM");
  assert.equal((await road.waitForExit(5000)).code, 143);
  assert.equal(road.stderr, "");
});

Deno.test("main: a road's flags reach it", async () => {
  await using road = Spawned.start([
    ...BEACH,
    "road",
    "--listen",
    "127.0.0.1:0",
    "--public-url",
    "https://road.example/",
    "--json",
    "--verbose",
  ]);
  const url = await road.waitForLine(
    (line) => line.startsWith("{") && JSON.parse(line).event === "listening" && JSON.parse(line).url,
    10_000,
  );
  assert.equal(url, "https://road.example");
  road.kill("SIGINT");
  assert.equal((await road.waitForExit(5000)).code, 130);
  assert.equal(JSON.parse(road.lines().at(-1)!).event, "closed");
});
