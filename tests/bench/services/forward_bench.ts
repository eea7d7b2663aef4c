/**
 * `join -L` beside `ssh -L` on the networks of the network bench: first byte of an HTTP GET, and throughput, and beside them what SCTP itself
 * carries (`ceiling.ts`). In turns, in one run, and all through a session in which nobody types. Needs what `tests/net/` needs, and curl.
 *
 *     deno run -A tests/bench/services/forward_bench.ts [--quick] [--runs N] [--networks loopback,0,5,1m] [--congestion cubic|bbr]
 */
import { Lab } from "../../net/lab.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { median } from "../figures.ts";
import { CONGESTION, type Running, start } from "../net/systems.ts";
import { list, option } from "../options.ts";
import { ceiling, OURS } from "./ceiling.ts";
import { type Path, PATHS } from "./paths.ts";

const FORWARD = "7000:127.0.0.1:8000";
const quick = Deno.args.includes("--quick");
const runs = Number(option("runs") ?? (quick ? 1 : 3));

/** TCP's, for every namespace. */
const congestion = option("congestion") ?? CONGESTION;

/** What `curl` in the viewer's namespace says of one GET: ms to the first byte, and bytes a second. */
async function get(
  { lab }: Running,
  name: string,
): Promise<{ readonly first: number; readonly speed: number }> {
  const words = "%{time_starttransfer} %{speed_download} %{http_code}";
  await using curl = lab.run("viewer", [
    "curl",
    "-sS",
    "-o",
    "/dev/null",
    "-w",
    words,
    `http://127.0.0.1:7000/${name}`,
  ]);
  await curl.waitForExit(180_000);
  const [first, speed, status] = curl.stdout.split(" ").map(Number);
  if (status !== 200) throw new Error(`curl: ${curl.stdout} ${curl.stderr}`);
  return { first: first! * 1000, speed: speed! };
}

async function measure(system: "beach" | "ssh", { link, bytes }: Path, seed: string) {
  await using dir = await TempDir.create("beach-bench-");
  await Deno.writeFile(dir.join("large"), new Uint8Array(quick ? bytes / 4 : bytes));
  await Deno.writeTextFile(dir.join("small"), "small");
  const join = ["-L", FORWARD];
  const flags = { host: ["--forward", "8000"], join, congestion };
  await using running = await start(system, link, seed, "never", flags);
  await using server = running.lab.run("host", [
    "python3",
    "-m",
    "http.server",
    "-b",
    "127.0.0.1",
    "-d",
    dir.path,
    "8000",
  ]);
  await server.waitForOutput(/Serving/, 10_000);
  const firsts: number[] = [];
  for (let i = 0; i < (quick ? 5 : 20); i++) firsts.push((await get(running, "small")).first);
  return { first: median(firsts), speed: (await get(running, "large")).speed };
}

/** What a bare channel carries there, bytes a second. */
async function bare({ link, bytes }: Path, seed: string): Promise<number> {
  await using lab = await Lab.create({ seed, hosts: ["host", "viewer"], link });
  return await ceiling(lab, { ...OURS, bytes: quick ? bytes / 4 : bytes });
}

/** What `attempt` gives; undefined, and a line, if it fails. */
async function tried<T>(what: string, attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    console.error(`${what}: ${String(error).slice(0, 400)}`);
  }
}

const load = () => Deno.loadavg()[0]!.toFixed(1);
const kilo = (speeds: readonly number[]) => (median(speeds) / 1000).toFixed(0);
console.log(`TCP congestion control: ${congestion}. ${runs} run(s), medians. Load ${load()} at the start.`);
console.log("| network | system | first byte, ms | throughput, kB/s |\n|---|---|---|---|");
for (const name of list("networks", Object.keys(PATHS))) {
  const path = PATHS[name]!;
  const all = { beach: [], ssh: [] } as Record<"beach" | "ssh", Awaited<ReturnType<typeof measure>>[]>;
  const ceilings: number[] = [];
  for (let run = 0; run < runs; run++) {
    const seed = `forward-${run}`;
    for (const system of ["beach", "ssh"] as const) {
      const figures = await tried(`${system} on ${name}`, () => measure(system, path, seed));
      if (figures) all[system].push(figures);
    }
    const speed = await tried(`a bare channel on ${name}`, () => bare(path, seed));
    if (speed !== undefined) ceilings.push(speed);
  }
  for (const system of ["beach", "ssh"] as const) {
    const first = median(all[system].map((figures) => figures.first)).toFixed(0);
    console.log(
      `| ${path.title} | ${system} -L | ${first} | ${kilo(all[system].map(({ speed }) => speed))} |`,
    );
  }
  console.log(`| ${path.title} | a bare data channel | | ${kilo(ceilings)} |`);
}
console.log(`Load ${load()} at the end.`);
