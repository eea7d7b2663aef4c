/**
 * What runs at the far side of the network bench, in the shared terminal: answers each key with another glyph (`keys`), prints the
 * time every 50 ms (`ticks`), or redraws the whole screen 60 times a second (`redraw`). `q` or Ctrl-C ends it.
 */
import { FIRST_GLYPH, GLYPHS } from "./keys.ts";

/** Between two times printed, ms: finer than what a blackout's end is measured to. */
const TICK = 50;
const FRAME = 1000 / 60;
const [COLS, ROWS] = [80, 24];

const encoder = new TextEncoder();

function print(text: string): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** A frame says its number and its time in the first row and in the last: it is whole when they agree. */
function redraw(number: number): string {
  const mark = `${number}@${Date.now()}`;
  let out = `\x1b[H[${mark}]\x1b[K`;
  for (let row = 1; row < ROWS - 1; row++) {
    const shift = (number + row * 7) % 64;
    const line = Array.from({ length: COLS - 2 }, (_, i) => String.fromCharCode(33 + (i * 3 + shift) % 90));
    out += `\r\n${line.join("")}`;
  }
  return `${out}\r\n<${mark}>\x1b[K`;
}

async function main(mode: string): Promise<void> {
  Deno.stdin.setRaw(true);
  let frames = 0;
  const timer = mode === "ticks"
    ? setInterval(() => print(`\x1b[H[${Date.now()}]`), TICK)
    : mode === "redraw"
    ? setInterval(() => print(redraw(++frames)), FRAME)
    : undefined;
  print("\x1b[2J\x1b[Hfar-ready\r\n");
  let glyph = 0;
  const buffer = new Uint8Array(64);
  for (;;) {
    const length = await Deno.stdin.read(buffer) ?? 0;
    const keys = buffer.subarray(0, length);
    if (length === 0 || keys.includes(0x71) || keys.includes(3)) break;
    if (mode !== "keys") continue;
    for (const _ of keys) {
      print(String.fromCodePoint(FIRST_GLYPH + glyph % GLYPHS) + (++glyph % GLYPHS === 0 ? "\r\n" : ""));
    }
  }
  clearInterval(timer);
  Deno.stdin.setRaw(false);
  print(mode === "redraw" ? `\x1b[2J\x1b[Hdrawn ${frames}\r\n` : "\x1b[2J\x1b[H");
}

if (import.meta.main) await main(Deno.args[0] ?? "");
