/** `--desktop-record`: a file that players read, also after `kill -9`; a full disk ends the recording alone. */
import assert from "node:assert/strict";
import { withBrowser } from "../../../support/browser.ts";
import { poll } from "../../../support/deadline.ts";
import { lab, program, testWith } from "../../../support/needs.ts";
import { pulseServer } from "../../../cli/desktop/sound/pulse_server.ts";
import { packEnvironment } from "../../../support/desktop_pack.ts";
import { BEACH, Scene, SOON, START } from "../../scene.ts";
import { DESKTOP, type DesktopHost, desktopHost, type InPage, openDesktopPage } from "../desktop_scene.ts";

const RECORD = [...DESKTOP, program("ffmpeg"), program("ffprobe")];
const SOUND = [program("pulseaudio"), program("parec"), program("pacat")];
const COLOURS = ["#c02020", "#2020c0", "#20a020"];
/** How long the desktop changes, ms. */
const LONG = 5000;

interface Probed {
  readonly streams: readonly {
    readonly codec_name: string;
    readonly width?: number;
    readonly height?: number;
    readonly nb_read_frames?: string;
  }[];
  readonly format: { readonly duration?: string; readonly start_time?: string };
}

/** What ffprobe finds, with each stream decoded; throws with what the decoder complains of. */
async function probe(path: string): Promise<Probed & { readonly complaints: string }> {
  const { stdout, stderr } = await new Deno.Command("ffprobe", {
    args: ["-v", "warning", "-count_frames", "-show_streams", "-show_format", "-of", "json", path],
  }).output();
  return { ...JSON.parse(new TextDecoder().decode(stdout)), complaints: new TextDecoder().decode(stderr) };
}

/** Seconds from the first picture to the last, and how many. */
async function pictures(path: string): Promise<{ readonly seconds: number; readonly count: number }> {
  const { stdout } = await new Deno.Command("ffprobe", {
    args: ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path],
  }).output();
  const times = new TextDecoder().decode(stdout).trim().split("\n").map(parseFloat);
  return { seconds: times.at(-1)! - times[0]!, count: times.length };
}

/** Changes the desktop's colour a few times a second. */
async function change(host: DesktopHost, ms: number): Promise<number> {
  let changes = 0;
  for (const end = performance.now() + ms; performance.now() < end; changes++) {
    await host.sh(`xsetroot -solid '${COLOURS[changes % 3]}'; sleep 0.2`);
  }
  return changes;
}

testWith(
  [...RECORD, ...SOUND],
  "what was sent can be played: its pictures and its sound, as long as it was",
  () =>
    Scene.play(async (scene) => {
      await using pulse = await pulseServer();
      await using _tone = pulse.play(440);
      const file = scene.dir.join("desktop.mkv");
      const host = await desktopHost(scene, ["--desktop-audio", "--desktop-record", file], {
        env: { PULSE_SERVER: pulse.environment.PULSE_SERVER },
      });
      let changes = 0;
      await withBrowser(async (browser) => {
        await host.sh(`xsetroot -solid '${COLOURS[2]}'`);
        const page = await openDesktopPage(browser, host.ready.url, "video");
        await page.waitForColour(COLOURS[2]!);
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.sound(true));
        changes = await change(host, LONG);
      });
      host.process.kill("SIGTERM");
      await host.process.waitForExit(SOON);
      const { streams, format, complaints } = await probe(file);
      assert.equal(complaints, "");
      assert.deepEqual(streams.map(({ codec_name }) => codec_name), ["h264", "opus"]);
      assert.deepEqual([streams[0]!.width, streams[0]!.height], [640, 480]);
      const { seconds, count } = await pictures(file);
      assert.ok(count >= changes, `${count} pictures of ${changes} changes`);
      assert.ok(
        Number(streams[0]!.nb_read_frames) === count,
        `${streams[0]!.nb_read_frames} of ${count} are decoded`,
      );
      assert.ok(seconds > LONG / 1000 - 1.5 && seconds < LONG / 1000 + 15, `${seconds} s`);
      assert.ok(
        Math.abs(Number(format.duration) - seconds) < 3,
        `${format.duration} s, of pictures ${seconds} s`,
      );
      assert.ok(Number(streams[1]!.nb_read_frames) > 100, `${streams[1]!.nb_read_frames} packets of sound`);
      assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
    }),
);

testWith(
  RECORD,
  "what was recorded until kill -9 can be played, but for its last seconds",
  () =>
    Scene.play(async (scene) => {
      const file = scene.dir.join("desktop.mkv");
      const host = await desktopHost(scene, ["--desktop-record", file]);
      await withBrowser(async (browser) => {
        await host.sh(`xsetroot -solid '${COLOURS[2]}'`);
        const page = await openDesktopPage(browser, host.ready.url, "video");
        await page.waitForColour(COLOURS[2]!);
        await change(host, LONG);
        host.process.kill("SIGKILL");
        await host.process.exited;
      });
      const { streams } = await probe(file);
      assert.deepEqual(streams.map(({ codec_name }) => codec_name), ["h264"]);
      const { seconds } = await pictures(file);
      assert.ok(seconds > LONG / 1000 - 3, `${seconds} s`);
      assert.ok(Number(streams[0]!.nb_read_frames) > 10);
      // What the host had started ends with it: `Scene` looks.
    }),
);

testWith(
  [...RECORD, lab],
  "a full disk ends the recording with one line, and the desktop goes on",
  () =>
    Scene.play(async (scene) => {
      const folder = scene.dir.join("small");
      await Deno.mkdir(folder);
      // In a mount namespace of the host's own, which ends with it.
      const under = [
        "unshare",
        "-m",
        "sh",
        "-c",
        `mount -t tmpfs -o size=64k small ${folder} && exec "$@"`,
        "sh",
      ];
      const host = await desktopHost(scene, ["--desktop-record", `${folder}/desktop.mkv`], { under });
      await withBrowser(async (browser) => {
        const page = await openDesktopPage(browser, host.ready.url, "video");
        await host.sh(
          "xterm -e sh -c 'while :; do head -c 3000 /dev/urandom | base64; sleep 0.05; done' >/dev/null 2>&1 & echo $! > " +
            scene.dir.join("noise"),
        );
        const lines = () => host.process.stderr.match(/recording ended early[^\n]*/g) ?? [];
        await poll(() => lines().length > 0, 30_000, "the line");
        assert.match(lines()[0]!, /No space left on device/);
        await host.sh(`kill $(cat ${scene.dir.join("noise")})`);

        for (const colour of [...COLOURS, ...COLOURS]) {
          await host.sh(`xsetroot -solid '${colour}'`);
          await page.waitForColour(colour);
        }
        assert.equal(lines().length, 1);
      });
    }),
);

testWith(
  DESKTOP,
  "a file that is there is not recorded into: one line, and nothing is shared",
  () =>
    Scene.play(async (scene) => {
      const file = scene.dir.join("there.mkv");
      await Deno.writeTextFile(file, "mine");
      const host = scene.run(
        [...BEACH, "host", "--headless", "--desktop", "virtual:640x480", "--desktop-record", file],
        undefined,
        packEnvironment(),
      );
      assert.equal((await host.waitForExit(START)).code, 1);
      assert.match(
        host.stderr,
        /^beach: The file to record into is there already: .*Name another one, or remove it\.?$/m,
      );
      assert.equal(await Deno.readTextFile(file), "mine");
    }),
);
