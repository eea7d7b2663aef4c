/**
 * A program on an X display that changes what it shows at a steady pace, and writes the time into it:
 *
 *     DISPLAY=:5 deno run -A tests/bench/desktop/painter.ts still|clock|type|stamp|scroll [FPS]
 *
 * `clock` writes a line each second, `type` a letter each 100 ms, `stamp` the time alone, `scroll` moves a screen full of words by a line as
 * well. It prints `ready` once its window is there. How the time is written: `stamp.ts`.
 */
import { Connection } from "../../../cli/desktop/x11/connection/connection.ts";
import { CELL, CELLS, LEFT, stampPixels, TOP } from "./stamp.ts";

/** Opcodes of the core protocol, and bits of a graphics context's mask. */
const [OPEN_FONT, CREATE_GC, COPY_AREA, PUT_IMAGE, IMAGE_TEXT] = [45, 55, 62, 72, 76];
const [FOREGROUND, BACKGROUND, FONT, EXPOSURES] = [0x4, 0x8, 0x4000, 0x10000];
const Z_PIXMAP = 2;
/** The font `fixed`, which every X server has: each letter's size in pixels, and how far below its top the line is on which letters stand. */
const LETTER = { width: 6, height: 13, above: 11 };
/** Words begin below the stamp. */
const FIRST_ROW = 80;
const WORDS = "the desktop of a colleague shows what changes there and nothing else of it is read or sent "
  .split(" ");

const [mode = "still", fps = "30"] = Deno.args;
const connection = await Connection.open(undefined, Deno.env.toObject(), AbortSignal.timeout(10_000));
const { client, root, screen } = connection;
const geometry = await connection.askRaw(14, 0, words32(root), (body) => ({
  width: body.readUInt16LE(8),
  height: body.readUInt16LE(10),
}));
const [window, context, font] = [client.AllocID(), client.AllocID(), client.AllocID()];
let seed = 1;

client.CreateWindow(window, root, 0, 0, geometry.width, geometry.height, 0, 0, 0, 0, {
  backgroundPixel: 0xffffff,
  overrideRedirect: 1,
});
client.MapWindow(window);
const name = new TextEncoder().encode("fixed");
connection.tellRaw(OPEN_FONT, 0, Uint8Array.of(...words32(font), name.length, 0, 0, 0, ...name));
connection.tellRaw(
  CREATE_GC,
  0,
  words32(context, window, FOREGROUND | BACKGROUND | FONT | EXPOSURES, 0, 0xffffff, font, 0),
);
for (let y = FIRST_ROW; y < geometry.height; y += LETTER.height) write(0, y, line());
await connection.settled();
console.log("ready");

const paint: Readonly<Record<string, [everyMs: number, paint: (count: number) => void]>> = {
  still: [1000, () => {}],
  clock: [1000, () => write(LEFT, TOP, new Date().toISOString().slice(11, 19))],
  type: [100, (count) => {
    const columns = Math.floor(geometry.width / LETTER.width);
    write(count % columns * LETTER.width, FIRST_ROW, String.fromCharCode(97 + count % 26));
  }],
  stamp: [1000 / Number(fps), stamp],
  scroll: [1000 / Number(fps), () => {
    scroll();
    stamp();
  }],
};
const [every, act] = paint[mode]!;
const began = performance.now();
for (let count = 0;; count++) {
  act(count);
  const wait = began + (count + 1) * every - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

function stamp(): void {
  const pixels = stampPixels(performance.timeOrigin + performance.now());
  const [width, height] = [CELLS * CELL, 2 * CELL];
  const head = [
    ...words32(window, context),
    ...words16(width, height, LEFT, TOP),
    0,
    screen.root_depth,
    0,
    0,
  ];
  const body = new Uint8Array(head.length + pixels.length);
  body.set(head);
  body.set(pixels, head.length);
  connection.tellRaw(PUT_IMAGE, Z_PIXMAP, body);
}

function scroll(): void {
  const height = geometry.height - FIRST_ROW - LETTER.height;
  connection.tellRaw(
    COPY_AREA,
    0,
    Uint8Array.of(
      ...words32(window, window, context),
      ...words16(0, FIRST_ROW + LETTER.height, 0, FIRST_ROW, geometry.width, height),
    ),
  );
  write(0, FIRST_ROW + height - height % LETTER.height, line());
}

/** As many words as a row holds. */
function line(): string {
  let text = "";
  while (text.length * LETTER.width < geometry.width) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    text += `${WORDS[seed % WORDS.length]} `;
  }
  return text.slice(0, 255);
}

function write(x: number, top: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const head = [...words32(window, context), ...words16(x, top + LETTER.above)];
  connection.tellRaw(IMAGE_TEXT, bytes.length, Uint8Array.of(...head, ...bytes));
}

function words32(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function words16(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}
