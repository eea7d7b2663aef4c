/**
 * `beach cp`. One file of 1 GiB on the loopback, both ways, in turns with the same bytes through `join -L`, which is one stream of the bulk lane;
 * with what both ends have in memory beyond what they have idle. And 10,000 files of 1 KiB with `-r`, both ways, with no delay and with 100 ms there and back.
 * Needs Linux, curl and python3, and what `tests/net/` needs.
 *
 *     deno run -A tests/bench/services/files_bench.ts [--parts large,many] [--runs N] [--mb N]
 */
import { BEACH, Scene, START } from "../../e2e/scene.ts";
import { headless } from "../../e2e/headless.ts";
import { forwarding, freePort } from "../../e2e/services/services_scene.ts";
import { writeLarge } from "../../e2e/services/copies_scene.ts";
import { Lab } from "../../net/lab.ts";
import type { Spawned } from "../../support/spawned.ts";
import { median } from "../figures.ts";
import { list, option } from "../options.ts";

const MB = 1024 * 1024;
const size = Number(option("mb") ?? 1024) * MB;
const runs = Number(option("runs") ?? 3);
const parts = list("parts", ["large", "many"]);
const MANY = 10_000;
/** For the longest of it on a busy machine; ms. */
const LONG = 600_000;
/** How often memory is looked at; ms. */
const LOOK = 100;

/** Seconds until `run` has ended well. */
async function seconds(run: Spawned): Promise<number> {
  const began = performance.now();
  const { code } = await run.waitForExit(LONG);
  if (code !== 0) throw new Error(run.tail());
  return (performance.now() - began) / 1000;
}

/** MiB that a process has in memory. */
function memory({ pid }: Spawned): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The most that each had in memory while `work` ran; MiB. */
async function most<T>(
  processes: readonly Spawned[],
  work: Promise<T>,
): Promise<{ done: T; most: number[] }> {
  const most = processes.map(() => 0);
  const look = () => processes.forEach((process, i) => most[i] = Math.max(most[i]!, memory(process)));
  const timer = setInterval(look, LOOK);
  try {
    return { done: await work, most };
  } finally {
    clearInterval(timer);
  }
}

async function large(scene: Scene): Promise<void> {
  const [here, shared] = [scene.dir.join("here"), scene.dir.join("shared")];
  for (const folder of [here, shared]) await Deno.mkdir(folder);
  await writeLarge(`${shared}/large`, size);
  const port = freePort();
  const serve = ["python3", "-m", "http.server", "-b", "127.0.0.1", "-d", shared, `${port}`];
  await scene.run(serve).waitForOutput(/Serving/, START);
  const args = ["--files", shared, "--forward", `${port}`];
  const host = await headless(scene, { args });
  const { code } = host.ready;
  const { join, ports: [local] } = await forwarding(scene, code, [`localhost:${port}`]);
  // What a viewer and a host have in memory before a byte goes.
  const idle = [memory(join), memory(host.process)];
  const all: Record<string, number[]> = { "through -L": [], "cp from the host": [], "cp to the host": [] };
  const memories: string[] = [];
  for (let run = 0; run < runs; run++) {
    const got = scene.run(["curl", "-sS", "-o", `${here}/curl`, `http://127.0.0.1:${local}/large`]);
    all["through -L"]!.push(await seconds(got));
    const get = scene.run([...BEACH, "cp", `${code}:large`, `${here}/got`]);
    const there = await most([get, host.process], seconds(get));
    all["cp from the host"]!.push(there.done);
    const put = scene.run([...BEACH, "cp", `${here}/got`, `${code}:put`]);
    const back = await most([put, host.process], seconds(put));
    all["cp to the host"]!.push(back.done);
    const more = ({ most }: { most: number[] }) =>
      most.map((now, i) => Math.round(now - idle[i]!)).join(" and ");
    memories.push(`${more(there)}, ${more(back)}`);
    for (const path of [`${here}/got`, `${here}/curl`, `${shared}/put`]) await Deno.remove(path);
  }
  console.log(
    `${
      size / MB
    } MiB on the loopback, ${runs} runs, medians (a start of cp, and its fsync, are in its time):`,
  );
  for (const [name, times] of Object.entries(all)) {
    console.log(
      `| ${name} | ${median(times).toFixed(1)} s | ${(size / MB / median(times)).toFixed(0)} MiB/s |`,
    );
  }
  console.log(
    `MiB more in memory than idle ends have (viewer and host, from the host; viewer and host, to it): ${
      memories.join("; ")
    }`,
  );
}

async function many(scene: Scene, delayMs: number): Promise<void> {
  const [from, shared] = [scene.dir.join("many"), scene.dir.join("shared")];
  await Deno.mkdir(shared);
  for (let i = 0; i < MANY; i++) {
    if (i % 100 === 0) await Deno.mkdir(`${from}/${i / 100}`, { recursive: true });
    const bytes = crypto.getRandomValues(new Uint8Array(1024));
    await Deno.writeFile(`${from}/${Math.floor(i / 100)}/${i % 100}`, bytes);
  }
  const { ready: { code } } = await headless(scene, { args: ["--files", shared], on: "host" });
  const put = await seconds(scene.run([...BEACH, "cp", "-r", from, `${code}:`], "viewer"));
  const get = await seconds(
    scene.run([...BEACH, "cp", "-r", `${code}:many`, scene.dir.join("back")], "viewer"),
  );
  console.log(
    `| ${delayMs * 2} ms there and back | ${put.toFixed(1)} s to the host | ${get.toFixed(1)} s from it |`,
  );
}

console.log(`Load ${Deno.loadavg()[0]!.toFixed(1)} at the start.`);
if (parts.includes("large")) await Scene.play(large);
if (parts.includes("many")) {
  console.log(`${MANY} files of 1 KiB in 100 folders:`);
  for (const delayMs of [0, 50]) {
    await using lab = await Lab.create({ seed: 1, hosts: ["host", "viewer"], link: { delayMs } });
    await Scene.play((scene) => many(scene, delayMs), lab);
  }
}
