import { ROOT } from "../../scripts/files.ts";
import type { Need } from "./needs.ts";
import { TempDir } from "./temp_dir.ts";

/** An executable that `deno task compile` made. */
export interface Executable {
  readonly path: string;
  /**
   * Whether it stands on the pinned Deno. The other base is for machines that can't fetch that one; under it
   * `@lydell/node-pty` can't read its terminal, so `host` can't be driven.
   */
  readonly pinned: boolean;
}

/** The Deno whose `compile` writes for the base in `shared/denort`. */
const OLD_DENO = "npm:@deno/linux-x64-glibc@2.6.8";
const SHARED = `${ROOT}../shared/denort/unpack`;

/** What `deno compile` fetches, if nobody names another with `DENORT_BIN`: by path below `https://dl.deno.land/`. */
const BASE = `release/v${Deno.version.deno}/denort-${Deno.build.target}.zip`;
/** A machine that drops packets to where it may not go must not hold up the other tests, ms. */
const ASKING = 5000;

/** Looked for once, and not by downloading it. */
const hasPinned = Deno.env.get("DENORT_BIN") !== undefined || await isServed() || await isCached();
const hasShared = await exists(SHARED);

/** An executable can be made here. */
export const compiler: Need = () =>
  hasPinned || hasShared ? undefined : "needs the base of executables: dl.deno.land, or a file in DENORT_BIN";

/** Compiles the program into `dir`: `main.ts`, or another `entry`. Where Deno's own base can't be had it uses the one in `../shared/denort`. */
export async function compileTo(dir: TempDir, entry?: string): Promise<Executable> {
  const path = dir.join("beach");
  const flags = ["--output", path, ...(entry === undefined ? [] : ["--entry", entry])];
  const compile = (env: Record<string, string>, ...more: string[]) => {
    return run(Deno.execPath(), ["run", "-A", `${ROOT}scripts/compile.ts`, ...flags, ...more], env);
  };
  if (hasPinned) {
    const { success, text } = await compile({});
    if (!success) throw new Error(`could not compile:\n${text}`);
    return { path, pinned: true };
  }
  const base = await run(SHARED, [dir.join("denort")]);
  const old = await compile(
    { DENORT_BIN: base.text.trim(), DENO_TLS_CA_STORE: "system" },
    "--compiler",
    await oldDeno(dir),
  );
  if (!old.success) throw new Error(`could not compile with the base in ${SHARED}:\n${old.text}`);
  return { path, pinned: false };
}

/** The older Deno, through Deno's own npm cache; its file is copied, for the cache drops the permission to run it. */
async function oldDeno(dir: TempDir): Promise<string> {
  const cached = await run(Deno.execPath(), ["cache", "--no-config", "--no-lock", OLD_DENO], {
    DENO_TLS_CA_STORE: "system",
  });
  const { npmCache } = JSON.parse((await run(Deno.execPath(), ["info", "--json"])).text);
  for await (const registry of Deno.readDir(npmCache)) {
    const found = `${npmCache}/${registry.name}/@deno/linux-x64-glibc/2.6.8/deno`;
    if (!await exists(found)) continue;
    await Deno.copyFile(found, dir.join("deno"));
    await Deno.chmod(dir.join("deno"), 0o755);
    return dir.join("deno");
  }
  throw new Error(`could not get ${OLD_DENO}:\n${cached.text}`);
}

async function isServed(): Promise<boolean> {
  try {
    const url = `https://dl.deno.land/${BASE}`;
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ASKING) })).ok;
  } catch {
    return false;
  }
}

async function isCached(): Promise<boolean> {
  const { denoDir } = JSON.parse((await run(Deno.execPath(), ["info", "--json"])).text);
  return await exists(`${denoDir}/dl/${BASE}`);
}

async function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], env, stdin: "null" })
    .output();
  return { success, text: new TextDecoder().decode(success ? stdout : stderr) };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
