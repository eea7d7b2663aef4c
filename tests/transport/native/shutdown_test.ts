/** Processes that used WebRTC end by themselves, with status 0, every time. */

import assert from "node:assert/strict";
import { lab, program, testWith } from "../../support/needs.ts";
import { inLanes, Spawned } from "../../support/spawned.ts";

const CHILD = new URL("../lifetime_child.ts", import.meta.url).pathname;
/** How often the whole cycle of ways is run: 100 in all where everything is required, 20 on an ordinary run. */
const RUNS = Number(
  Deno.env.get("BEACH_SHUTDOWN_RUNS") ?? (Deno.env.get("BEACH_REQUIRE_ALL") === "1" ? "100" : "20"),
);
/** So many at once: each mostly waits for its other end. */
const LANES = 4;
/** A run takes half a second; a process that does not end by itself is what this would find. */
const RUN_DEADLINE = 30_000;

function argv(way: string, ...flags: string[]): string[] {
  return [Deno.execPath(), "run", "-A", "--no-check", "--quiet", ...flags, CHILD, way];
}

async function run(command: string[]): Promise<void> {
  await using child = Spawned.start(command);
  const status = await child.waitForExit(RUN_DEADLINE);
  assert.deepEqual(status, { code: 0, signal: null }, `${command.at(-1)}: ${child.stdout}${child.stderr}`);
  assert.match(child.stdout, /done\n$/, `${command.at(-1)} did all that it had to`);
  assert.equal(child.stderr, "", "and the native library printed nothing");
}

Deno.test(`${RUNS} processes out of ${RUNS} end in order`, async () => {
  const ways = ["links", "factory", "dialling", "exit", "again"];
  await inLanes(RUNS, LANES, (n) => run(argv(ways[n % ways.length]!)));
});

Deno.test("garbage collection takes nothing that is in use, and what it takes later does no harm", async () => {
  await inLanes(Math.ceil(RUNS / 10), LANES, () => run(argv("gc", "--v8-flags=--expose-gc")));
});

Deno.test("one end is killed: the other closes and ends in order", async () => {
  await inLanes(Math.ceil(RUNS / 10), LANES, () => run(argv("survivor")));
});

Deno.test("to import the links loads nothing native", async () => {
  // Without permission to load a native library.
  const command = [
    Deno.execPath(),
    "run",
    "-R",
    "-E",
    "--no-check",
    "--quiet",
    "--no-prompt",
    CHILD,
    "import",
  ];
  await run(command);
});

testWith(
  [lab, program("unshare")],
  "two ends meet on a machine with no network but the loopback",
  async () => {
    const inside = argv("links").map((word) => `'${word}'`).join(" ");
    // /sys shows the interfaces of the namespace that mounted it.
    const alone = ["unshare", "--net", "--mount", "sh", "-c"];
    const loopback = "mount -t sysfs sysfs /sys && ip link set lo up";
    await run([...alone, `${loopback} && exec ${inside}`]);
    // An interface that is down is no network either, though it keeps its address.
    const down = "ip link add v0 type veth peer name v1 && ip addr add 10.9.9.1/24 dev v0";
    await run([...alone, `${loopback} && ${down} && exec ${inside}`]);
  },
);
