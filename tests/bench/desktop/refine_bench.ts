/**
 * What it gains to encode the same picture again once nothing changes: `deno run -A tests/bench/desktop/refine_bench.ts`. Needs Xvfb, ffmpeg
 * and the encoder's pack. A letter, and a screen full of other words, at two rates: how near the picture is to the screen (PSNR, dB; from 40
 * on nobody sees a difference) 0.2 s and 1 s after the change, with the pictures and bytes that it took. The machine's load changes nothing.
 */
import { H264Encoder, VIDEO_CLOCK } from "../../../cli/desktop/codec/h264_encoder.ts";
import { loadFfmpeg } from "../../../cli/desktop/codec/node_av.ts";
import { Scaler } from "../../../cli/desktop/codec/scaler.ts";
import { XServer } from "../../cli/desktop/x11/x_server.ts";
import { packFolder } from "../../support/desktop_pack.ts";

const SIZE = { width: 1280, height: 720 };
const FPS = 30;
/** From this quantiser on a picture is not sharp, for the host (`cli/desktop/host/video_feed.ts`). */
const ROUGH = 25;
/** When the same picture is given again: ms after the one before, and how often at most; `stop`: not after it was sharp twice in a row. */
interface Again {
  readonly pauses: readonly number[];
  readonly most: number;
  readonly stop: boolean;
}
const VARIANTS: Readonly<Record<string, Again>> = {
  never: { pauses: [33], most: 0, stop: false },
  "twice, after 33 ms": { pauses: [33], most: 2, stop: false },
  "4 times, after 33 ms": { pauses: [33], most: 4, stop: false },
  "10 times, after 33 ms": { pauses: [33], most: 10, stop: false },
  "until sharp, after 40, 100 ms": { pauses: [40, 100], most: 60, stop: true },
  "until sharp, 4 times after 40, then 100 ms": { pauses: [40, 40, 40, 40, 100], most: 60, stop: true },
};

const ffmpeg = await loadFfmpeg(packFolder());
const [before, letter, words] = await screens();
for (const bitrate of [8_000_000, 1_000_000]) {
  for (const [what, after] of [["a letter", letter!], ["a screen of words", words!]] as const) {
    for (const [name, again] of Object.entries(VARIANTS)) {
      const { soon, late, pictures, bytes } = await measure(before!, after, bitrate, again);
      console.log(
        `${bitrate / 1e6} Mbit/s, ${what}, ${name}`.padEnd(76),
        `${soon.toFixed(1)} dB after 0.2 s, ${
          late.toFixed(1)
        } after 1 s, ${pictures} pictures, ${bytes} bytes`,
      );
    }
  }
}

/** A screen of words, the same with another letter, and with all lines moved. */
async function screens(): Promise<Uint8Array[]> {
  await using server = await XServer.start({ screen: `${SIZE.width}x${SIZE.height}x24` });
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  const script = new URL("./painter.ts", import.meta.url).pathname;
  const taken: Uint8Array[] = [];
  for (const mode of ["still", "type", "scroll"]) {
    await using painter = server.spawn(Deno.execPath(), "run", "-A", "--no-check", script, mode, "20");
    await painter.waitForOutput(/^ready$/m, 20_000);
    // Some letters or lines later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const frame = new Uint8Array(SIZE.width * SIZE.height * 4);
    await capture.next(AbortSignal.timeout(5000));
    await capture.grab([{ x: 0, y: 0, ...SIZE }], frame);
    taken.push(frame);
  }
  return taken;
}

async function measure(
  before: Uint8Array,
  after: Uint8Array,
  bitrate: number,
  { pauses, most, stop }: Again,
) {
  using scaler = new Scaler(ffmpeg, SIZE, SIZE);
  const settings = { encoder: "libx264", ...SIZE, fps: FPS, bitrate, preset: "text" } as const;
  using encoder = await H264Encoder.open(ffmpeg, settings);
  const stream: Uint8Array[] = [];
  const times: number[] = [];
  let [ms, bytes] = [1000, 0];
  const encode = async (pixels: Uint8Array): Promise<boolean> => {
    const picture = await scaler.scale(pixels);
    const { nals, quantiser = 0 } = await encoder.encode(picture, { time: ms * VIDEO_CLOCK / 1000 });
    for (const nal of nals) stream.push(Uint8Array.of(0, 0, 0, 1), nal);
    times.push(ms);
    bytes += nals.reduce((sum, nal) => sum + nal.length, 0);
    return quantiser < ROUGH;
  };
  // The screen before is as sharp as it gets.
  for (let i = 0; i < 60; i++, ms += 100) await encode(before);
  const changed = ms += 1000;
  const first = times.length;
  bytes = 0;
  await encode(after);
  for (let [count, sharp] = [0, 0]; count < most && !(stop && sharp >= 2); count++) {
    ms += pauses[count] ?? pauses.at(-1)!;
    sharp = await encode(after) ? sharp + 1 : 0;
  }
  const planes = await decode(stream);
  const at = (limit: number) => planes[times.findLastIndex((time) => time <= changed + limit)]!;
  return {
    soon: nearness(at(200), before, after),
    late: nearness(at(1000), before, after),
    pictures: times.length - first,
    bytes,
  };
}

/** The luma of each picture. */
async function decode(stream: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const file = await Deno.makeTempFile({ suffix: ".h264" });
  try {
    await Deno.writeFile(file, new Uint8Array(await new Blob([...stream] as BlobPart[]).arrayBuffer()));
    const args = [
      "-loglevel",
      "error",
      "-i",
      file,
      "-f",
      "rawvideo",
      "-pix_fmt",
      "yuv420p",
      "-fps_mode",
      "passthrough",
      "-",
    ];
    const { stdout } = await new Deno.Command("ffmpeg", { args }).output();
    const [luma, all] = [SIZE.width * SIZE.height, SIZE.width * SIZE.height * 3 / 2];
    return Array.from({ length: stdout.length / all }, (_, i) => stdout.subarray(i * all, i * all + luma));
  } finally {
    await Deno.remove(file);
  }
}

/** PSNR of the pixels that changed, dB. The screens are black and white: one channel tells all. */
function nearness(luma: Uint8Array, before: Uint8Array, after: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < luma.length; i++) {
    if (before[i * 4] === after[i * 4]) continue;
    sum += (Math.min(255, Math.max(0, (luma[i]! - 16) / 219 * 255)) - after[i * 4]!) ** 2;
    count++;
  }
  return 10 * Math.log10(255 ** 2 / Math.max(1e-3, sum / count));
}
