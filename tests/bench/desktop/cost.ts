/** What processes cost: CPU time and memory, as Linux's `/proc` tells (proc(5)). Processor time is the same however busy the machine is; times on the wall are not. */

/** One tick of the kernel's clock in `stat`, ms. */
const TICK = 10;

/** User and system time of these processes so far, all threads, ms. */
export function processTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // Behind the name, which may hold anything: the state, and from the 12th on user and system time.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK;
  }, 0);
}

/** The share of one core that these processes have for `ms`, in per cent. */
export async function coreShare(pids: readonly number[], ms: number): Promise<number> {
  const [before, began] = [processTime(pids), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, ms));
  return (processTime(pids) - before) / (performance.now() - began) * 100;
}

/** Resident memory of a process, MB (2^20 bytes). */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) / 1024;
}

/** How busy the machine is: the load average of the last minute. */
export function load(): string {
  return Deno.readTextFileSync("/proc/loadavg").split(" ")[0]!;
}
