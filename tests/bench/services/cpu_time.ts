/** What a bench costs, however busy the machine is: the CPU time of its processes (Linux: `/proc`, proc(5)). */

/** One tick of the kernel's clock in `stat`, ms. */
const TICK = 10;

/** CPU time of this process and all that it has started and that still run, ms. */
export function cpuTime(): number {
  const all = new Map([...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return stat ? [[Number(name), stat] as const] : [];
  }));
  const ours = (pid: number): boolean => pid === Deno.pid || all.has(pid) && ours(all.get(pid)!.parent);
  return [...all].filter(([pid]) => ours(pid)).reduce((sum, [, { ms }]) => sum + ms, 0);
}

function statOf(pid: number): { readonly parent: number; readonly ms: number } | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // Behind the name, which may hold anything: the state, the parent, and from the 12th on user and system time.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK };
  } catch {
    // It has ended meanwhile.
  }
}
