/** What a piece of work costs, whatever runs beside it on the same cores. */
import process from "node:process";

/**
 * Begins to measure; what it returns gives the time that this process has had on the cores since then, ms. A clock on the wall would count
 * the other programs of a busy machine too. It counts all threads, so also the garbage collector's, and those of a worker.
 */
export function cpuTime(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
}

/** The same of the children that have ended since then, in steps of 10 ms; only Linux tells, and elsewhere it is the time on the wall. */
export function childrenCpuTime(): () => number {
  if (Deno.build.os !== "linux") {
    const began = performance.now();
    return () => performance.now() - began;
  }
  // proc_pid_stat(5): cutime and cstime, fields 16 and 17, in ticks; behind the name in brackets comes field 3.
  const ticks = () => {
    const fields = Deno.readTextFileSync("/proc/self/stat").split(") ").at(-1)!.split(" ");
    return Number(fields[13]) + Number(fields[14]);
  };
  const began = ticks();
  return () => (ticks() - began) * 10;
}
