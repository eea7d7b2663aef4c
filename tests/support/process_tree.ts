import { poll } from "./deadline.ts";

/** Which processes descend from one of ours, read from Linux's `/proc`; elsewhere none are seen. */

/** One process: `started` (clock ticks since boot) tells it from a later one with the same id. */
export interface ProcessRef {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly name: string;
  readonly state: string;
}

/** Reads one process, or undefined if it is gone. */
export function readProcess(pid: number): ProcessRef | undefined {
  let stat: string;
  try {
    stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  // The name is in brackets and may hold anything, so the fields are counted from the last bracket (proc(5)).
  const close = stat.lastIndexOf(")");
  const fields = stat.slice(close + 2).split(" ");
  return {
    pid,
    name: stat.slice(stat.indexOf("(") + 1, close),
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    started: fields[19] ?? "",
  };
}

/** All living descendants of `root`, itself excluded. */
export function descendants(root: number): ProcessRef[] {
  if (Deno.build.os !== "linux") return [];
  const all: ProcessRef[] = [];
  for (const entry of Deno.readDirSync("/proc")) {
    const pid = Number(entry.name);
    const process = Number.isInteger(pid) ? readProcess(pid) : undefined;
    if (process) all.push(process);
  }
  const family = new Set([root]);
  // A child may come before its parent in the listing (ids wrap), so repeat until nothing is added.
  for (let grew = true; grew;) {
    grew = false;
    for (const process of all) {
      if (family.has(process.parent) && !family.has(process.pid)) {
        family.add(process.pid);
        grew = true;
      }
    }
  }
  return all.filter((process) => process.pid !== root && family.has(process.pid));
}

/** Whether this very process still runs (a zombie does not). */
export function isAlive(ref: ProcessRef): boolean {
  const now = readProcess(ref.pid);
  return now !== undefined && now.started === ref.started && now.state !== "Z";
}

/** Sends `signal` to this very process; false if it is gone. */
export function signalProcess(ref: ProcessRef, signal: Deno.Signal): boolean {
  if (!isAlive(ref)) return false;
  try {
    Deno.kill(ref.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Kills these very processes and waits until they are gone. */
export async function endAll(refs: readonly ProcessRef[]): Promise<void> {
  for (const ref of refs) signalProcess(ref, "SIGKILL");
  const names = refs.map((ref) => `${ref.name} (${ref.pid})`).join(", ");
  if (refs.some(isAlive)) await poll(() => !refs.some(isAlive), 2000, `the end of ${names}`, 2);
}

/** The ids of segments of SysV shared memory that were made by one of these processes. Others' come and go meanwhile. */
export function segmentsOf(pids: readonly number[]): string[] {
  const [, ...rows] = Deno.readTextFileSync("/proc/sysvipc/shm").trimEnd().split("\n");
  // key, id, mode, size, the maker's pid, …
  return rows.map((row) => row.trim().split(/\s+/)).filter(([, , , , maker]) => pids.includes(Number(maker)))
    .map(([, id]) => id!);
}
