/**
 * What pictures cost: `deno run -A tests/bench/desktop/codec_bench.ts`, with the pack (`tests/support/desktop_pack.ts`). Text that scrolls
 * by 8 rows a picture, 60 a second, in real time: CPU time of a picture, and how late the event loop is (p50 and p99). Then letters that are
 * typed, and JPEGs of the whole. CPU time is this process's, whatever else runs; lateness tells of the machine too.
 */
import { H264Encoder } from "../../../cli/desktop/codec/h264_encoder.ts";
import { JpegEncoder } from "../../../cli/desktop/codec/jpeg_encoder.ts";
import { type Ffmpeg, loadFfmpeg } from "../../../cli/desktop/codec/node_av.ts";
import type { Size } from "../../../cli/desktop/codec/picture.ts";
import { Scaler } from "../../../cli/desktop/codec/scaler.ts";
import { PRESETS } from "../../../session/services/desktop/limits.ts";
import { packFolder } from "../../support/desktop_pack.ts";
import { percentile } from "../figures.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const PICTURES = 300;
const FPS = 60;

/** Two screens of lines as of text, one below the other: BGRX. */
function page({ width, height }: Size): Uint8Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height * 2).fill(0x00fafafa);
  let state = 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const [row, column] = [Math.floor(at / width), at % width];
    if (row % 16 < 10 && column < width * 0.7 && (state >> 16 & 7) < 2) pixels[at] = 0x001e1e1e;
  }
  return new Uint8Array(pixels.buffer);
}

/** How late a timer of 4 ms is, ms, until it is read. */
function lateness(): () => string {
  const late: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 4));
    last = now;
  }, 4);
  return () => {
    clearInterval(timer);
    return `${percentile(late, 0.5).toFixed(1)} / ${percentile(late, 0.99).toFixed(1)}`;
  };
}

async function scrolling(ffmpeg: Ffmpeg, size: Size, preset: typeof PRESETS[number]): Promise<void> {
  const pixels = page(size);
  const stride = size.width * 4;
  using scaler = new Scaler(ffmpeg, size, size);
  using encoder = await H264Encoder.open(ffmpeg, {
    ...size,
    encoder: "libx264",
    fps: FPS,
    bitrate: 8_000_000,
    preset,
  });
  const [cpu, late, start] = [cpuTime(), lateness(), performance.now()];
  let bytes = 0;
  for (let number = 0; number < PICTURES; number++) {
    const due = start + number * 1000 / FPS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const from = number * 8 % size.height * stride;
    const picture = await scaler.scale(pixels.subarray(from, from + size.height * stride));
    const { nals } = await encoder.encode(picture, { time: number * 90_000 / FPS });
    bytes += nals.reduce((sum, nal) => sum + nal.length, 0);
  }
  const [each, kib] = [cpu() / PICTURES, bytes / PICTURES / 1024];
  console.log(
    `${size.height}p scrolling, ${preset}: ${each.toFixed(1)} ms CPU, ${
      kib.toFixed(1)
    } KiB; loop late ${late()} ms`,
  );
}

async function typing(ffmpeg: Ffmpeg, size: Size): Promise<void> {
  const pixels = page(size);
  using scaler = new Scaler(ffmpeg, size, size);
  using encoder = await H264Encoder.open(ffmpeg, {
    ...size,
    encoder: "libx264",
    fps: FPS,
    bitrate: 8_000_000,
    preset: "text",
  });
  // Until the whole is sharp.
  for (let number = 0; number < 60; number++) {
    await encoder.encode(await scaler.scale(pixels), { time: number * 1500 });
  }
  const cpu = cpuTime();
  let bytes = 0;
  for (let number = 0; number < PICTURES; number++) {
    const at = (200 * size.width + number * 4 % size.width) * 4;
    for (let row = 0; row < 10; row++) {
      pixels.fill(0x20, at + row * size.width * 4, at + row * size.width * 4 + 24);
    }
    const picture = await scaler.scale(pixels, { rows: { from: 200, to: 210 } });
    const { nals } = await encoder.encode(picture, { time: 90_000 + number * 1500 });
    bytes += nals.reduce((sum, nal) => sum + nal.length, 0);
  }
  console.log(
    `${size.height}p typing: ${(cpu() / PICTURES).toFixed(1)} ms CPU, ${Math.round(bytes / PICTURES)} bytes`,
  );
}

async function jpegs(ffmpeg: Ffmpeg, size: Size): Promise<void> {
  using encoder = new JpegEncoder(ffmpeg);
  const pixels = page(size);
  for (const quality of [60, 80, 90]) {
    const cpu = cpuTime();
    let bytes = 0;
    for (let number = 0; number < 30; number++) {
      bytes += (await encoder.encode(pixels, size.width * 4, { x: 0, y: 0, ...size }, quality)).length;
    }
    console.log(
      `${size.height}p JPEG ${quality}: ${(cpu() / 30).toFixed(1)} ms CPU, ${
        Math.round(bytes / 30 / 1024)
      } KiB`,
    );
  }
}

const ffmpeg = await loadFfmpeg(packFolder());
for (const size of [{ width: 1280, height: 720 }, { width: 1920, height: 1080 }]) {
  for (const preset of PRESETS) await scrolling(ffmpeg, size, preset);
  await typing(ffmpeg, size);
  await jpegs(ffmpeg, size);
}
