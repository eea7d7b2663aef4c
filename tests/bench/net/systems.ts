/** The systems that the network bench compares: how each starts in a lab, and its cost in bytes and CPU. */
import { Lab } from "../../net/lab.ts";
import type { LinkShape } from "../../net/link.ts";
import { DEVICE } from "../../net/router.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { pause } from "./pause.ts";

export const SYSTEMS = ["beach", "single", "websocket", "ssh", "mosh"] as const;
export type System = typeof SYSTEMS[number];

/** The TCP congestion control of every namespace: what most machines run. This kernel's own default, BBR, flatters TCP under loss. */
export const CONGESTION = "cubic";
export const PROMPT = "ready>";
/** From the first screen to the first measure, so that every system has found its best path; ms. */
const SETTLE = 4000;

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;
export const FAR = new URL("./far_side.ts", import.meta.url).pathname;
const ENV = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", PS1: `${PROMPT} `, BEACH_DEBUG_LOG: undefined };
const SHELL = ["env", `PS1=${PROMPT} `, "LC_ALL=C.UTF-8", "bash", "--norc", "--noprofile", "-i"];
const FLAGS: Partial<Record<System, string>> = {
  single: "--force-single-channel",
  websocket: "--force-websocket",
};

/** A shell at `host`, seen at `viewer`. Disposing it ends all of it. */
export interface Running extends AsyncDisposable {
  readonly lab: Lab;
  readonly terminal: TerminalDriver;
  /** From the start of the viewer's process to the prompt on its screen; ms. */
  readonly firstScreen: number;
  /** Beach's join code. */
  readonly code?: string;
}

/** Whether keys show before the far side has answered: not where a round trip is measured, a guess is no answer. */
export type Guessing = "never" | "adaptive";

/** More flags for `beach host`, and for `beach join` or ssh. */
export interface MoreFlags {
  readonly host?: readonly string[];
  readonly join?: readonly string[];
  /** TCP's congestion control, if it is another one. */
  readonly congestion?: string;
}

/**
 * Starts `system` in a lab of its own with links of this shape; the road's links have it too.
 */
