/**
 * Throughput of the emulator in its worker beside `@xterm/headless` alone, on the output of `seq 1 1000000`, and the time
 * of a snapshot. Run: `deno run -A tests/bench/session/emulator_bench.ts`.
 */
import xterm from "@xterm/headless";
import { Emulator } from "../../../cli/emulator/emulator.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";

/** A PTY hands over up to this much at once, bytes. */
const CHUNK = 65_536;
const output = new TextEncoder().encode(
  Array.from({ length: 1_000_000 }, (_, i) => `${i + 1}\r\n`).join(""),
);
const megabytes = output.length / 1e6;

function alone(): Promise<number> {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 10_000, allowProposedApi: true });
  const began = performance.now();
  return new Promise((resolve) => {
    let at = 0;
    const next = () => {
      if (at >= output.length) return resolve(performance.now() - began);
      terminal.write(output.subarray(at, at += CHUNK), next);
    };
    next();
  });
}

async function worker(): Promise<number> {
  let go = () => {};
  let paused = false;
  using emulator = new Emulator({
    cols: 80,
    rows: 24,
    scrollback: 10_000,
    onReply: () => {},
    onPressure: (pause) => {
      paused = pause;
      if (!pause) go();
    },
    onFailure: (error) => {
      throw error;
    },
  });
  await emulator.ready;
  const began = performance.now();
  for (let at = 0; at < output.length; at += CHUNK) {
    if (paused) await new Promise<void>((resolve) => go = resolve);
    emulator.write(output.subarray(at, at + CHUNK));
  }
  await emulator.snapshot();
  return performance.now() - began;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const times = { alone: [] as number[], worker: [] as number[] };
for (let i = 0; i < 5; i++) {
  times.alone.push(await alone());
  times.worker.push(await worker());
}
const [a, w] = [median(times.alone), median(times.worker)];
console.log(`xterm alone        ${(megabytes / a * 1000).toFixed(1)} MB/s`);
console.log(`emulator, worker   ${(megabytes / w * 1000).toFixed(1)} MB/s  (${(a / w).toFixed(2)}x)`);

const screen = newScreen(80, 24, 10_000);
for (let y = 0; y < 24; y++) {
  for (let x = 0; x < 20; x++) screen.write(new TextEncoder().encode(`\x1b[38;5;${(x + y) % 256}mab中`));
}
const snapshots: number[] = [];
for (let i = 0; i < 200; i++) {
  const began = performance.now();
  screen.snapshot();
  snapshots.push(performance.now() - began);
}
console.log(
  `snapshot 80x24     first ${snapshots[0]!.toFixed(2)} ms, median ${
    median(snapshots).toFixed(2)
  } ms, ${screen.snapshot().data.length} bytes`,
);
