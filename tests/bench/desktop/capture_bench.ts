/**
 * What it costs to follow an X display: our process and the server, in cores, while nothing changes, while letters are typed, and while the
 * whole screen scrolls.
 *
 *     deno run -A tests/bench/desktop/capture_bench.ts [WxH] [FPS] [--socket]
 *
 * Needs Xvfb and xterm. `--socket`: without shared memory. The figures mean something only on a quiet machine.
 */
import process from "node:process";
import type { Capture } from "../../../cli/desktop/x11/capture.ts";
import { XServer } from "../../cli/desktop/x11/x_server.ts";

const [size = "1920x1080", fps = "30"] = Deno.args.filter((text) => !text.startsWith("--"));
const socket = Deno.args.includes("--socket");
const PHASE = 10_000;
/** A window that fills the screen. */
const WINDOW = ["xterm", "-fa", "DejaVu Sans Mono", "-fs", "10", "-geometry", "300x80+0+0", "-e", "sh", "-c"];
const SCROLL = "i=0; while :; do i=$((i+1)); seq -s ' ' $i $((i+40)); sleep 0.02; done";

await using server = await XServer.start({
  screen: `${size}x24`,
  args: socket ? ["-extension", "MIT-SHM"] : [],
});
using display = await server.open();
using capture = await display.capture({ kind: "all" });
const { width, height } = display.layout;
const frame = new Uint8Array(width * height * 4);

await phase("start", 1000);
await phase("idle", PHASE);
server.spawn(...WINDOW, "stty raw -echo; cat");
await phase("start", 2000);
display.input.move(width / 2, height / 2);
let letters = 0;
const typing = setInterval(() => display.input.text(String.fromCharCode(97 + letters++ % 26)), 100);
await phase("typing", PHASE);
clearInterval(typing);
server.spawn(...WINDOW, SCROLL);
await phase("start", 2000);
await phase("scrolling", PHASE);

/** Follows changes for `ms`, at most {@link fps} a second, and prints what it took. */
async function phase(name: string, ms: number): Promise<void> {
  const [own, servers, began] = [process.cpuUsage(), server.cpuTime(), performance.now()];
  const pictures = await follow(capture, AbortSignal.timeout(ms));
  if (name === "start") return;
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(own);
  const cores = [(user + system) / 1000, server.cpuTime() - servers].map((time) => (time / wall).toFixed(4));
  const rate = (pictures / wall * 1000).toFixed(1);
  console.log(`${name}: ${cores[0]} core here, ${cores[1]} in the server, ${rate} pictures a second`);
}

/** Returns how many pictures were read until `signal` aborted. */
async function follow(from: Capture, signal: AbortSignal): Promise<number> {
  for (let pictures = 0;; pictures++) {
    const began = performance.now();
    try {
      const { rectangles } = await from.next(signal);
      await from.grab(rectangles, frame);
    } catch (error) {
      if (signal.aborted) return pictures;
      throw error;
    }
    const left = 1000 / Number(fps) - (performance.now() - began);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}