export async function start(
  system: System,
  link: Partial<LinkShape>,
  seed: string,
  guessing: Guessing = "never",
  { host = [], join = [], congestion = CONGESTION }: MoreFlags = {},
): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const lab = stack.use(await Lab.create({ seed, hosts: ["host", "viewer", "road"] }));
  for (const host of ["host", "viewer", "road"]) await setCongestion(lab, host, congestion);
  const command = system === "ssh" || system === "mosh"
    ? await overSsh(system, lab, stack, guessing, join)
    : await overBeach(system, lab, stack, { host, join: ["--predict", guessing, ...join] });
  const code = system === "ssh" || system === "mosh" ? {} : { code: command[command.indexOf("join") + 1]! };
  await lab.shapeAll(link);
  const began = performance.now();
  const terminal = stack.use(lab.terminal("viewer", command, { env: ENV }));
  await terminal.waitForText(new RegExp(`^${PROMPT}`, "m"), 60_000);
  const firstScreen = performance.now() - began;
  await pause(SETTLE);
  const owned = stack.move();
  return { lab, terminal, firstScreen, ...code, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** By the route: a namespace's `sysctl` refuses what the machine does not allow to everybody, as some have it with cubic. */
async function setCongestion(lab: Lab, host: string, congestion: string): Promise<void> {
  const route = ["10.99.0.0/16", "dev", DEVICE, "proto", "kernel", "scope", "link", "src", lab.address(host)];
  await using setting = lab.run(host, ["ip", "route", "change", ...route, "congctl", congestion]);
  const { code } = await setting.waitForExit(5000);
  if (code !== 0) throw new Error(`no TCP congestion control ${congestion} here: ${setting.stderr}`);
}

async function overBeach(
  system: System,
  lab: Lab,
  stack: AsyncDisposableStack,
  flags: Required<Pick<MoreFlags, "host" | "join">>,
): Promise<string[]> {
  const beach = (...args: string[]) => [Deno.execPath(), "run", "-A", "--no-prompt", MAIN, ...args];
  const road = stack.use(lab.run("road", beach("road", "--listen", `${lab.address("road")}:8080`)));
  await road.waitForOutput(/8080/, 20_000);
  const url = `http://${lab.address("road")}:8080`;
  const flag = FLAGS[system] ? [FLAGS[system]] : [];
  const log = Deno.env.get("BENCH_LOG") ? ["-v", "--debug-log", `${Deno.env.get("BENCH_LOG")}-host`] : [];
  const host = stack.use(
    lab.run(
      "host",
      beach("host", "--road", url, "--headless", "--json", ...log, ...flag, ...flags.host, "--", ...SHELL),
    ),
  );
  const code = await host.waitForLine(
    (line) => JSON.parse(line).code as string | undefined,
    20_000,
    "a code",
  );
  const debug = Deno.env.get("BENCH_LOG") ? ["-v", "--debug-log", `${Deno.env.get("BENCH_LOG")}-join`] : [];
  return beach("join", code, "--road", url, ...flags.join, ...flag, ...debug);
}

/** An sshd of our own in the host's namespace, with keys that live as long as the lab. */
async function overSsh(
  system: "ssh" | "mosh",
  lab: Lab,
  stack: AsyncDisposableStack,
  guessing: Guessing,
  flags: readonly string[],
): Promise<string[]> {
  const folder = stack.use(await TempDir.create("beach-bench-")).path;
  for (const key of ["host", "user"]) {
    await using making = Spawned.start([
      "ssh-keygen",
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-f",
      `${folder}/${key}`,
    ]);
    await making.waitForExit(10_000);
  }
  await Deno.copyFile(`${folder}/user.pub`, `${folder}/authorized`);
  await Deno.writeTextFile(
    `${folder}/sshd_config`,
    [
      `Port 2222`,
      `ListenAddress ${lab.address("host")}`,
      `HostKey ${folder}/host`,
      `PidFile ${folder}/pid`,
      `AuthorizedKeysFile ${folder}/authorized`,
      "StrictModes no",
      "PermitRootLogin yes",
      "UsePAM no",
      "UseDNS no",
      "PrintMotd no",
      "PrintLastLog no",
      "AcceptEnv LANG LC_* PS1",
      "",
    ].join("\n"),
  );
  await Deno.mkdir("/run/sshd", { recursive: true });
  const sshd = stack.use(lab.run("host", ["/usr/sbin/sshd", "-D", "-e", "-f", `${folder}/sshd_config`]));
  await sshd.waitForOutput(/listening/i, 10_000);
  const options = ["-p", "2222", "-i", `${folder}/user`, "-F", "/dev/null", ...flags];
  for (const option of ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]) {
    options.push("-o", option);
  }
  const at = `root@${lab.address("host")}`;
  const shell = SHELL.map((word) => word.includes(" ") ? `'${word}'` : word).join(" ");
  if (system === "ssh") return ["ssh", "-tt", ...options, at, shell];
  const ssh = `--ssh=ssh ${options.join(" ")}`;
  return [
    "mosh",
    `--predict=${guessing}`,
    ssh,
    "--server=env LC_ALL=C.UTF-8 mosh-server",
    at,
    "--",
    ...SHELL,
  ];
}

/** Seconds of CPU that all processes in the namespaces of host and viewer have used, the far program's included. */
export async function cpuSeconds(lab: Lab): Promise<{ host: number; viewer: number }> {
  const used = async (host: "host" | "viewer") => {
    await using listing = lab.run(host, [
      "sh",
      "-c",
      "readlink /proc/self/ns/net; for p in /proc/[0-9]*; do " +
      'echo "$(readlink $p/ns/net) $(cat $p/stat 2>/dev/null)"; done',
    ]);
    await listing.waitForExit(10_000);
    const [own, ...rows] = listing.stdout.split("\n");
    let ticks = 0;
    for (const row of rows) {
      if (!row.startsWith(own!)) continue;
      const fields = row.slice(row.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }
    return ticks / 100;
  };
  return { host: await used("host"), viewer: await used("viewer") };
}

/** IP bytes that host and viewer have sent so far, to each other and through the road. */
export async function wireBytes(lab: Lab): Promise<number> {
  let sum = 0;
  for (const [from, to] of [["host", "viewer"], ["viewer", "host"], ["host", "road"], ["viewer", "road"]]) {
    sum += (await lab.counters(from!, to!)).sentBytes;
  }
  return sum;
}
