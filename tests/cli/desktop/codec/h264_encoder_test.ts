import assert from "node:assert/strict";
import { type EncodedPicture, H264Encoder } from "../../../../cli/desktop/codec/h264_encoder.ts";
import { type Ffmpeg, loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { Scaler } from "../../../../cli/desktop/codec/scaler.ts";
import { joinNals, nalType } from "../../../../cli/desktop/codec/start_codes.ts";
import type { VideoSettings } from "../../../../cli/desktop/codec/video_settings.ts";
import { PRESETS } from "../../../../session/services/desktop/limits.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { program, testWith } from "../../../support/needs.ts";
import { colours, type Drawn, noise } from "./drawings.ts";
import { decodeH264, difference, run } from "./ffmpeg_command.ts";

const needs = [desktopPack, program("ffmpeg")];
const SETTINGS = {
  encoder: "libx264",
  width: 320,
  height: 192,
  fps: 30,
  bitrate: 4_000_000,
  preset: "balanced",
} as const;
/** Ticks of 90 kHz between two pictures. */
const STEP = 3000;

/** An encoder with what gives it pictures. */
class Line implements Disposable {
  #time = 0;

  private constructor(readonly scaler: Scaler, readonly encoder: H264Encoder) {}

  static async open(ffmpeg: Ffmpeg, settings: VideoSettings = SETTINGS): Promise<Line> {
    return new Line(new Scaler(ffmpeg, settings, settings), await H264Encoder.open(ffmpeg, settings));
  }

  async encode({ pixels }: Drawn, keyframe = false, step = STEP): Promise<EncodedPicture> {
    this.#time += step;
    return await this.encoder.encode(await this.scaler.scale(pixels), { time: this.#time, keyframe });
  }

  [Symbol.dispose](): void {
    this.scaler[Symbol.dispose]();
    this.encoder[Symbol.dispose]();
  }
}

function streamOf(pictures: readonly EncodedPicture[]): Uint8Array<ArrayBuffer> {
  return joinNals(pictures.flatMap(({ nals }) => nals)) as Uint8Array<ArrayBuffer>;
}

function bitsOf(pictures: readonly EncodedPicture[]): number {
  return 8 * streamOf(pictures).length;
}

for (const preset of PRESETS) {
  testWith(
    needs,
    `H.264: another FFmpeg decodes each picture as it was, with its colours (${preset})`,
    async () => {
      using line = await Line.open(await loadFfmpeg(packFolder()), { ...SETTINGS, preset });
      const drawn = Array.from({ length: 20 }, (_, number) => colours(320, 192, number));
      const pictures: EncodedPicture[] = [];
      for (const picture of drawn) pictures.push(await line.encode(picture));
      const decoded = await decodeH264(streamOf(pictures), SETTINGS);
      assert.equal(decoded.length, drawn.length);
      decoded.forEach((picture, at) => {
        const error = difference(picture, drawn[at]!.pixels);
        assert.ok(error < 8, `picture ${at} differs by ${error.toFixed(1)}`);
      });
      // Pictures differ more from each other than from what they were made of.
      assert.ok(difference(decoded[0]!, drawn[10]!.pixels) > difference(decoded[0]!, drawn[0]!.pixels) + 3);
    },
  );
}

testWith(
  needs,
  "H.264: a keyframe comes when it is asked for, on that very picture, and a viewer can begin there",
  async () => {
    using line = await Line.open(await loadFfmpeg(packFolder()));
    const pictures: EncodedPicture[] = [];
    for (let number = 0; number < 30; number++) {
      // Another picture altogether at 20: no reason for a keyframe.
      const picture = number < 20 ? colours(320, 192, number) : noise(320, 192, number);
      pictures.push(await line.encode(picture, number === 7 || number === 15));
    }
    const keyframes = pictures.flatMap(({ keyframe }, at) => keyframe ? [at] : []);
    assert.deepEqual(keyframes, [0, 7, 15]);
    pictures.forEach(({ nals, keyframe }, at) => {
      const types = nals.map(nalType).filter((type) => type !== 6);
      assert.deepEqual(types, keyframe ? [7, 8, 5] : [1], `picture ${at}`);
    });
    const fromMiddle = await decodeH264(streamOf(pictures.slice(7)), SETTINGS);
    assert.equal(fromMiddle.length, 23);
    assert.ok(difference(fromMiddle[0]!, colours(320, 192, 7).pixels) < 8);
    const { time } = pictures[7]!;
    assert.equal(time, 8 * STEP);
  },
);

testWith(needs, "H.264: decoders need not wait for later pictures, and are told the colours", async () => {
  using line = await Line.open(await loadFfmpeg(packFolder()));
  const stream = streamOf([await line.encode(colours(320, 192))]);
  const args = ["-f", "h264", "-i", "-", "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"];
  const { said } = await run("ffmpeg", args, stream);
  const field = (name: string) => Number(new RegExp(`\\b${name} +[01]+ = (\\d+)`).exec(said)?.[1] ?? NaN);
  assert.equal(field("profile_idc"), 66);
  assert.equal(field("constraint_set1_flag"), 1, "constrained");
  assert.equal(field("bitstream_restriction_flag"), 1);
  assert.equal(field("max_num_reorder_frames"), 0);
  assert.equal(field("video_full_range_flag"), 0);
  assert.equal(field("matrix_coefficients"), 6, "BT.601");
});

testWith(needs, "H.264: another bitrate holds from the next pictures on, without a keyframe", async () => {
  using line = await Line.open(await loadFfmpeg(packFolder()));
  const second = async (from: number) => {
    const pictures: EncodedPicture[] = [];
    for (let number = from; number < from + 30; number++) {
      pictures.push(await line.encode(noise(320, 192, number)));
    }
    return pictures;
  };
  await second(0);
  const before = await second(30);
  line.encoder.setBitrate(1_000_000.25);
  assert.equal(line.encoder.settings.bitrate, 1_000_000);
  const change = await second(60);
  const after = await second(90);
  const rates = [before, after].map(bitsOf);
  assert.ok(Math.abs(rates[0]! - 4_000_000) < 600_000, `before: ${rates[0]} bits`);
  assert.ok(Math.abs(rates[1]! - 1_000_000) < 150_000, `after: ${rates[1]} bits`);
  line.encoder.setBitrate(3_000_000);
  await second(120);
  const again = await second(150);
  assert.ok(Math.abs(bitsOf(again) - 3_000_000) < 450_000, `up again: ${bitsOf(again)} bits`);
  const all = [...before, ...change, ...after, ...again];
  assert.ok(all.every(({ keyframe }) => !keyframe));
});

testWith(
  needs,
  "H.264: pictures that come seldom use much of the bitrate, and no more than it",
  async () => {
    using line = await Line.open(await loadFfmpeg(packFolder()), {
      ...SETTINGS,
      fps: 60,
      bitrate: 2_000_000,
    });
    const pictures: EncodedPicture[] = [];
    // Five a second, for eight seconds.
    for (let number = 0; number < 40; number++) {
      pictures.push(
        await line.encode(noise(320, 192, number), false, 18_000),
      );
    }
    const rate = bitsOf(pictures.slice(10)) / 6;
    // x264 gives one picture at most half of its buffer. If it counted pictures in place of time, 170,000 would be left.
    assert.ok(rate > 700_000 && rate < 2_200_000, `${rate} bits a second`);
  },
);

testWith(needs, "H.264: a still picture costs almost nothing, and becomes sharp", async () => {
  using line = await Line.open(await loadFfmpeg(packFolder()), { ...SETTINGS, bitrate: 400_000 });
  const still = noise(320, 192, 1);
  const pictures: EncodedPicture[] = [];
  for (let number = 0; number < 90; number++) pictures.push(await line.encode(still));
  const decoded = await decodeH264(streamOf(pictures), SETTINGS);
  assert.ok(difference(decoded[89]!, still.pixels) < difference(decoded[0]!, still.pixels) / 2);
  assert.ok(bitsOf(pictures.slice(-10)) / 10 < 2000, "bits of a picture in which nothing changed");
});

testWith(
  [desktopPack],
  "H.264: an encoder that is not there, and one without its device, say so",
  async () => {
    const ffmpeg = await loadFfmpeg(packFolder());
    await assert.rejects(
      H264Encoder.open(ffmpeg, { ...SETTINGS, encoder: "h265_none" }),
      /no such encoder: "h265_none"/,
    );
    await assert.rejects(
      H264Encoder.open(ffmpeg, { ...SETTINGS, encoder: "h264_v4l2m2m" }),
      /could not open the encoder/,
    );
  },
);
