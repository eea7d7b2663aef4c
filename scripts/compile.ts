/**
 * `deno task compile`: makes one executable, `dist/beach`, that needs no Deno.
 *
 *     deno task compile [--target TRIPLE] [--output FILE] [--compiler DENO] [--entry FILE]
 *
 * It bundles `main.ts` and each worker first, so that only the two native packages travel as packages: 104 MB instead
 * of 151 (92 of it the runtime), and a start in 50 ms instead of 94. `--compiler` names another Deno for the last step
 * (with `DENORT_BIN` for its base): tests use it where the pinned base can't be fetched. What was made for this machine is started once
 * before it takes its place.
 */
import { basename, dirname, join, resolve } from "node:path";
import { CommandError, explainFailure, UnfitError } from "./compile/compile_failure.ts";
import { findEmbedded } from "./compile/embedded.ts";
import { ROOT } from "./files.ts";
import { withoutOutside } from "./compile/outside_modules.ts";

/** They load native code from files beside them, so they can't be bundled. */
const NATIVE_PACKAGES = ["@lydell/node-pty", "node-datachannel"];

/** Its `module` field names a file that it doesn't ship, and the bundler believes the field. */
const HEADLESS = { name: "@xterm/headless", file: "lib-headless/xterm-headless.js" };

/** A start takes 50 ms; on a machine with busy cores some seconds. */
const START = 30_000;

interface Options {
  /** The program, by path from the root. */
  readonly entry: string;
  readonly output: string;
  readonly target: string;
  readonly compiler: string;
}

type Config = { readonly version: string; readonly imports: Record<string, string> };

/** Builds the executable; returns its path. */
async function compile(options: Options): Promise<string> {
  const { entry, target, compiler } = options;
  const root = resolve(ROOT);
  const output = target.includes("windows") && !options.output.endsWith(".exe")
    ? `${options.output}.exe`
    : options.output;
  await Deno.mkdir(dirname(output), { recursive: true });
  // Beside its place, where it can be started and moved from; what was there stays until then.
  const made = await Deno.makeTempDir({ dir: dirname(output), prefix: ".beach-compile-" });
  const stage = await Deno.makeTempDir({ prefix: "beach-compile-" });
  const path = join(made, basename(output));
  try {
    if (entry === "main.ts") {
      await run(Deno.execPath(), ["run", "-A", "--quiet", "scripts/build_web.ts"], root);
    }
    const config: Config = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
    const { workers, files } = await findEmbedded(root, entry);
    await Deno.writeTextFile(`${stage}/bundle.json`, JSON.stringify(bundleConfig(config)));
    await bundle(root, entry, stage, "main.js");
    for (const worker of workers) await bundle(root, worker, stage, basename(worker));
    for (const file of files) await Deno.copyFile(`${root}/${file}`, `${stage}/${basename(file)}`);
    await Deno.writeTextFile(`${stage}/deno.json`, JSON.stringify(nativeConfig(config)));
    await Deno.copyFile(`${root}/deno.lock`, `${stage}/deno.lock`);
    await run(compiler, [
      ...["compile", "--quiet", "--allow-all", "--no-check", "--target", target],
      // The cache would be a file of a known name in the shared temp folder, which another user could plant. It saves 20 ms.
      "--no-code-cache",
      ...await packageFlags(compiler, target),
      ...[...workers, ...files].flatMap((path) => ["--include", basename(path)]),
      ...["--output", path, "main.js"],
    ], stage);
    if (target === Deno.build.target) await tryOut(path, config.version, stage);
    else console.log(`not started once: it is for ${target}`);
    await Deno.rename(path, output);
    return output;
  } finally {
    for (const folder of [stage, made]) await Deno.remove(folder, { recursive: true });
  }
}

/** Starts it for its version. Throws UnfitError where it does not tell it: a base of another Deno may do something else altogether. */
async function tryOut(path: string, version: string, cwd: string): Promise<void> {
  const { success, said, told } = await start(path, ["--version"], cwd, AbortSignal.timeout(START));
  if (!success || !told.trim().endsWith(version)) {
    throw new UnfitError(`${path} --version`, said || told.trim());
  }
}

/** The project's imports, with the one that the bundler gets wrong spelt out. */
function bundleConfig({ imports, ...rest }: Config): unknown {
  const headless = imports[HEADLESS.name]?.replace("npm:", "npm:/");
  return headless === undefined
    ? { ...rest, imports }
    : { ...rest, imports: { ...imports, [HEADLESS.name]: `${headless}/${HEADLESS.file}` } };
}

