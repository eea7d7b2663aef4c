/** A recording of pictures and sound, read by another FFmpeg; and sound by itself. */
import assert from "node:assert/strict";
import { type Ffmpeg, loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { OpusEncoder } from "../../../../cli/desktop/codec/opus_encoder.ts";
import { Recorder } from "../../../../cli/desktop/codec/recorder.ts";
import { ROOT } from "../../../../scripts/files.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { program, testWith } from "../../../support/needs.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { colours } from "./drawings.ts";
import { difference, run } from "./ffmpeg_command.ts";
import { record, SIZE, TONE } from "./recordings.ts";

const needs = [desktopPack, program("ffmpeg"), program("ffprobe")];
async function soundHeader(ffmpeg: Ffmpeg): Promise<Uint8Array> {
  using sound = await OpusEncoder.open(ffmpeg, { bitrate: 96_000 });
  return sound.header;
}

/** Streams and packets of a file, as ffprobe sees them. */
async function probe(path: string) {
  const { out } = await run("ffprobe", [
    "-v",
    "error",
    "-count_frames",
    "-show_streams",
    "-of",
    "json",
    path,
  ]);
  return JSON.parse(new TextDecoder().decode(out)).streams as readonly Record<string, string | number>[];
}

testWith(needs, "recording: pictures and sound, each at its time", async () => {
  await using temp = await TempDir.create();
  const path = temp.join("desktop.mkv");
  const ffmpeg = await loadFfmpeg(packFolder());
  {
    await using recorder = await Recorder.open(ffmpeg, path, { ...SIZE, sound: await soundHeader(ffmpeg) });
    await record(ffmpeg, recorder, 2);
  }
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  const [video, sound] = await probe(path);
  assert.deepEqual([video!.codec_name, video!.width, video!.height, Number(video!.nb_read_frames)], [
    "h264",
    320,
    192,
    60,
  ]);
  assert.deepEqual([sound!.codec_name, sound!.channels, sound!.sample_rate], ["opus", 2, "48000"]);

  const raw = ["-f", "rawvideo", "-pix_fmt", "bgr0", "-fps_mode", "passthrough", "-"];
  const { out } = await run("ffmpeg", ["-v", "error", "-ss", "1", "-i", path, "-frames:v", "1", ...raw]);
  assert.ok(difference(out, colours(320, 192, 30).pixels) < 8, "the picture at one second");

  const pcm = await run("ffmpeg", ["-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", "-"]);
  const samples = new Int16Array(pcm.out.buffer, 0, Math.floor(pcm.out.length / 4) * 2);
  assert.ok(Math.abs(samples.length / 2 / 48_000 - 2) < 0.03, `${samples.length / 2} samples`);
  let crossings = 0;
  for (let at = 48_000; at + 2 < samples.length; at += 2) {
    if (samples[at]! < 0 && samples[at + 2]! >= 0) crossings++;
  }
  const seconds = (samples.length - 48_000) / 2 / 48_000;
  assert.ok(Math.abs(crossings / seconds - TONE) < 5, `a tone of ${crossings / seconds} Hz`);
  const loudness = (channel: number) =>
    samples.reduce((sum, value, at) => at % 2 === channel ? sum + value ** 2 : sum, 0);
  assert.ok(loudness(0) > 100 * loudness(1), "the right channel is silent");
});

testWith(
  needs,
  "recording: another size in the middle, and pictures that come too fast, are kept",
  async () => {
    await using temp = await TempDir.create();
    const path = temp.join("desktop.mkv");
    const ffmpeg = await loadFfmpeg(packFolder());
    {
      await using recorder = await Recorder.open(ffmpeg, path, SIZE);
      await record(ffmpeg, recorder, 1);
      await record(ffmpeg, recorder, 1, { width: 640, height: 360 }, 1);
      const late = { nals: [new Uint8Array([0x41, 0x9a, 0x80])], keyframe: false, time: 2 * 90_000 - 3000 };
      await recorder.addPicture(late);
    }
    const { out } = await run("ffprobe", [
      "-v",
      "quiet",
      "-show_entries",
      "frame=width",
      "-of",
      "csv=p=0",
      path,
    ]);
    const widths = new TextDecoder().decode(out).split("\n").map((line) => line.split(",")[0]);
    assert.equal(widths.filter((width) => width === "320").length, 30);
    assert.ok(widths.filter((width) => width === "640").length >= 30);
  },
);

testWith(
  needs,
  "recording: what was there a second before the process was killed can be played",
  async () => {
    await using temp = await TempDir.create();
    const path = temp.join("desktop.mkv");
    const program = `
    import process from "node:process";
    import { loadFfmpeg } from "${ROOT}/cli/desktop/codec/node_av.ts";
    import { Recorder } from "${ROOT}/cli/desktop/codec/recorder.ts";
    import { record } from "${import.meta.resolve("./recordings.ts")}";
    const ffmpeg = await loadFfmpeg(${JSON.stringify(packFolder())});
    const recorder = await Recorder.open(ffmpeg, ${JSON.stringify(path)}, ${JSON.stringify(SIZE)});
    await record(ffmpeg, recorder, 4);
    process.kill(process.pid, "SIGKILL");
  `;
    const args = ["eval", "--no-check", program];
    const { signal } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "null" }).output();
    assert.equal(signal, "SIGKILL");
    const [video] = await probe(path);
    const frames = Number(video!.nb_read_frames);
    assert.ok(frames >= 88 && frames <= 120, `${frames} pictures of 120`);
  },
);

testWith(
  [desktopPack],
  "recording: a file that is there is not written over, and a folder that is not there is named",
  async () => {
    await using temp = await TempDir.create();
    const ffmpeg = await loadFfmpeg(packFolder());
    await temp.write({ "there.mkv": "mine" });
    await assert.rejects(Recorder.open(ffmpeg, temp.join("there.mkv"), SIZE), /is there already/);
    assert.equal(await Deno.readTextFile(temp.join("there.mkv")), "mine");
    await assert.rejects(
      Recorder.open(ffmpeg, temp.join("none/a.mkv"), SIZE),
      /can't be written: .*none\/a\.mkv/,
    );
  },
);

testWith([desktopPack], "sound: another number of samples than 10 ms is refused", async () => {
  using sound = await OpusEncoder.open(await loadFfmpeg(packFolder()), { bitrate: 64_000 });
  assert.throws(() => sound.encode(new Int16Array(959)), /959 numbers of sound; 960 are wanted/);
  const packet = await sound.encode(new Int16Array(960));
  assert.ok(packet.length > 0 && packet.length < 400);
});
