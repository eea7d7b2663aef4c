/** Something to record: pictures that move, and a tone. */
import { H264Encoder } from "../../../../cli/desktop/codec/h264_encoder.ts";
import type { Ffmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { OpusEncoder } from "../../../../cli/desktop/codec/opus_encoder.ts";
import type { Recorder } from "../../../../cli/desktop/codec/recorder.ts";
import { Scaler } from "../../../../cli/desktop/codec/scaler.ts";
import { colours } from "./drawings.ts";

export const SIZE = { width: 320, height: 192 };
/** Hz. */
export const TONE = 440;

/** 10 ms of a tone in the left channel, from its sample `from` on; silence in the right one. */
function tone(from: number): Int16Array {
  const samples = new Int16Array(960);
  for (let at = 0; at < 480; at++) {
    samples[2 * at] = 8000 * Math.sin((from + at) * TONE * 2 * Math.PI / 48_000);
  }
  return samples;
}

/** Records `seconds` of 30 pictures a second and of the tone. */
export async function record(
  ffmpeg: Ffmpeg,
  recorder: Recorder,
  seconds: number,
  size = SIZE,
  from = 0,
): Promise<void> {
  using scaler = new Scaler(ffmpeg, size, size);
  const settings = { ...size, encoder: "libx264", fps: 30, bitrate: 2_000_000, preset: "balanced" } as const;
  using video = await H264Encoder.open(ffmpeg, settings);
  using sound = await OpusEncoder.open(ffmpeg, { bitrate: 96_000 });
  for (let number = 0; number < seconds * 30; number++) {
    const picture = await scaler.scale(colours(size.width, size.height, number).pixels);
    await recorder.addPicture(await video.encode(picture, { time: from * 90_000 + number * 3000 }));
    for (let packet = Math.ceil(number * 10 / 3); packet < (number + 1) * 10 / 3; packet++) {
      await recorder.addSound(await sound.encode(tone(packet * 480)), from * 48_000 + packet * 480);
    }
  }
}
