import assert from "node:assert/strict";
import { JpegEncoder } from "../../../../cli/desktop/codec/jpeg_encoder.ts";
import { loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { program, testWith } from "../../../support/needs.ts";
import { colours, draw } from "./drawings.ts";
import { difference, run } from "./ffmpeg_command.ts";

const needs = [desktopPack, program("ffmpeg")];

async function decode(jpeg: Uint8Array): Promise<Uint8Array> {
  const args = ["-v", "error", "-f", "mjpeg", "-i", "-", "-f", "rawvideo", "-pix_fmt", "bgr0", "-"];
  return (await run("ffmpeg", args, Uint8Array.from(jpeg))).out;
}

/** A part of a picture whose rows have `stride` bytes. */
function cut(
  pixels: Uint8Array,
  stride: number,
  x: number,
  y: number,
  width: number,
  height: number,
): Uint8Array {
  const part = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x * 4;
    part.set(pixels.subarray(from, from + width * 4), row * width * 4);
  }
  return part;
}

testWith(needs, "JPEG: parts of a picture, of odd sizes and places, with their colours", async () => {
  using encoder = new JpegEncoder(await loadFfmpeg(packFolder()));
  const { pixels } = colours(320, 192, 3);
  for (
    const [x, y, width, height] of [[0, 0, 320, 192], [37, 11, 101, 53], [319, 191, 1, 1], [
      16,
      96,
      64,
      33,
    ]] as const
  ) {
    const jpeg = await encoder.encode(pixels, 1280, { x, y, width, height }, 85);
    assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
    const decoded = await decode(jpeg);
    assert.equal(decoded.length, width * height * 4);
    const error = difference(decoded, cut(pixels, 1280, x, y, width, height));
    assert.ok(error < 6, `${width}x${height} at ${x},${y} differs by ${error.toFixed(1)}`);
  }
});

testWith(
  needs,
  "JPEG: more quality is more bytes and closer; from 90 on thin lines keep their colour",
  async () => {
    using encoder = new JpegEncoder(await loadFfmpeg(packFolder()));
    const thin = draw(160, 96, (x, y) => (x * 3 + y) % 7 < 2 ? [200, 0, 40] : [240, 240, 250]);
    const found: { readonly bytes: number; readonly error: number }[] = [];
    for (const quality of [10, 50, 80, 95]) {
      const jpeg = await encoder.encode(thin.pixels, 640, { x: 0, y: 0, width: 160, height: 96 }, quality);
      found.push({ bytes: jpeg.length, error: difference(await decode(jpeg), thin.pixels) });
    }
    found.slice(1).forEach(({ bytes, error }, at) => {
      assert.ok(bytes > found[at]!.bytes, "bytes");
      assert.ok(error < found[at]!.error, "error");
    });
    assert.ok(found[3]!.error < found[2]!.error / 3, JSON.stringify(found));
  },
);

testWith(needs, "JPEG: lines of one pixel are as sharp at the right edge as at the left", async () => {
  using encoder = new JpegEncoder(await loadFfmpeg(packFolder()));
  const [width, height] = [1920, 16];
  const { pixels } = draw(width, height, (x) => x % 2 === 0 ? [0, 0, 0] : [255, 255, 255]);
  for (const quality of [70, 92]) {
    const decoded = await decode(
      await encoder.encode(pixels, 4 * width, { x: 0, y: 0, width, height }, quality),
    );
    for (const x of [0, 960, 1888]) {
      const part = (from: Uint8Array) => cut(from, 4 * width, x, 0, 32, height);
      const error = difference(part(decoded), part(pixels));
      assert.ok(error < 12, `from ${x} on it differs by ${error.toFixed(1)} at quality ${quality}`);
    }
  }
});

testWith(
  [desktopPack],
  "JPEG: a part that is not within the picture is refused before native code sees it",
  async () => {
    using encoder = new JpegEncoder(await loadFfmpeg(packFolder()));
    const { pixels } = colours(64, 64);
    for (
      const [x, y, width, height] of [[-1, 0, 8, 8], [0, 60, 8, 8], [60, 0, 8, 8], [0, 0, 0, 8], [
        0,
        0,
        65,
        1,
      ]] as const
    ) {
      assert.throws(
        () => encoder.encode(pixels, 256, { x, y, width, height }, 80),
        RangeError,
        `${x},${y} ${width}x${height}`,
      );
    }
  },
);
