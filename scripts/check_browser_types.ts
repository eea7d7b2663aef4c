/**
 * Proves that the code shared with browsers uses web standards alone: checks the types of `frames/`, `session/`, `transport/` (without
 * `native/`) and `road/web/` with a `lib` that has the DOM and no Deno.
 */
import { listFiles, ROOT } from "./files.ts";
import { NATIVE } from "./graph/layers.ts";

const SHARED = /^(?:frames|session|transport|road\/web)\/.*\.tsx?$/;

/** Whether a file also runs in browsers, so that it must pass with the browser's types alone. */
export function isShared(path: string): boolean {
  return SHARED.test(path) && !NATIVE.test(path);
}

/** Type-checks `files` (paths from `root`) with the project's settings and the DOM's `lib`. Returns what Deno printed, if it failed. */
export async function checkBrowserTypes(root: string, files: readonly string[]): Promise<string | undefined> {
  // Without a file Deno would check the whole folder.
  if (files.length === 0) return undefined;
  const config = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const browser = {
    imports: config.imports,
    nodeModulesDir: config.nodeModulesDir,
    compilerOptions: {
      ...config.compilerOptions,
      lib: ["dom", "dom.iterable", "dom.asynciterable", "esnext"],
    },
  };
  const folder = await Deno.makeTempDir({ prefix: "beach-check-" });
  try {
    const path = `${folder}/deno.json`;
    await Deno.writeTextFile(path, JSON.stringify(browser));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", path, `--lock=${root}/deno.lock`, "--frozen=false", ...files],
      cwd: root,
      stdin: "null",
    }).output();
    return success ? undefined : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const files = (await listFiles(ROOT)).filter(isShared);
  const failure = await checkBrowserTypes(ROOT, files);
  if (failure === undefined) {
    console.log(`browser types: fine (${files.length} files)`);
  } else {
    console.error(failure);
    console.error(
      "browser types: what the browser shares must use web standards alone; inject what a leaf has",
    );
    Deno.exitCode = 1;
  }
}
