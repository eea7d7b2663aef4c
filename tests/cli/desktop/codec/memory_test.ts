/** Memory and time over many pictures, and objects that are freed while they work. */
import assert from "node:assert/strict";
import { H264Encoder } from "../../../../cli/desktop/codec/h264_encoder.ts";
import { JpegEncoder } from "../../../../cli/desktop/codec/jpeg_encoder.ts";
import { type Ffmpeg, loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { OpusEncoder } from "../../../../cli/desktop/codec/opus_encoder.ts";
import { Scaler } from "../../../../cli/desktop/codec/scaler.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { testWith } from "../../../support/needs.ts";
import { colours, noise } from "./drawings.ts";

const SIZE = { width: 320, height: 192 };
const SETTINGS = { ...SIZE, encoder: "libx264", fps: 60, bitrate: 2_000_000, preset: "balanced" } as const;
const MB = 1_000_000;
/** What holes in the heap, and what waits for the collector, may take between two looks. */
const MORE = 16 * MB;

/** Bytes of this process in memory that are not the collector's own. */
function native(): number {
  const { rss, heapTotal } = Deno.memoryUsage();
  return rss - heapTotal;
}

testWith(
  [desktopPack],
  "codec: 10,000 pictures, with sound and tiles, take no more memory than 5,000",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    using scaler = new Scaler(ffmpeg, SIZE, SIZE);
    using encoder = await H264Encoder.open(ffmpeg, SETTINGS);
    using tiles = new JpegEncoder(ffmpeg);
    using sound = await OpusEncoder.open(ffmpeg, { bitrate: 96_000 });
    const drawn = [colours(320, 192, 1), noise(320, 192, 1), colours(320, 192, 2)].map(({ pixels }) =>
      pixels
    );
    // A packet that is not freed would be 4 KB of each picture, a picture 90, a conversion 40 of each tile.
    let halfway = 0;
    for (let number = 0; number < 10_000; number++) {
      const pixels = drawn[number % 3]!;
      const rows = { from: number % 190, to: number % 190 + 2 };
      const picture = await scaler.scale(pixels, number % 2 === 0 ? {} : { rows });
      if (number % 500 === 0) encoder.setBitrate(1_000_000 + number * 100);
      await encoder.encode(picture, { time: number * 1500, keyframe: number % 100 === 0 });
      if (number % 10 === 0) {
        // Of sizes that do not repeat: encoders of old ones are freed.
        const part = { x: 0, y: 0, width: 20 + number % 301, height: 16 + number % 177 };
        await tiles.encode(pixels, 1280, part, 75);
      }
      await sound.encode(new Int16Array(960).fill(number));
      if (number === 5000) halfway = native();
    }
    const more = native() - halfway;
    assert.ok(more < MORE, `${(more / MB).toFixed(1)} MB more`);
  },
);

testWith(
  [desktopPack],
  "codec: encoders that are opened and freed again and again leave nothing",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    const { pixels } = colours(640, 360);
    const once = async () => {
      using scaler = new Scaler(ffmpeg, { width: 640, height: 360 }, SIZE);
      using encoder = await H264Encoder.open(ffmpeg, SETTINGS);
      await encoder.encode(await scaler.scale(pixels), { time: 0 });
    };
    for (let round = 0; round < 40; round++) await once();
    const before = native();
    for (let round = 0; round < 160; round++) await once();
    const more = native() - before;
    assert.ok(more < MORE, `${(more / MB).toFixed(1)} MB more`);
  },
);

/** Starts work of every object, and does not wait for it. */
async function begin(ffmpeg: Ffmpeg): Promise<readonly Promise<unknown>[]> {
  using scaler = new Scaler(ffmpeg, SIZE, SIZE);
  using encoder = await H264Encoder.open(ffmpeg, SETTINGS);
  using tiles = new JpegEncoder(ffmpeg);
  const { pixels } = noise(320, 192, 1);
  const picture = await scaler.scale(pixels);
  return [
    ...[1, 2, 3].map((time) => encoder.encode(picture, { time })),
    ...[1, 2, 3].map(() => tiles.encode(pixels, 1280, { x: 0, y: 0, ...SIZE }, 90)),
  ];
}

testWith(
  [desktopPack],
  "codec: who frees an object in the middle of its work gets what was begun, and no crash",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    for (let round = 0; round < 20; round++) {
      const results = await Promise.all(await begin(ffmpeg));
      assert.equal(results.length, 6);
    }
  },
);

testWith([desktopPack], "codec: pixels that nothing else holds are held until they are encoded", async () => {
  const ffmpeg = await loadFfmpeg(packFolder());
  const size = { width: 1280, height: 720 };
  using scaler = new Scaler(ffmpeg, size, size);
  for (let round = 0; round < 50; round++) {
    const { frame } = await scaler.scale(new Uint8Array(1280 * 720 * 4).fill(round));
    // Memory that the collector had given back would be filled with other things.
    const others = Array.from({ length: 4 }, () => new Uint8Array(1280 * 720).fill(255));
    assert.equal(others.length, 4);
    const wanted = frame.data![0]![0];
    assert.ok(frame.data![0]!.subarray(0, 1280 * 720).every((byte) => byte === wanted), `round ${round}`);
  }
});
