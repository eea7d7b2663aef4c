import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readPointerImage } from "../../../../cli/desktop/x11/pointer_image.ts";

Deno.test("a pointer's premultiplied ARGB becomes straight RGBA", () => {
  const cursorImage = Buffer.alloc(12);
  cursorImage.writeUInt32LE(0xff102030, 0);
  cursorImage.writeUInt32LE(0x80400020, 4);
  const image = readPointerImage({ width: 3, height: 1, xhot: 2, yhot: 5, cursorSerial: 9, cursorImage });
  assert.deepEqual([...image.rgba], [0x10, 0x20, 0x30, 0xff, 128, 0, 64, 0x80, 0, 0, 0, 0]);
  assert.deepEqual({ ...image, rgba: 0 }, { serial: 9, width: 3, height: 1, hotX: 2, hotY: 0, rgba: 0 });
});

Deno.test("of an image without bounds the corner is shown", () => {
  const cursorImage = Buffer.alloc(1000 * 300 * 4, 0xff);
  const image = readPointerImage({
    width: 1000,
    height: 300,
    xhot: 999,
    yhot: 1,
    cursorSerial: 1,
    cursorImage,
  });
  assert.deepEqual([image.width, image.height, image.hotX, image.rgba.length], [
    256,
    256,
    255,
    256 * 256 * 4,
  ]);
  assert.ok(image.rgba.every((byte) => byte === 255));
});
