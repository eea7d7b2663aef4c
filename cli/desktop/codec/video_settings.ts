/** What an H.264 encoder is asked for, and how each encoder is told. Pure. */
import type { PRESETS } from "../../../session/services/desktop/limits.ts";
import type { Size } from "./picture.ts";

/** What a desktop shows mostly: letters, anything, or films and games. */
export type Preset = typeof PRESETS[number];

/** `encoder`: a name of FFmpeg's, such as `libx264`. `fps`: pictures a second, at most. `bitrate`: bits a second, at most. */
export interface VideoSettings extends Size {
  readonly encoder: string;
  readonly fps: number;
  readonly bitrate: number;
  readonly preset: Preset;
}

/** FFmpeg's encoder in software, which works everywhere. */
export const SOFTWARE = "libx264";

/**
 * `quality`: x264's rate factor where the bitrate allows it; less is sharper, and 6 less doubles the bits. `burst`: how much a change of
 * the whole screen may take at once, in ms of the bitrate: letters are sharp at once or not read, and a film must not wait.
 */
const TUNING: Readonly<Record<Preset, { readonly quality: number; readonly burst: number }>> = {
  text: { quality: 20, burst: 400 },
  balanced: { quality: 23, burst: 250 },
  motion: { quality: 27, burst: 120 },
};

/** The encoder's buffer, in bits. */
export function bufferSize(bitrate: number, preset: Preset): number {
  return Math.round(bitrate * TUNING[preset].burst / 1000);
}

/** What one thread encodes in time, pixels a second: 1080p60, at 5.5 ms a picture, with as much to spare again. */
const PIXELS_PER_THREAD = 1920 * 1080 * 60;
const MOST_THREADS = 4;

/** More than one thread only where one is too slow: each makes a slice of its own, which costs bits. */
export function threads({ width, height, fps }: VideoSettings, cores: number): number {
  const wanted = Math.ceil(width * height * fps / PIXELS_PER_THREAD);
  return Math.max(1, Math.min(wanted, cores, MOST_THREADS));
}

/** Options of FFmpeg's encoder for the lowest delay: a picture that goes in comes out. IDR pictures are only those that were asked for. */
export function encoderOptions({ encoder, preset }: VideoSettings): Readonly<Record<string, string>> {
  switch (encoder) {
    case SOFTWARE:
      return {
        preset: "ultrafast",
        tune: "zerolatency",
        profile: "baseline",
        "forced-idr": "1",
        crf: `${TUNING[preset].quality}`,
        sc_threshold: "0",
      };
    case "h264_nvenc":
      return {
        preset: "p2",
        tune: "ull",
        zerolatency: "1",
        delay: "0",
        rc: "vbr",
        "forced-idr": "1",
        "no-scenecut": "1",
      };
    case "h264_qsv":
      return { preset: "veryfast", async_depth: "1", low_delay_brc: "1", forced_idr: "1", idr_interval: "0" };
    case "h264_vaapi":
      return { async_depth: "1", rc_mode: "VBR", idr_interval: "0" };
    case "h264_amf":
      return { usage: "ultralowlatency", forced_idr: "1", header_spacing: "1" };
    case "h264_videotoolbox":
      return { realtime: "1", prio_speed: "1", constant_bit_rate: "0" };
    default:
      return {};
  }
}

/**
 * How much of the bitrate a picture may use. x264 counts pictures, not time: each refills its buffer by the rate of one picture at full
 * pace. Where pictures come seldom, since little changes, the rate is raised by as many as were left out.
 */
export class PictureRate {
  #last: number | undefined;
  /** Parts of a picture that were not counted yet. */
  #rest = 0;

  constructor(private readonly fps: number, private readonly preset: Preset) {}

  /** The rate to tell the encoder for the picture of `time` (seconds), so that it uses `bitrate` in real time. Bits a second. */
  at(time: number, bitrate: number): number {
    const passed = this.#last === undefined ? 1 : (time - this.#last) * this.fps + this.#rest;
    this.#last = time;
    const pictures = Math.max(1, Math.floor(passed));
    this.#rest = Math.max(0, Math.min(1, passed - pictures));
    // More than the whole buffer is never there.
    return Math.round(bitrate * Math.min(pictures, Math.max(1, this.fps * TUNING[this.preset].burst / 1000)));
  }
}
