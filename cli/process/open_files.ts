/**
 * How many files this process may have open: each socket, terminal and connection to a viewer is one, and a program that needs one more
 * than allowed may die. The soft limit is raised to the hard one: Deno does that itself, but executables that it compiles do not.
 */

import { Failure } from "./failure.ts";

export interface OpenFiles {
  /** Infinity where the system has no such limit, as on Windows. */
  readonly limit: number;
  /** How many are open; the limit itself where there are so many that they cannot be counted. */
  used(): number;
}

/** `RLIMIT_NOFILE` (`sys/resource.h`). */
const NOFILE = Deno.build.os === "linux" ? 7 : 8;
/** More than any host or road needs; macOS refuses more than 10,240 (`OPEN_MAX`) where its hard limit is unlimited. */
const ENOUGH = Deno.build.os === "darwin" ? 10_240n : 1_048_576n;
/** A host needs 40 itself, and each viewer some (`spare_files.ts`). */
const LEAST = 64;
/** What every system allows, where the limit is unknown. */
const CAUTIOUS = 256;
/** The C library by its names: glibc, musl, macOS. */
const LIBRARIES = Deno.build.os === "darwin" ? ["libSystem.B.dylib"] : ["libc.so.6", "libc.so"];
/** Where a process finds its own files. */
const OWN = Deno.build.os === "linux" ? "/proc/self/fd" : "/dev/fd";

/** Raises the limit, once per process. Throws Failure if a host or a road would die of its first guest. */
export function openFiles(): OpenFiles {
  const limit = raised ??= Deno.build.os === "windows" ? Infinity : raise();
  if (limit < LEAST) {
    throw new Failure({
      what: "Too few files may be open",
      value: String(limit),
      wanted: `${LEAST} or more`,
      hint: "Try: ulimit -n 4096",
    });
  }
  return { limit, used: () => limit === Infinity ? 0 : count(limit) };
}

let raised: number | undefined;

function raise(): number {
  for (const library of LIBRARIES) {
    try {
      const libc = Deno.dlopen(library, {
        getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
        setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
      });
      try {
        return raiseBy(libc.symbols);
      } finally {
        libc.close();
      }
    } catch {
      // The library has another name, or none can be loaded.
    }
  }
  return CAUTIOUS;
}

/** The C functions: 0 is success; the two numbers are the soft limit and the hard one. */
interface Rlimit {
  getrlimit(resource: number, limits: BufferSource): number;
  setrlimit(resource: number, limits: BufferSource): number;
}

function raiseBy({ getrlimit, setrlimit }: Rlimit): number {
  const limits = new BigUint64Array(2);
  if (getrlimit(NOFILE, limits) !== 0) return CAUTIOUS;
  const [soft = 0n, hard = 0n] = limits;
  const wanted = hard < ENOUGH ? hard : ENOUGH;
  if (wanted > soft && setrlimit(NOFILE, new BigUint64Array([wanted, hard])) === 0) return Number(wanted);
  return Number(soft < ENOUGH ? soft : ENOUGH);
}

function count(limit: number): number {
  try {
    let files = 0;
    for (const _file of Deno.readDirSync(OWN)) files++;
    // The list itself was one file.
    return files - 1;
  } catch {
    return limit;
  }
}
