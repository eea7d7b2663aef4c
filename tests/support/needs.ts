/**
 * What a test needs of the machine. A test that can't have it is left out and says so in one line, which
 * `deno task test` gathers; with `BEACH_REQUIRE_ALL=1` it fails instead.
 */
import { whyNoLab } from "../net/namespaces.ts";

/** Says why it can't be had here, or undefined if it can. */
export type Need = () => string | undefined;

/** Namespaces, TUN devices and root, for `Lab`. */
export const lab: Need = whyNoLab;

/** A PTY as Unix has it. */
export const unixTerminal: Need = () => Deno.build.os === "windows" ? "needs a Unix terminal" : undefined;

/** `/proc`, to look at other processes. */
export const linux: Need = () => Deno.build.os === "linux" ? undefined : "needs Linux's /proc";

/** glibc, to compare with. */
export const glibc: Need = () =>
  linux() ?? (findFile("libc.so.6", LIBRARIES) === undefined ? "needs glibc" : undefined);
const LIBRARIES = ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib", "/usr/lib64"];

/** A program on PATH, e.g. `program("vim")`. */
export function program(...names: readonly string[]): Need {
  return () => findProgram(...names) === undefined ? `needs ${names.join(" or ")} on PATH` : undefined;
}

/** Debian's Chromium, or another under its usual names. */
export const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"] as const;
export const chromium: Need = program(...CHROMIUM);

/** The path of the first of these programs on PATH (and in sbin, where servers are), or undefined. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return names.map((name) => findFile(name, folders)).find((path) => path !== undefined);
}

function findFile(name: string, folders: readonly string[]): string | undefined {
  for (const path of folders.map((folder) => `${folder}/${name}`)) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * A test that needs something of the machine.
 *
 *     testWith([needs.lab, needs.program("vim")], "vim through a lossy link", async () => { … });
 */
export function testWith(needs: readonly Need[], name: string, fn: () => void | Promise<void>): void {
  const reasons = needs.map((need) => need()).filter((reason) => reason !== undefined);
  if (reasons.length === 0) {
    Deno.test(name, fn);
    return;
  }
  const why = reasons.join("; ");
  console.log(`skipped: ${name}: ${why}`);
  const required = Deno.env.get("BEACH_REQUIRE_ALL") === "1";
  Deno.test({
    name,
    ignore: !required,
    fn: () => {
      throw new Error(`BEACH_REQUIRE_ALL=1, but this test ${why}`);
    },
  });
}
