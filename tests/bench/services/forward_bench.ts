/**
 * `join -L` beside `ssh -L` on the networks of the network bench: first byte of an HTTP GET, and throughput. In turns, in one run, and all
 * through a session in which nobody types. Needs what `tests/net/` needs, and curl.
 *
 *     deno run -A tests/bench/services/forward_bench.ts [--quick] [--runs N] [--networks loopback,0,5,1m]
 */
import type { LinkShape } from "../../net/link.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { median } from "../figures.ts";
import { NETWORKS } from "../net/networks.ts";
import { CONGESTION, type Running, start } from "../net/systems.ts";
import { list, option } from "../options.ts";

const FORWARD = "7000:127.0.0.1:8000";
const MB = 1_000_000;
const quick = Deno.args.includes("--quick");
const runs = Number(option("runs") ?? (quick ? 1 : 3));

interface Path {
  readonly title: string;
  readonly link: Partial<LinkShape>;
  /** What goes over it in some ten seconds; bytes. */
  readonly bytes: number;
}

const PATHS: Readonly<Record<string, Path>> = {
  loopback: { title: "no delay", link: {}, bytes: 200 * MB },
  "0": { ...NETWORKS["0"]!, bytes: 50 * MB },
  "5": { ...NETWORKS["5"]!, bytes: MB },
  "1m": { ...NETWORKS["1m"]!, bytes: MB },
};

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
  await using running = await start(system, link, seed, "never", { host: ["--forward", "8000"], join });
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

console.log(
  `TCP congestion control: ${CONGESTION}. ${runs} run(s), medians. Load ${
    Deno.loadavg()[0]!.toFixed(1)
  } at the start.`,
);
console.log("| network | system | first byte, ms | throughput, kB/s |\n|---|---|---|---|");
for (const name of list("networks", Object.keys(PATHS))) {
  const path = PATHS[name]!;
  const all = { beach: [], ssh: [] } as Record<"beach" | "ssh", Awaited<ReturnType<typeof measure>>[]>;
  for (let run = 0; run < runs; run++) {
    for (const system of ["beach", "ssh"] as const) {
      try {
        all[system].push(await measure(system, path, `forward-${run}`));
      } catch (error) {
        console.error(`${system} on ${name}: ${String(error).slice(0, 400)}`);
      }
    }
  }
  for (const system of ["beach", "ssh"] as const) {
    const first = median(all[system].map((figures) => figures.first)).toFixed(0);
    const speed = (median(all[system].map((figures) => figures.speed)) / 1000).toFixed(0);
    console.log(`| ${path.title} | ${system} -L | ${first} | ${speed} |`);
  }
}
