/** The figures that issue 2 asks for: one function each, which prints its line beside its baseline of the same run. */
import xterm from "@xterm/headless";
import { headless, type HeadlessHost } from "../../e2e/headless.ts";
import { BEACH, Scene, SHELL } from "../../e2e/scene.ts";
import { TerminalDriver } from "../../support/terminal_driver.ts";
import { Drain } from "./drain.ts";
import { line, median } from "../figures.ts";
import { start } from "../net/systems.ts";
import { pause } from "../net/pause.ts";
import { startSshd } from "./private_sshd.ts";

const PROMPT = /^\$ ?$/m;
const LONG = 60_000;
const ENV = { PS1: "$ ", PS0: undefined, PROMPT_COMMAND: undefined };

/** From the start of the process to the prompt on its screen; ms. */
async function toPrompt(argv: readonly string[], ready: RegExp = PROMPT): Promise<number> {
  const began = performance.now();
  await using term = TerminalDriver.start(argv, { env: ENV });
  await term.waitForText(ready, LONG);
  return performance.now() - began;
}

/** `executable`: the compiled program, measured beside the source. */
export async function joinOnLoopback(runs: number, executable: string | undefined): Promise<void> {
  await using sshd = await startSshd();
  const times = { ssh: [] as number[], source: [] as number[], executable: [] as number[] };
  await Scene.play(async (scene) => {
    const { ready: { code } } = await headless(scene);
    for (let i = 0; i < runs; i++) {
      times.ssh.push(await toPrompt(sshd.command(`PS1='$ ' ${SHELL.join(" ")}`)));
      times.source.push(await toPrompt([...BEACH, "join", code]));
      if (executable !== undefined) times.executable.push(await toPrompt([executable, "join", code]));
    }
  });
  const ssh = median(times.ssh);
  const beside = (name: string, values: readonly number[]) =>
    values.length === 0
      ? []
      : [`${name} ${Math.round(median(values))} ms (${(median(values) / ssh).toFixed(2)}x)`];
  line(
    "join, loopback",
    ...beside("source", times.source),
    ...beside("executable", times.executable),
    `ssh ${Math.round(ssh)} ms`,
    "budget 1.0x",
  );
}

export async function joinFar(runs: number): Promise<void> {
  const times = { ssh: [] as number[], beach: [] as number[] };
  for (let i = 0; i < runs; i++) {
    for (const system of ["ssh", "beach"] as const) {
      await using running = await start(system, { delayMs: 50 }, `join-${i}`);
      times[system].push(running.firstScreen);
    }
  }
  const [ssh, beach] = [median(times.ssh), median(times.beach)];
  line(
    "join, 100 ms RTT",
    `beach ${Math.round(beach)} ms (${(beach / ssh).toFixed(2)}x)`,
    `ssh ${Math.round(ssh)} ms`,
    "budget 0.7x",
  );
}

async function emulatorAlone(output: Uint8Array): Promise<number> {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 10_000, allowProposedApi: true });
  const began = performance.now();
  for (let at = 0; at < output.length;) {
    await new Promise<void>((resolve) => terminal.write(output.subarray(at, at += 65_536), resolve));
  }
  return performance.now() - began;
}

export async function sequence(lines: number, runs: number): Promise<void> {
  const text = Array.from({ length: lines }, (_, i) => `${i + 1}\r\n`).join("");
  const output = new TextEncoder().encode(text);
  const times = { alone: [] as number[], host: [] as number[], viewer: [] as number[] };
  const shell = ["env", "PS1=$ ", ...SHELL];
  await using host = new Drain([...BEACH, "host", "--", ...shell]);
  const [, code] = await host.sees(/beach join (\S+)(?: --road \S+)?\r*\n/);
  await using viewer = new Drain([...BEACH, "join", code!]);
  await viewer.sees(/\$ /);
  for (let i = 0; i < runs; i++) {
    times.alone.push(await emulatorAlone(output));
    const began = performance.now();
    // A painted row leaves out what was there before: nothing else here has capitals.
    const letters = String.fromCharCode(65 + i).repeat(4);
    viewer.type(`seq 1 ${lines}; echo ${letters}''${letters}\r`);
    const last = new RegExp(letters + letters);
    await Promise.all([
      host.sees(last).then(() => times.host.push(performance.now() - began)),
      viewer.sees(last).then(() => times.viewer.push(performance.now() - began)),
    ]);
  }
  const alone = median(times.alone);
  const beside = (name: string, ms: number) => `${name} ${Math.round(ms)} ms (${(alone / ms).toFixed(2)}x)`;
  line(
    `seq 1 ${lines}`,
    beside("host", median(times.host)),
    beside("viewer", median(times.viewer)),
    `xterm alone ${Math.round(alone)} ms, ${(output.length / 1000 / alone).toFixed(1)} MB/s`,
    "budget 0.7x",
  );
}

export async function interrupt(runs: number): Promise<void> {
  await Scene.play(async (scene) => {
    const { code } = await scene.host();
    const viewer = scene.join(code);
    await viewer.waitForText(PROMPT, LONG);
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      viewer.type("yes\r");
      await viewer.waitForText(/^y\ny\ny$/m, LONG);
      await pause(1000);
      const began = performance.now();
      viewer.type("\x03");
      await viewer.waitForText(PROMPT, LONG);
      times.push(performance.now() - began);
      viewer.type("clear\r");
      await viewer.waitForText(/^\$ ?$/, LONG);
    }
    const [p50, worst] = [Math.round(median(times)), Math.round(Math.max(...times))];
    line("Ctrl-C during yes", `prompt after ${p50} ms, at the most ${worst}`, "budget 150 ms");
  });
}

function residentMb(host: HeadlessHost): number {
  const status = Deno.readTextFileSync(`/proc/${host.process.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

export async function memory(viewers: number): Promise<void> {
  await Scene.play(async (scene) => {
    const host = await headless(scene);
    const sizes = [residentMb(host)];
    for (let i = 0; i < viewers; i++) {
      const viewer = scene.join(host.ready.code);
      await viewer.waitForText(PROMPT, LONG);
      // The second connection comes half a second after the first.
      await pause(1500);
      sizes.push(residentMb(host));
    }
    const each = (sizes.at(-1)! - sizes[1]!) / (viewers - 1);
    const words = `${Math.round(sizes.at(-1)!)} MB with ${viewers} viewers, each ${each.toFixed(1)} MB`;
    line("host memory", words, `none: ${Math.round(sizes[0]!)} MB`, "budget 250 MB, 5 MB");
  });
}
