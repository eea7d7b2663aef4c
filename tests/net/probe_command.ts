/** The command line of `probe.ts`, to be run on a host of the lab. */
const PROBE = new URL("./probe.ts", import.meta.url).pathname;

export function probe(mode: "echo" | "ping" | "send", ...args: readonly (string | number)[]): string[] {
  return [Deno.execPath(), "run", "-A", "--unstable-net", "--no-prompt", PROBE, mode, ...args.map(String)];
}
