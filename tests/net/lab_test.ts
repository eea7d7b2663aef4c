import assert from "node:assert/strict";
import { Lab } from "./lab.ts";
import { ip, removeAbandoned } from "./namespaces.ts";
import { probe } from "./probe_command.ts";
import { poll } from "../support/deadline.ts";
import { descendants, isAlive } from "../support/process_tree.ts";
import * as needs from "../support/needs.ts";
import { testWith } from "../support/needs.ts";
import { Spawned } from "../support/spawned.ts";

async function echoOn(lab: Lab, host: string): Promise<Spawned> {
  const echo = lab.run(host, probe("echo", lab.address(host)));
  await echo.waitForOutput(/ready/, 10_000);
  return echo;
}

async function ping(lab: Lab, from: string, address: string, count: number, everyMs = 1) {
  await using pinging = lab.run(from, probe("ping", address, count, everyMs));
  const { code } = await pinging.waitForExit(20_000);
  assert.equal(code, 0, pinging.tail());
  const { rtts, order } = JSON.parse(pinging.stdout) as { rtts: number[]; order: number[] };
  rtts.sort((a, b) => a - b);
  // The tenth percentile: what the path itself takes, whatever else this machine is doing.
  return { rtts, order, usual: rtts[Math.floor(rtts.length / 10)] ?? NaN };
}

async function sendBytes(lab: Lab, from: string, address: string, bytes: number): Promise<number> {
  await using sending = lab.run(from, probe("send", address, bytes));
  const { code } = await sending.waitForExit(30_000);
  assert.equal(code, 0, sending.tail());
  return Number(sending.stdout);
}

function labTest(name: string, fn: () => Promise<void>): void {
  testWith([needs.lab], `lab: ${name}`, fn);
}

/** What the router may add to a round trip: a hundredth of the shortest that a bench has. It adds 0.2 ms, on a busy machine 0.35. */
const ADDED = 1;

labTest("the round trip is twice the delay, and the router adds under 1 ms", async () => {
  await using lab = await Lab.create({ seed: 1, hosts: ["a", "b"] });
  await using _echo = await echoOn(lab, "b");
  // The probes' own share, over the loopback of one host, is taken off.
  const own = await ping(lab, "b", lab.address("b"), 300, 2);
  const clear = await ping(lab, "a", lab.address("b"), 300, 2);
  assert.ok(clear.usual - own.usual < ADDED, `router adds ${clear.usual - own.usual} ms to a round trip`);
  await lab.shape("a", "b", { delayMs: 20 });
  const far = await ping(lab, "a", lab.address("b"), 300, 2);
  assert.ok(far.rtts[0]! >= 40, `min ${far.rtts[0]}`);
  assert.ok(far.usual < 40 + own.usual + ADDED, `tenth percentile ${far.usual}, own ${own.usual}`);
});

labTest("loss is within five sigma of what was asked, each way apart", async () => {
  await using lab = await Lab.create({ seed: 2, hosts: ["a", "b"] });
  await using _echo = await echoOn(lab, "b");
  await lab.shapeOneWay("a", "b", { loss: 0.1 });
  const { rtts } = await ping(lab, "a", lab.address("b"), 2000);
  const sigma = Math.sqrt(2000 * 0.1 * 0.9);
  assert.ok(Math.abs(rtts.length - 1800) < 5 * sigma, `${rtts.length} of 2000 came back`);
  const there = await lab.counters("a", "b");
  assert.equal(there.sent - there.lost, there.delivered);
  assert.equal((await lab.counters("b", "a")).lost, 0);
});

labTest("reordering and duplication are seen, jitter alone keeps the order", async () => {
  await using lab = await Lab.create({ seed: 3, hosts: ["a", "b"], link: { delayMs: 2, jitterMs: 8 } });
  await using _echo = await echoOn(lab, "b");
  const jittered = await ping(lab, "a", lab.address("b"), 300);
  assert.deepEqual(jittered.order, [...jittered.order].sort((a, b) => a - b));
  assert.ok(jittered.rtts.at(-1)! - jittered.rtts[0]! > 5, "jitter spreads the round trips");
  await lab.shapeOneWay("a", "b", { jitterMs: 0, reorder: 0.2, reorderMs: 10, duplicate: 0.2 });
  const { order } = await ping(lab, "a", lab.address("b"), 300);
  assert.ok(
    new Set(order).size === 300 && order.length > 330,
    `${order.length} copies of ${new Set(order).size}`,
  );
  assert.notDeepEqual(order, [...order].sort((a, b) => a - b));
});

