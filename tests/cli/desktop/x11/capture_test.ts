import assert from "node:assert/strict";
import type { Capture } from "../../../../cli/desktop/x11/capture.ts";
import type { Rectangle } from "../../../../cli/desktop/x11/types.ts";
import { cpuTime } from "../../../support/cpu_time.ts";
import { deadline } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { START, XServer, xvfb } from "./x_server.ts";

const { testWith } = needs;
const tools = [xvfb, needs.program("xsetroot"), needs.program("xrandr")];
const soon = () => AbortSignal.timeout(START);

/** The colour of the pixel at `x`, `y` as `#rrggbb`. */
function colour(frame: Uint8Array, area: Rectangle, x: number, y: number): string {
  const at = (y * area.width + x) * 4;
  return `#${[2, 1, 0].map((i) => frame[at + i]!.toString(16).padStart(2, "0")).join("")}`;
}

/** Follows changes into `frame` until `holds`. */
async function follow(capture: Capture, frame: Uint8Array, holds: () => boolean): Promise<void> {
  while (!holds()) {
    const { rectangles } = await capture.next(soon());
    await capture.grab(rectangles, frame);
  }
}

for (const args of [[], ["-extension", "MIT-SHM"], ["-listen", "tcp"]]) {
  testWith(tools, `pixels are the screen's, with Xvfb ${args.join(" ")}`, async () => {
    await using server = await XServer.start({ args });
    const far = args.includes("tcp");
    using display = await server.open(far ? `localhost${server.name}` : server.name);
    using capture = await display.capture({ kind: "all" });
    const { area, rectangles } = await capture.next(soon());
    assert.deepEqual([area, rectangles], [{ x: 0, y: 0, width: 640, height: 480 }, [area]]);
    const frame = new Uint8Array(640 * 480 * 4);
    assert.ok(await capture.grab(rectangles, frame));
    assert.equal(capture.isShared, args.length === 0);
    await server.run("xsetroot", "-solid", "#123456");
    await follow(capture, frame, () => colour(frame, area, 639, 479) === "#123456");
    assert.equal(colour(frame, area, 0, 0), "#123456");
  });
}

testWith([...tools, needs.program("xterm")], "only what changed is told, and only that is read", async () => {
  await using server = await XServer.start();
  await server.run("xsetroot", "-solid", "#ff0000");
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  const { area } = await capture.next(soon());
  server.spawn("xterm", "-geometry", "10x5+200+100", "-bg", "#00ff00", "-bw", "0", "-e", "sleep", "60");
  const frame = new Uint8Array(640 * 480 * 4).fill(0x77);
  await follow(capture, frame, () => colour(frame, area, 203, 103) === "#00ff00");
  // Nothing around the window was read.
  assert.equal(colour(frame, area, 10, 10), "#777777");
  assert.equal(colour(frame, area, 630, 470), "#777777");
});

testWith(
  [...tools, needs.program("xterm")],
  "a part of the screen has its own corner, and changes elsewhere are none",
  async () => {
    await using server = await XServer.start();
    using display = await server.open();
    using part = await display.capture({ kind: "rectangle", x: 600, y: 400, width: 100, height: 100 });
    const { area, rectangles } = await part.next(soon());
    assert.deepEqual(area, { x: 600, y: 400, width: 40, height: 80 });
    assert.deepEqual(rectangles, [{ x: 0, y: 0, width: 40, height: 80 }]);
    await assert.rejects(
      part.grab([{ x: 0, y: 0, width: 41, height: 80 }], new Uint8Array(40 * 80 * 4)),
      RangeError,
    );
    await assert.rejects(part.grab(rectangles, new Uint8Array(40 * 80 * 4 - 1)), RangeError);
    using all = await display.capture({ kind: "all" });
    await all.next(soon());
    let told = false;
    void part.next(soon()).then(() => told = true, () => {});
    // A window far from the part: the other capture sees it.
    server.spawn("xterm", "-geometry", "5x2+0+0", "-e", "sleep", "60");
    await all.next(soon());
    await display.input.settled();
    assert.equal(told, false);
  },
);

testWith(tools, "another size is followed by the same capture, and its memory with it", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  const before = await capture.next(soon());
  assert.ok(await capture.grab(before.rectangles, new Uint8Array(640 * 480 * 4)));
  const changed = Promise.withResolvers<number>();
  display.listen({ layoutChanged: ({ width }) => changed.resolve(width) });
  await server.resize(400, 300);
  assert.equal(await deadline(changed.promise, START, "the new size"), 400);
  assert.deepEqual(display.layout.monitors.map(({ width, height }) => [width, height]), [[400, 300]]);
  // The old area is no more, and says so.
  assert.equal(await capture.grab(before.rectangles, new Uint8Array(640 * 480 * 4)), false);
  const { area, rectangles } = await capture.next(soon());
  assert.deepEqual([area, rectangles], [{ x: 0, y: 0, width: 400, height: 300 }, [area]]);
  const frame = new Uint8Array(400 * 300 * 4);
  assert.ok(await capture.grab(rectangles, frame));
  await server.run("xsetroot", "-solid", "#abcdef");
  await follow(capture, frame, () => colour(frame, area, 399, 299) === "#abcdef");
  assert.ok(capture.isShared);
});

testWith(tools, "a monitor is captured by its name; while it is gone nothing is", async () => {
  await using server = await XServer.start();
  await server.run("xrandr", "--setmonitor", "right", "320/100x480/100+320+0", "none");
  using display = await server.open();
  assert.ok(display.layout.monitors.some(({ name, x }) => name === "right" && x === 320));
  using capture = await display.capture({ kind: "monitor", name: "right" });
  assert.deepEqual((await capture.next(soon())).area, { x: 320, y: 0, width: 320, height: 480 });
  // The server tells of monitors only together with another change.
  await server.run("xrandr", "--delmonitor", "right");
  const gone = Promise.withResolvers<void>();
  display.listen({ layoutChanged: () => gone.resolve() });
  await server.resize(600, 400);
  await deadline(gone.promise, START, "the new layout");
  assert.deepEqual(capture.area, { x: 0, y: 0, width: 0, height: 0 });
  await assert.rejects(capture.next(AbortSignal.timeout(100)), /timeout|timed out/i);
});

testWith(tools, "while nothing changes, nothing is done", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  await capture.next(soon());
  const used = cpuTime();
  await assert.rejects(capture.next(AbortSignal.timeout(2000)), /timeout|timed out/i);
  // 3 % of a core, for the timer and what else a runtime does.
  assert.ok(used() < 60, `${used()} ms of 2000`);
});

testWith([xvfb], "a screen of 16 colours a pixel is refused with what to do", async () => {
  await using server = await XServer.start({ screen: "320x240x16" });
  using display = await server.open();
  await assert.rejects(display.capture({ kind: "all" }), /depth of 16 bits; wanted 24 or 32/);
});
