/** Network namespaces by name, through iproute2's `ip`. */

/** Where `ip netns` keeps them. */
export const NAMESPACES = "/run/netns";
/** `beach-<pid of the test>-<lab number>-<host>`: the owner is in the name, so that what a dead test left can be told. */
const OURS = /^beach-(\d+)-\d+-[a-z0-9]+$/;

/** Runs `ip`; returns its output or throws Error with what it said. */
export async function ip(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("ip", { args, stdin: "null" }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${text.decode(stderr).trim()}`);
  return text.decode(stdout);
}

/** Ends every process in the namespace and removes it. Nothing happens if it is gone. */
export async function removeNamespace(name: string): Promise<void> {
  if (!(await list()).includes(name)) return;
  for (const pid of (await ip("netns", "pids", name)).split("\n").filter(Boolean)) {
    try {
      Deno.kill(Number(pid), "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  await ip("netns", "del", name);
}

/** Removes the namespaces of tests that no longer run. Returns their names. */
export async function removeAbandoned(): Promise<string[]> {
  const abandoned = (await list()).filter((name) => {
    const owner = OURS.exec(name)?.[1];
    return owner !== undefined && !exists(`/proc/${owner}`);
  });
  for (const name of abandoned) await removeNamespace(name).catch(() => {});
  return abandoned;
}

/** Why a lab can't be had here, or undefined if it can. */
export function whyNoLab(): string | undefined {
  if (Deno.build.os !== "linux") return "the network lab needs Linux";
  if (Deno.uid() !== 0) return "the network lab needs root (network namespaces and TUN devices)";
  if (!exists("/dev/net/tun")) return "the network lab needs /dev/net/tun (modprobe tun)";
  const found = (name: string) =>
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((dir) => exists(`${dir}/${name}`));
  if (!found("ip")) return "the network lab needs `ip` (install iproute2)";
  if (!found("nsenter")) return "the network lab needs `nsenter` (install util-linux)";
  return undefined;
}

async function list(): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(NAMESPACES)) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