labTest("a cut stops both protocols; restored, a TCP transfer in it goes on", async () => {
  await using lab = await Lab.create({ seed: 4, hosts: ["a", "b"], link: { delayMs: 5, rateKbit: 20_000 } });
  await using _echo = await echoOn(lab, "b");
  // 2.5 MB at 20 Mbit/s: one second, in the middle of which the cut falls.
  await using sending = lab.run("a", probe("send", lab.address("b"), 2_500_000));
  for (let seen = 0; seen < 300_000;) seen = (await lab.counters("a", "b")).deliveredBytes;
  await lab.cut("b");
  const { delivered } = await lab.counters("a", "b");
  assert.equal((await ping(lab, "a", lab.address("b"), 20)).rtts.length, 0);
  assert.equal((await lab.counters("a", "b")).delivered, delivered);
  assert.equal(sending.status, undefined);
  await lab.restore("b");
  assert.equal((await sending.waitForExit(20_000)).code, 0, sending.tail());
  assert.equal((await ping(lab, "a", lab.address("b"), 20)).rtts.length, 20);
});

labTest("a rate limit holds, and without one TCP passes 300 Mbit/s", async () => {
  await using lab = await Lab.create({ seed: 5, hosts: ["a", "b"] });
  await using _echo = await echoOn(lab, "b");
  const seconds = await sendBytes(lab, "a", lab.address("b"), 60_000_000);
  assert.ok(60 * 8 / seconds >= 300, `${60 * 8 / seconds} Mbit/s`);
  await lab.shape("a", "b", { rateKbit: 10_000 });
  const limited = await sendBytes(lab, "a", lab.address("b"), 1_250_000);
  assert.ok(limited > 0.95 && limited < 1.6, `1.25 MB at 10 Mbit/s took ${limited} s`);
  // TCP may be careful enough never to fill the queue: 3.6 MB of datagrams at once are not.
  const before = (await lab.counters("a", "b")).overflowed;
  const burst = `dd if=/dev/zero bs=1200 count=3000 status=none >/dev/udp/${lab.address("b")}/7000`;
  await using bursting = lab.run("a", ["bash", "-c", burst]);
  assert.equal((await bursting.waitForExit(20_000)).code, 0, bursting.tail());
  assert.ok((await lab.counters("a", "b")).overflowed > before, "the queue is bounded");
});

labTest("UDP can be blocked while TCP passes", async () => {
  await using lab = await Lab.create({ seed: 6, hosts: ["a", "b"], link: { blockUdp: true } });
  await using _echo = await echoOn(lab, "b");
  assert.equal((await ping(lab, "a", lab.address("b"), 20)).rtts.length, 0);
  assert.ok(await sendBytes(lab, "a", lab.address("b"), 100_000) < 5);
});

labTest("a moved host answers at its new address only", async () => {
  await using lab = await Lab.create({ seed: 7, hosts: ["a", "b"] });
  const old = lab.address("b");
  const moved = await lab.moveAddress("b");
  assert.notEqual(old, moved);
  await using _echo = await echoOn(lab, "b");
  assert.equal((await ping(lab, "a", moved, 20)).rtts.length, 20);
  assert.equal((await ping(lab, "a", old, 20)).rtts.length, 0);
});

labTest("nothing is left of a lab, nor of one whose test was killed", async () => {
  const lab = await Lab.create({ seed: 8, hosts: ["a"] });
  const inside = lab.run("a", ["sleep", "60"]);
  inside.noteFamily();
  const name = (await ip("netns", "list")).match(new RegExp(`beach-${Deno.pid}-\\d+-a`))?.[0];
  assert.ok(name);
  await lab[Symbol.asyncDispose]();
  assert.equal((await inside.waitForExit(5000)).signal, "SIGKILL");
  await inside[Symbol.asyncDispose]();
  assert.ok(!(await ip("netns", "list")).includes(name));

  const script = `import { Lab } from ${JSON.stringify(new URL("./lab.ts", import.meta.url).href)};
    const lab = await Lab.create({ seed: 9, hosts: ["a"] });
    lab.run("a", ["sleep", "60"]);
    console.log("made", Deno.pid);
    setInterval(() => {}, 1000);`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const owner = Spawned.start([Deno.execPath(), "eval", "--config", config, script]);
  const [, pid] = await owner.waitForOutput(/made (\d+)/, 20_000);
  // What runs inside begins under the name of the command that brings it there.
  const [sleeper, router] = await poll(
    () => {
      const family = descendants(owner.pid);
      const sleeper = family.find((ref) => ref.name === "sleep");
      const router = family.find((ref) => ref.name !== "sleep");
      return sleeper && router && [sleeper, router] as const;
    },
    5000,
    "the lab's processes",
  );
  owner.kill("SIGKILL");
  await owner.waitForExit(5000);
  // The router sees the end of its stdin and cleans up.
  const gone = Spawned.start(["tail", `--pid=${router.pid}`, "-f", "/dev/null"]);
  await gone.waitForExit(10_000);
  await gone[Symbol.asyncDispose]();
  assert.ok(!isAlive(sleeper));
  assert.ok(!(await ip("netns", "list")).includes(`beach-${pid}-`));
  assert.deepEqual((await removeAbandoned()).filter((left) => left.includes(`-${pid}-`)), []);
  await owner[Symbol.asyncDispose]();
});
