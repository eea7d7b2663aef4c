import assert from "node:assert/strict";
import fc from "fast-check";
import { jpegSize, pngSize } from "../../../../road/web/desktop/image_size.ts";
import { program, testWith } from "../../../support/needs.ts";
import { jpegOf, pngOf } from "../../../e2e/desktop/plain_images.ts";

testWith([program("ffmpeg")], "the size of a JPEG and a PNG, as their headers say it", async () => {
  for (const [width, height] of [[16, 8], [334, 76]] as const) {
    assert.deepEqual(jpegSize(await jpegOf("red", width, height)), { width, height });
    assert.deepEqual(pngSize(await pngOf("blue", width, height)), { width, height });
  }
});

testWith(
  [program("ffmpeg")],
  "what is cut short or is something else has none, or the size that it says",
  async () => {
    const jpeg = await jpegOf("red", 64, 64);
    const png = await pngOf("red", 64, 64);
    assert.equal(jpegSize(png), undefined);
    assert.equal(pngSize(jpeg), undefined);
    for (let end = 0; end < jpeg.length; end++) {
      const size = jpegSize(jpeg.subarray(0, end));
      assert.ok(size === undefined || size.width === 64 && size.height === 64);
    }
    assert.equal(pngSize(png.subarray(0, 23)), undefined);
    assert.equal(jpegSize(jpeg.subarray(0, 20)), undefined);
  },
);

Deno.test("whatever bytes come, the look at them ends", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    pngSize(bytes);
    jpegSize(Uint8Array.of(0xff, 0xd8, ...bytes));
    jpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, ...bytes));
  }));
});
