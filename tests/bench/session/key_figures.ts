/** Key to echo through the whole path on this machine, beside the terminal's own echo and `ssh`, in turns (issue 2). */
import { BEACH } from "../../e2e/scene.ts";
import { TerminalDriver } from "../../support/terminal_driver.ts";
import { Drain } from "./drain.ts";
import { line, median, percentile } from "../figures.ts";
import { keyTimes } from "../net/keys.ts";
import { pause } from "../net/pause.ts";
import { startSshd } from "./private_sshd.ts";

const LONG = 60_000;
/** Keys typed into one terminal before the next has its turn: what the machine does to one it does to all. */
const TURN = 30;
const MINUTE = 60_000;

interface Echo {
  readonly ms: number;
  /** Ticks that a hypervisor took from this machine in about the time of the key; NaN where the system does not say. */
  readonly stolen: number;
}

/** The time that a hypervisor has taken from all cores, ticks of mostly 10 ms (`proc_stat(5)`). */
function stolen(): number {
  try {
    return Number(/^cpu +(?:\d+ +){7}(\d+)/.exec(Deno.readTextFileSync("/proc/stat"))?.[1]);
  } catch {
    return NaN;
  }
}

/**
 * A person's keys one by one into `cat`, whose terminal echoes each; from key to the echo's bytes: what a terminal needs to draw them
 * is not Beach's, and `xterm.js` beside us takes 2 ms.
 */
async function echoes(term: TerminalDriver, count: number): Promise<Echo[]> {
  const all: Echo[] = [];
  for (let i = 0; i < count; i++) {
    const before = stolen();
    const { times: [ms] } = await keyTimes(term, 1, () => 20 + 20 * Math.random(), true, (glyph) => glyph);
    // Behind the pause: a core's tick may come later than what was stolen from it.
    all.push({ ms: ms!, stolen: stolen() - before });
  }
  // The line ends with the turn; `cat` repeats it.
  term.type("\r");
  await pause(50);
  return all;
}

function words(echoes: readonly Echo[]): string {
  const times = echoes.map(({ ms }) => ms);
  return `p50 ${median(times).toFixed(2)} p99 ${percentile(times, 0.99).toFixed(2)} (${times.length} keys)`;
}

function report(name: string, own: readonly Echo[], far: readonly Echo[], whole: readonly Echo[]): void {
  const p50 = (echoes: readonly Echo[]) => median(echoes.map(({ ms }) => ms));
  line(
    name,
    `${words(whole)}, p50 +${(p50(whole) - p50(own)).toFixed(2)}`,
    `the PTY alone ${words(own)}`,
    `ssh ${words(far)}`,
    "budget p50 +2, p99 8",
  );
}

/** The host's terminal only takes what is shown: to draw it too would be work of this process between a key and its echo. */
export async function keys(count: number): Promise<void> {
  await using sshd = await startSshd();
  await using pty = TerminalDriver.start(["cat"]);
  await using ssh = TerminalDriver.start(sshd.command("echo here; exec cat"));
  await using host = new Drain([...BEACH, "host", "--", "sh", "-c", "echo here; exec cat"]);
  const [, code] = await host.sees(/beach join (\S+)(?: --road \S+)?\r*\n/);
  await using beach = TerminalDriver.start([...BEACH, "join", code!, "--predict", "never"]);
  for (const term of [ssh, beach]) await term.waitForText(/^here$/m, LONG);
  // After a minute of typing both ends' code is warm, and V8 has given back what the start took (half a minute after it, once).
  for (const began = performance.now(); performance.now() - began < MINUTE;) await echoes(beach, TURN);
  for (const term of [pty, ssh]) await echoes(term, 2 * TURN);
  const [own, far, whole] = [[] as Echo[], [] as Echo[], [] as Echo[]];
  while (whole.length < count) {
    own.push(...await echoes(pty, TURN));
    far.push(...await echoes(ssh, TURN));
    whole.push(...await echoes(beach, TURN));
  }
  report("key to echo, ms", own, far, whole);
  // An estimate: ticks are coarse, and a long key meets more of them.
  const kept = [own, far, whole].map((echoes) => echoes.filter(({ stolen }) => stolen === 0));
  if (kept.every((echoes) => echoes.length > 0)) {
    report("  but where time was stolen", kept[0]!, kept[1]!, kept[2]!);
  }
}
