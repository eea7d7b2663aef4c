/** The desktop's sound: what a program plays into a real PulseAudio comes as packets of Opus with steady times, and only while somebody listens. */
import assert from "node:assert/strict";
import { loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { Recording } from "../../../../cli/desktop/sound/recording.ts";
import { SoundFeed } from "../../../../cli/desktop/sound/sound_feed.ts";
import { Failure } from "../../../../cli/process/failure.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { poll } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { pulseServer } from "./pulse_server.ts";

const PULSE = [needs.program("pulseaudio"), needs.program("parec"), needs.program("pacat")];

/** How much of a sine of `hz` is in samples of both channels, from 0 to 1 (Goertzel, 1958). */
function share(samples: readonly number[], hz: number): number {
  const left = samples.filter((_, i) => i % 2 === 0);
  let [sin, cos, all] = [0, 0, 0];
  left.forEach((sample, i) => {
    sin += sample * Math.sin(2 * Math.PI * hz * i / 48_000);
    cos += sample * Math.cos(2 * Math.PI * hz * i / 48_000);
    all += sample * sample;
  });
  return all === 0 ? 0 : 2 * (sin * sin + cos * cos) / (left.length * all);
}

needs.testWith(PULSE, "a tone that a program plays is recorded as that tone", async () => {
  await using pulse = await pulseServer();
  const samples: number[] = [];
  await using recording = Recording.start({
    environment: pulse.environment,
    take: (some) => samples.push(...some),
  });
  await using _tone = pulse.play(1000);
  const loud = () => share(samples.slice(-9600), 1000) > 0.95;
  await poll(() => loud() || undefined, 10_000, "a tone of 1 kHz");
  assert.ok(share(samples.slice(-9600), 440) < 0.05);
  assert(recording);
});

needs.testWith(
  [...PULSE, desktopPack],
  "packets of 10 ms have steady times, and nothing runs while nobody listens",
  async () => {
    await using pulse = await pulseServer();
    const ffmpeg = await loadFfmpeg(packFolder());
    const packets: { readonly bytes: number; readonly time: number }[] = [];
    const failures: Error[] = [];
    await using feed = new SoundFeed({
      ffmpeg,
      environment: pulse.environment,
      now: () => performance.timeOrigin + performance.now(),
      send: ({ length: bytes }, time) => packets.push({ bytes, time }),
      failed: (error) => failures.push(error),
    });
    await using _tone = pulse.play(440);
    assert.equal(packets.length, 0);
    feed.listen(true);
    await poll(() => packets.length >= 100 || undefined, 10_000, "a second of sound");
    feed.listen(false);
    await poll(() => pulse.recorders() === 0 || undefined, 5000, "no recorder is left");
    const count = packets.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(packets.length, count);
    const steps = packets.slice(1).map(({ time }, i) => time - packets[i]!.time);
    assert.ok(steps.filter((step) => step === 480).length >= steps.length * 0.9, steps.join());
    assert.deepEqual(failures, []);
  },
);

needs.testWith(PULSE, "without a sound server, and without parec, one line says what to do", async () => {
  const environment = { PATH: Deno.env.get("PATH"), HOME: "/nonexistent", PULSE_SERVER: "unix:/nonexistent" };
  await using recording = Recording.start({ environment, take: () => {} });
  const failure = await recording.ended;
  assert.match(failure.message, /sound can't be recorded/);
  assert.throws(() => Recording.start({ environment: { PATH: "/nonexistent" }, take: () => {} }), (error) => {
    assert(error instanceof Failure);
    assert.match(error.message, /parec is not there.*pulseaudio-utils/);
    return true;
  });
});
