/**
 * Large output on the lossy channel, on the reliable one, and as `--fallback-loss` chooses, in turns, by kind of loss, round trip and loss: where the
 * crossing point lies. One table; medians in ms, and whole frames a second of a redraw 60 times a second. Needs what `tests/net/` needs.
 *
 *     deno run -A tests/bench/net/fallback_bench.ts [--kinds single,runs,term] [--rtt 20,100,300] [--loss 5,10,20,30,40] [--runs N]
 */
import type { LinkShape } from "../../net/link.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { percentile } from "../figures.ts";
import { type Effort, prompt, redraw } from "./measures.ts";
import { sequence } from "./recovery.ts";
import { start } from "./systems.ts";
import { list, option } from "../options.ts";

/** `single`: each packet fares by itself. `runs`: four in a row are lost. `term`: only the lossy channel loses (`--simulate-loss`). */
const KINDS: Readonly<Record<string, (loss: number) => [Partial<LinkShape>, readonly string[]]>> = {
  single: (loss) => [{ loss }, []],
  runs: (loss) => [{ loss, lossRun: 4 }, []],
  term: (loss) => [{}, ["--simulate-loss", String(loss * 100)]],
};
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  lossy: ["--fallback-loss", "off"],
  reliable: ["--force-single-channel"],
  chosen: [],
};
const EFFORT: Effort = { idleKeys: 0, typedKeys: 0, redrawMs: 5000 };
/** Each figure so often in one session. */
const TIMES = 3;
/** Longer than this counts as this, ms. */
const PATIENCE = 60_000;

/** 300 kB of which nothing can be packed, from Enter to its end. */
async function large(terminal: TerminalDriver, n: number): Promise<number> {
  terminal.type("clear\r");
  await prompt(terminal, PATIENCE);
  const began = performance.now();
  terminal.type(`head -c 225000 /dev/urandom | base64 -w 79; echo $((${n} + 7000))-end\r`);
  await terminal.waitForText(new RegExp(`^${n + 7000}-end`, "m"), PATIENCE);
  return performance.now() - began;
}

type Figures = Record<"seq" | "large" | "frames" | "oldest", number[]>;

async function measure(
  kind: string,
  rtt: number,
  loss: number,
  channel: string,
  into: Figures,
  seed: string,
) {
  const [shape, joinFlags] = KINDS[kind]!(loss / 100);
  const flags = { host: CHANNELS[channel]!, join: joinFlags };
  await using running = await start("beach", { delayMs: rtt / 2, ...shape }, seed, "never", flags);
  for (let n = 0; n < TIMES; n++) {
    into.seq.push((await sequence(running, EFFORT)).seq!);
    into.large.push(await large(running.terminal, n));
  }
  const { redraw_fps, redraw_age_max } = await redraw(running, EFFORT);
  into.frames.push(redraw_fps!);
  into.oldest.push(redraw_age_max!);
}

const runs = Number(option("runs") ?? 3);
const numbers = (name: string, all: readonly number[]) => list(name, all.map(String)).map(Number);
console.log("| loss | RTT ms | channel | `seq` p50, worst | 300 kB p50, worst | frames a second | oldest |");
console.log("|---|---|---|---|---|---|---|");
for (const kind of list("kinds", Object.keys(KINDS))) {
  for (const rtt of numbers("rtt", [20, 100, 300])) {
    for (const loss of numbers("loss", [5, 10, 20, 30, 40])) {
      const figures = new Map<string, Figures>();
      for (let run = 0; run < runs; run++) {
        for (const channel of Object.keys(CHANNELS)) {
          const into: Figures = figures.get(channel) ?? { seq: [], large: [], frames: [], oldest: [] };
          figures.set(channel, into);
          await measure(kind, rtt, loss, channel, into, `${kind}-${rtt}-${loss}-${run}`).catch((error) => {
            console.error(`${kind} ${rtt} ms ${loss} % ${channel}: ${String(error).slice(0, 200)}`);
          });
        }
      }
      for (const [channel, { seq, large, frames, oldest }] of figures) {
        const of = (all: number[], p: number) => Math.round(percentile(all, p));
        const two = (all: number[]) => `${of(all, 0.5)}, ${of(all, 1)}`;
        const rest = `${two(seq)} | ${two(large)} | ${of(frames, 0.5)} | ${of(oldest, 0.5)}`;
        console.log(`| ${loss} % ${kind} | ${rtt} | ${channel} | ${rest} |`);
      }
    }
  }
}
