/** What the network bench measures in one running system. Times in ms. */
import type { Lab } from "../../net/lab.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { percentile } from "../figures.ts";
import { keyTimes } from "./keys.ts";
import { cpuSeconds, FAR, PROMPT, type Running, wireBytes } from "./systems.ts";
import { pause } from "./pause.ts";

/** How much of everything. */
export interface Effort {
  readonly idleKeys: number;
  readonly typedKeys: number;
  readonly redrawMs: number;
}

/** Figures by name, as the tables show them. */
export type Figures = Record<string, number>;
export type Measure = (running: Running, effort: Effort) => Promise<Figures>;

const FAR_COMMAND = (mode: string) => `${Deno.execPath()} run -A --no-prompt ${FAR} ${mode}\r`;
const quit = async (terminal: TerminalDriver) => {
  terminal.type("q");
  await prompt(terminal, 60_000);
};

export function prompt(terminal: TerminalDriver, ms: number): Promise<unknown> {
  const last = new RegExp(`(?:^|\\n)${PROMPT} ?$`);
  return terminal.waitFor(() => last.test(terminal.screenText()), ms, "the prompt");
}

export async function far(terminal: TerminalDriver, mode: string): Promise<void> {
  terminal.type(FAR_COMMAND(mode));
  // Who gets pictures may never see the words that the first frame overwrote.
  const began = () => /^far-ready|^\[\d+(?:@\d+)?\]/.test(terminal.screenText());
  await terminal.waitFor(began, 60_000, "the far program");
}

/** Some time passes between the keys: each finds the path idle. */
export const idle: Measure = async ({ terminal }, { idleKeys }) => {
  await far(terminal, "keys");
  await keyTimes(terminal, 3, () => 200, true);
  const spread = spreader();
  // Behind the three keys the alphabet goes on: begin it anew.
  await restartFar(terminal);
  const { times } = await keyTimes(terminal, idleKeys, () => 450 + 300 * spread(), true);
  await quit(terminal);
  return threeOf("idle", times);
};

/** Between the keys of somebody who types on: eight a second; ms. */
export const TYPING = 125;

/** Somebody types on, whatever is answered. */
export const typing: Measure = async ({ terminal, lab }, { typedKeys }) => {
  await far(terminal, "keys");
  await pause(1500);
  const [bytes, cpu, began] = [await wireBytes(lab), await cpuSeconds(lab), performance.now()];
  const { times } = await keyTimes(terminal, typedKeys, () => TYPING, false);
  const seconds = (performance.now() - began) / 1000;
  const [after, used] = [await wireBytes(lab), await cpuSeconds(lab)];
  await quit(terminal);
  return {
    ...threeOf("typing", times),
    typing_bytes_s: (after - bytes) / seconds,
    typing_cpu_host: 100 * (used.host - cpu.host) / seconds,
    typing_cpu_viewer: 100 * (used.viewer - cpu.viewer) / seconds,
  };
};

/** Prints so many random bytes as base64, a third longer: lines of which nothing can be packed. */
export async function printRandom(terminal: TerminalDriver, bytes: number): Promise<void> {
  terminal.type(`head -c ${bytes} /dev/urandom | base64 -w 79\r`);
  await pause(1000);
  await prompt(terminal, 60_000);
}

/** Somebody types on, `keys` keys: when each was answered, and kB/s on the wire meanwhile. */
export async function typeOn({ terminal, lab }: Running, keys: number) {
  await far(terminal, "keys");
  const [bytes, began] = [await wireBytes(lab), performance.now()];
  const { times } = await keyTimes(terminal, keys, () => TYPING, false);
  const rate = (await wireBytes(lab) - bytes) / (performance.now() - began);
  await quit(terminal);
  return { times, rate };
}

/** Typing while history flows: all of a scrollback of 10,000 lines, of which nothing can be packed, has just been printed. */
export const history: Measure = async (running, { typedKeys }) => {
  await printRandom(running.terminal, 600_000);
  const { times, rate } = await typeOn(running, typedKeys);
  return { ...threeOf("history", times), history_kB_s: rate };
};

/** Frames of a redraw of the whole screen 60 times a second: how many were seen whole, and how old they were. */
export const redraw: Measure = async ({ terminal, lab }, { redrawMs }) => {
  await far(terminal, "redraw");
  await pause(1500);
  const ages: number[] = [];
  let last = "";
  const look = () => {
    const rows = terminal.screenText().split("\n");
    const [top, bottom] = [/^\[(\d+)@(\d+)\]/.exec(rows[0] ?? ""), /^<(\d+)@/.exec(rows.at(-1) ?? "")];
    if (top && bottom && top[1] === bottom[1] && top[1] !== last) {
      last = top[1]!;
      ages.push(Date.now() - Number(top[2]));
    }
    return false as const;
  };
  const [bytes, cpu] = [await wireBytes(lab), await cpuSeconds(lab)];
  await terminal.waitFor(look, redrawMs, "frames").catch(() => {});
  const [after, used] = [await wireBytes(lab), await cpuSeconds(lab)];
  await quit(terminal);
  const seconds = redrawMs / 1000;
  return {
    redraw_fps: ages.length / seconds,
    redraw_age_p50: percentile(ages, 0.5),
    redraw_age_max: percentile(ages, 1),
    redraw_kB_s: (after - bytes) / seconds / 1000,
    redraw_cpu_host: 100 * (used.host - cpu.host) / seconds,
    redraw_cpu_viewer: 100 * (used.viewer - cpu.viewer) / seconds,
  };
};

/** A session in which nothing happens has settled by then: heartbeats are few and the second connection is closed; ms. */
const SETTLED = 75_000;

/** Bytes a second of a session in which nothing happens: at first, and for a minute when it has settled. */
export const silence: Measure = async ({ lab }) => {
  const began = performance.now();
  const first = await rates(lab, 30_000);
  await pause(began + SETTLED - performance.now());
  const settled = await rates(lab, 60_000);
  return {
    silent_first_bytes_s: first.all,
    silent_bytes_s: settled.all,
    silent_host_bytes_s: settled.host,
    silent_viewer_bytes_s: settled.viewer,
    silent_road_bytes_s: settled.road,
  };
};

/** IP bytes a second over `ms`: from host to viewer and back, from both to the road, and all of it. */
async function rates(lab: Lab, ms: number): Promise<Record<"host" | "viewer" | "road" | "all", number>> {
  const sent = async (from: string, to: string) => (await lab.counters(from, to)).sentBytes;
  const read = async () => ({
    host: await sent("host", "viewer"),
    viewer: await sent("viewer", "host"),
    road: await sent("host", "road") + await sent("viewer", "road"),
  });
  const [before, began] = [await read(), performance.now()];
  await pause(ms);
  const [after, seconds] = [await read(), (performance.now() - began) / 1000];
  const host = (after.host - before.host) / seconds;
  const viewer = (after.viewer - before.viewer) / seconds;
  const road = (after.road - before.road) / seconds;
  return { host, viewer, road, all: host + viewer + road };
}

async function restartFar(terminal: TerminalDriver): Promise<void> {
  await quit(terminal);
  await far(terminal, "keys");
  await pause(500);
}

export function threeOf(name: string, times: readonly number[]): Figures {
  return {
    [`${name}_p50`]: percentile(times, 0.5),
    [`${name}_p95`]: percentile(times, 0.95),
    [`${name}_p99`]: percentile(times, 0.99),
  };
}

/** Numbers in [0, 1) that are spread evenly (the golden ratio's multiples), so that keys do not fall in step with timers. */
function spreader(): () => number {
  let at = 0;
  return () => at = (at + 0.618034) % 1;
}
