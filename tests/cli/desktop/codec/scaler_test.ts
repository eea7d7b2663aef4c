import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { evenSize, type Picture } from "../../../../cli/desktop/codec/picture.ts";
import { Scaler } from "../../../../cli/desktop/codec/scaler.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { testWith } from "../../../support/needs.ts";
import { colours, draw, noise } from "./drawings.ts";

/** Copies of the picture's planes, without what is between their rows: brightness, and the two of colour. */
function planes({ frame, width, height }: Picture): Uint8Array[] {
  return frame.data!.map((plane, index) => {
    const [columns, rows] = index === 0 ? [width, height] : [width / 2, height / 2];
    const copy = new Uint8Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      const at = row * frame.linesize[index]!;
      copy.set(plane.subarray(at, at + columns), row * columns);
    }
    return copy;
  });
}

/** Whether these are the same bytes: a list of what differs would be a long one. */
function same(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return one.every((plane, index) => Buffer.compare(plane, other[index]!) === 0);
}

function near(found: number, wanted: number, most: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= most, `${what} is ${found}, not ${wanted}`);
}

testWith([desktopPack], "scaler: full colours become those of BT.601 in video range", async () => {
  const ffmpeg = await loadFfmpeg(packFolder());
  const wanted: readonly [number, number, number, number, number, number][] = [
    [255, 255, 255, 235, 128, 128],
    [0, 0, 0, 16, 128, 128],
    [255, 0, 0, 81, 90, 240],
    [0, 255, 0, 145, 54, 34],
    [0, 0, 255, 41, 240, 110],
  ];
  for (const [red, green, blue, y, u, v] of wanted) {
    using scaler = new Scaler(ffmpeg, { width: 64, height: 32 }, { width: 64, height: 32 });
    const { pixels } = draw(64, 32, () => [red, green, blue]);
    const found = planes(await scaler.scale(pixels)).map((plane) => plane[40]!);
    [y, u, v].forEach((value, at) => near(found[at]!, value, 2, `plane ${at} of ${red},${green},${blue}`));
  }
});

testWith(
  [desktopPack],
  "scaler: lines of one pixel are as sharp at the right edge as at the left",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    const size = { width: 2560, height: 64 };
    using scaler = new Scaler(ffmpeg, size, size);
    const { pixels } = draw(size.width, size.height, (x) => x % 2 === 0 ? [0, 0, 0] : [255, 255, 255]);
    const [bright] = planes(await scaler.scale(pixels));
    for (const x of [0, 640, 1278, 1920, 2558]) {
      near(bright![x]!, 16, 1, `the dark line ${x}`);
      near(bright![x + 1]!, 235, 1, `the bright line ${x + 1}`);
    }
  },
);

testWith([desktopPack], "scaler: a row of colour does not lose it to the row beside", async () => {
  const ffmpeg = await loadFfmpeg(packFolder());
  for (const odd of [0, 1]) {
    using scaler = new Scaler(ffmpeg, { width: 64, height: 32 }, { width: 64, height: 32 });
    const { pixels } = draw(64, 32, (_, y) => y % 2 === odd ? [255, 0, 0] : [0, 0, 0]);
    const [, , red] = planes(await scaler.scale(pixels));
    near(red![8 * 32 + 8]!, (240 + 128) / 2, 12, `red of rows ${odd}`);
  }
});

testWith(
  [desktopPack],
  "scaler: only the rows that changed are converted, and the picture is as if all were",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    const size = { width: 320, height: 500 };
    using part = new Scaler(ffmpeg, size, size);
    using whole = new Scaler(ffmpeg, size, size);
    const before = noise(size.width, size.height, 1).pixels;
    const after = noise(size.width, size.height, 2).pixels;
    await part.scale(before);
    for (
      const rows of [{ from: 0, to: 1 }, { from: 100, to: 180 }, { from: 499, to: 500 }, { from: 3, to: 480 }]
    ) {
      before.set(after.subarray(rows.from * 1280, rows.to * 1280), rows.from * 1280);
      const found = planes(await part.scale(before, { rows }));
      assert.ok(same(found, planes(await whole.scale(before))), JSON.stringify(rows));
    }
  },
);

testWith([desktopPack], "scaler: rows further apart, odd sizes and other sizes", async () => {
  const ffmpeg = await loadFfmpeg(packFolder());
  const { pixels } = colours(200, 100);
  using odd = new Scaler(ffmpeg, { width: 151, height: 99 }, { width: 150, height: 98 });
  const picture = await odd.scale(pixels, { stride: 800 });
  assert.deepEqual([picture.width, picture.height], [150, 98]);
  near(planes(picture)[0]![20]!, 81, 2, "red");
  using smaller = new Scaler(ffmpeg, { width: 200, height: 100 }, { width: 100, height: 50 });
  near(planes(await smaller.scale(pixels))[0]![40 * 100 + 95]!, 210, 3, "yellow, in half the size");
});

testWith(
  [desktopPack],
  "scaler: too few bytes and odd sizes are refused before native code sees them",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    assert.throws(
      () => new Scaler(ffmpeg, { width: 100, height: 100 }, { width: 99, height: 100 }),
      RangeError,
    );
    using scaler = new Scaler(ffmpeg, { width: 100, height: 100 }, { width: 100, height: 100 });
    assert.throws(() => scaler.scale(new Uint8Array(39_999)), /39999 bytes; 40000 are needed/);
    assert.throws(() => scaler.scale(new Uint8Array(40_000), { stride: 396 }), RangeError);
    scaler[Symbol.dispose]();
    await assert.rejects(scaler.scale(new Uint8Array(40_000)), /was freed/);
  },
);

Deno.test("sizes: even, of the same shape, and never larger", () => {
  assert.deepEqual(evenSize({ width: 1367, height: 769 }), { width: 1366, height: 768 });
  assert.deepEqual(evenSize({ width: 1920, height: 1080 }, { width: 1280, height: 1280 }), {
    width: 1280,
    height: 720,
  });
  assert.deepEqual(evenSize({ width: 640, height: 480 }, { width: 4000, height: 4000 }), {
    width: 640,
    height: 480,
  });
  assert.deepEqual(evenSize({ width: 1, height: 3000 }, { width: 100, height: 100 }), {
    width: 2,
    height: 100,
  });
});
