/** Sixel pictures drawn into pixels and written anew, and TIFF files as pixels. */
import assert from "node:assert/strict";
import { rasterOf } from "../../../session/pictures/picture_raster.ts";
import { fileSize, sixelSize } from "../../../session/pictures/picture_sizes.ts";
import { drawSixel } from "../../../session/pictures/sixel.ts";
import { encodeSixel } from "../../../session/pictures/sixel_encode.ts";
import { readTiff } from "../../../session/pictures/tiff.ts";
import { png } from "../../support/pictures.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const draw = (body: string) => drawSixel(`q${body}`, sixelSize(body)!);

/** The pixels as letters: `.` transparent, else the first of red, green, blue that is strong, or `k`. */
function letters(body: string): string {
  const { width, height, data } = draw(body);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [red, green, blue, alpha] = data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4);
      return alpha === 0 ? "." : red! > 128 ? "r" : green! > 128 ? "g" : blue! > 128 ? "b" : "k";
    }).join("")).join("\n");
}

Deno.test("sixels, repeats, colours in RGB and HLS, moves to the left and down", () => {
  const red = "#1;2;100;0;0";
  assert.equal(letters(`"1;1;3;2${red}#1!3A`), "...\nrrr");
  assert.equal(letters(`"1;1;2;1${red}#1@#2;1;240;50;100@`), "rg");
  assert.equal(letters(`"1;1;1;1#3;1;0;50;100@`), "b");
  assert.equal(letters(`"1;1;1;1#3;1;120;50;100@`), "r");
  assert.equal(letters(`${red}#1@$#2;2;0;100;0#2?@-#1@`), `rg\n${"..\n".repeat(5)}r.${"\n..".repeat(5)}`);
});

Deno.test("the size is what it says, or what it draws where that is more", () => {
  assert.deepEqual(sixelSize('"1;1;20;15#0~'), { width: 20, height: 15 });
  assert.deepEqual(sixelSize("!30~-~~"), { width: 30, height: 12 });
  assert.deepEqual(sixelSize('"1;1;2;2!30~-~-~'), { width: 30, height: 18 });
  assert.equal(sixelSize("#0"), undefined);
});

Deno.test("a picture written anew at its size is the same, and at another the nearest", () => {
  const body = "#1;2;100;0;0#1!6~#2;2;0;0;100#2!6~";
  const raster = draw(body);
  const again = encodeSixel(raster, raster);
  assert.match(again, /^P0;1;0q"1;1;12;6#0;2;100;0;0#1;2;0;0;100#0!6~!6\?\$#1!6\?!6~$/);
  const half = encodeSixel(raster, { width: 6, height: 12 });
  assert.deepEqual([...draw(half.slice(half.indexOf("q") + 1)).data.subarray(0, 4)], [255, 0, 0, 255]);
  const data = new Uint8ClampedArray(64 * 64 * 4).map((_, i) =>
    i % 4 === 3 ? 255 : (i * 7 + (i >> 8) * 13) & 255
  );
  const many = encodeSixel({ width: 64, height: 64, data }, { width: 64, height: 60 });
  assert.ok(new Set(many.match(/#\d+;2/g)).size <= 256);
});

Deno.test("hostile sixels cost little time and no more memory than they are bounded to", () => {
  const most = 4 * 1024 * 1024;
  const fill = (piece: string) => piece.repeat(most / piece.length);
  for (const piece of ["!1000~$", "!1", "#1;2;", "~-", "!999999~", "#1;1;1;1;1~", `${"~".repeat(999)}-`]) {
    const spent = cpuTime();
    rasterOf({ kind: "sixel", data: new TextEncoder().encode(`q${fill(piece)}`) });
    assert.ok(spent() < 3000, piece.slice(0, 20));
  }
  assert.equal(rasterOf({ kind: "sixel", data: new TextEncoder().encode('q"1;1;99999;99999~') }), undefined);
  assert.equal(
    rasterOf({ kind: "rgba", data: Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4) }),
    undefined,
  );
  assert.equal(rasterOf({ kind: "file", data: png(2, 2) }), undefined);
});

Deno.test("files say their size: PNG, GIF, JPEG; what is cut or none says nothing", () => {
  assert.deepEqual(fileSize(png(300, 200)), { width: 300, height: 200 });
  assert.deepEqual(fileSize(new TextEncoder().encode("GIF89a\x05\x00\x03\x00")), { width: 5, height: 3 });
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0];
  assert.deepEqual(fileSize(Uint8Array.from(jpeg)), { width: 7, height: 9 });
  for (let cut = 0; cut < 17; cut++) assert.equal(fileSize(Uint8Array.from(jpeg.slice(0, cut))), undefined);
  assert.equal(fileSize(png(3, 3).subarray(0, 20)), undefined);
});

Deno.test("a TIFF of plain pixels is its pixels; any other, and one that points outside of itself, is none", () => {
  const tiff = (tags: readonly (readonly [tag: number, value: number])[], pixels: readonly number[]) => {
    const file = new Uint8Array(8 + 2 + tags.length * 12 + 4 + pixels.length);
    const view = new DataView(file.buffer);
    view.setUint16(0, 0x4949);
    view.setUint16(2, 42, true);
    view.setUint32(4, 8, true);
    view.setUint16(8, tags.length, true);
    tags.forEach(([tag, value], i) => {
      const at = 10 + i * 12;
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, 4, true);
      view.setUint32(at + 4, 1, true);
      view.setUint32(at + 8, value, true);
    });
    file.set(pixels, file.length - pixels.length);
    return file;
  };
  const head = [[256, 2], [257, 1], [258, 8], [259, 1], [262, 2], [277, 3], [279, 6]] as const;
  const at = 8 + 2 + (head.length + 1) * 12 + 4;
  const { kind, data } = readTiff(tiff([...head, [273, at]], [1, 2, 3, 4, 5, 6]), 1000)!;
  assert.equal(kind, "rgb");
  assert.deepEqual([...data], [0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6]);
  assert.equal(readTiff(tiff([...head, [273, at]], [1, 2, 3, 4, 5, 6]), 5), undefined);
  assert.equal(readTiff(tiff([...head, [273, 9999]], []), 1000), undefined);
  assert.equal(
    readTiff(tiff([...head.filter(([tag]) => tag !== 259), [259, 5], [273, at]], [1, 2, 3, 4, 5, 6]), 99),
    undefined,
  );
  assert.equal(readTiff(png(2, 2), 1000), undefined);
  assert.equal(readTiff(new Uint8Array(0), 1000), undefined);
});
