/** Copies of the sources with one mechanism taken away: so no product code has a switch that only a bench uses. */
import type { Change } from "./mechanisms.ts";
import type { Measured } from "./measure.ts";

const ROOT = new URL("../../../", import.meta.url);
/** What the measurements need. */
const PARTS = [
  "deno.json",
  "deno.lock",
  "frames",
  "session",
  "transport",
  "tests/net",
  "tests/bench/ablation",
];

/**
 * The text of a file with `change` made.
 * @throws {Error} unless `change.from` stands there exactly once
 */
export function changed(source: string, { file, from, to }: Change): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
  return parts.join(to);
}

/** The source of a file of this repository. */
export function sourceOf(file: string): Promise<string> {
  return Deno.readTextFile(new URL(file, ROOT));
}

/** Runs `measure.ts` with the seeds from one to the other in a copy of the sources with `changes` made. `only`: a workload, and a network. */
export async function measured(
  changes: readonly Change[],
  seeds: readonly [number, number],
  only: readonly string[],
): Promise<Measured> {
  const copy = await Deno.makeTempDir({ prefix: "beach-ablation-" });
  try {
    for (const part of PARTS) await copyTree(new URL(part, ROOT), `${copy}/${part}`);
    for (const change of changes) {
      const path = `${copy}/${change.file}`;
      await Deno.writeTextFile(path, changed(await Deno.readTextFile(path), change));
    }
    const args = [
      "run",
      "-A",
      "--no-check",
      "tests/bench/ablation/measure.ts",
      ...seeds.map(String),
      ...only,
    ];
    const run = new Deno.Command(Deno.execPath(), { args, cwd: copy, stdout: "piped", stderr: "piped" });
    const { success, stdout, stderr } = await run.output();
    const text = new TextDecoder();
    if (!success) throw new Error(text.decode(stderr));
    return JSON.parse(text.decode(stdout));
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

async function copyTree(from: URL, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) {
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    return Deno.copyFile(from, to);
  }
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copyTree(new URL(`${from.href.replace(/\/$/, "")}/${name}`), `${to}/${name}`);
  }
}