/** The packages that travel as they are. The lock file is the project's: Deno leaves out what this does not name. */
function nativeConfig({ imports }: Config): unknown {
  const native = NATIVE_PACKAGES.filter((name) => name in imports).map((name) => [name, imports[name]]);
  return { nodeModulesDir: "none", imports: Object.fromEntries(native) };
}

async function bundle(root: string, from: string, stage: string, to: string): Promise<void> {
  // Names are kept and nothing is minified: it costs under 1 MB, and a stack trace stays readable.
  const flags = [
    "--quiet",
    "--platform",
    "deno",
    "--config",
    `${stage}/bundle.json`,
    `--lock=${root}/deno.lock`,
    "--frozen",
  ];
  const external = NATIVE_PACKAGES.flatMap((name) => ["--external", name]);
  const output = `${stage}/${to}`;
  await run(Deno.execPath(), ["bundle", ...flags, ...external, "--output", output, from], root);
  const { code, absent } = withoutOutside(await Deno.readTextFile(output), NATIVE_PACKAGES);
  await Deno.writeTextFile(output, code);
  if (absent.length > 0) console.log(`${from} does without ${absent.join(", ")}`);
  const left = withoutOutside(code, NATIVE_PACKAGES).absent;
  if (left.length > 0) throw new Error(`the bundle of ${from} still asks for ${left.join(", ")}`);
}

/** Flags that only Deno 2.9 has, and what to leave out. */
async function packageFlags(compiler: string, target: string): Promise<string[]> {
  const [major = 0, minor = 0] = (await versionOf(compiler)).split(".").map(Number);
  const flags: string[] = [];
  if (major > 2 || minor >= 9) {
    flags.push("--exclude-unused-npm");
    // node-pty starts helper programs there (spawn-helper, OpenConsole.exe), which have to be real files.
    if (!target.includes("linux")) flags.push("--self-extracting");
  }
  // Deno's base is linked to glibc, so the addon for musl (19 MB) could never be loaded.
  if (target.includes("linux")) {
    for (const folder of await muslAddons(compiler)) flags.push("--exclude", folder);
  }
  return flags;
}

/** E.g. `2.9.6`. */
async function versionOf(deno: string): Promise<string> {
  return /deno (\S+)/.exec(await run(deno, ["--version"], "."))?.[1] ?? "";
}

async function muslAddons(compiler: string): Promise<string[]> {
  const { npmCache } = JSON.parse(await run(compiler, ["info", "--json"], "."));
  const found: string[] = [];
  for (const registry of await folders(npmCache)) {
    const scope = `${registry}/@node-datachannel`;
    for (const name of await folders(scope)) if (name.endsWith("-musl")) found.push(...await folders(name));
  }
  return found;
}

async function folders(parent: string): Promise<string[]> {
  try {
    const all = await Array.fromAsync(Deno.readDir(parent));
    return all.filter((entry) => entry.isDirectory).map((entry) => `${parent}/${entry.name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Runs a command; returns its stdout, or throws CommandError. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, said, told } = await start(command, args, cwd);
  if (!success) throw new CommandError([command, ...args].join(" "), said);
  return told;
}

/** `told` is its stdout, `said` its stderr. */
async function start(command: string, args: readonly string[], cwd: string, signal?: AbortSignal) {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    stdin: "null",
    signal,
  })
    .output();
  const text = new TextDecoder();
  return { success, said: text.decode(stderr).trim(), told: text.decode(stdout) };
}

function flag(name: string): string | undefined {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
}

if (import.meta.main) {
  const compiler = flag("compiler") ?? Deno.execPath();
  try {
    const output = await compile({
      entry: flag("entry") ?? "main.ts",
      output: resolve(flag("output") ?? `${ROOT}dist/beach`),
      target: flag("target") ?? Deno.build.target,
      compiler,
    });
    const { size } = await Deno.stat(output);
    console.log(`${output}: ${Math.round(size / 1e6)} MB`);
  } catch (error) {
    const version = await versionOf(compiler).catch(() => "of an unknown version");
    console.error(`compile: ${explainFailure(error, version, Deno.env.get("DENORT_BIN"))}`);
    if (Deno.env.get("BEACH_VERBOSE") === "1") console.error(error);
    else console.error("BEACH_VERBOSE=1 shows all that was said.");
    Deno.exitCode = 1;
  }
}
