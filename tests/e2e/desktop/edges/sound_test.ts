/** The desktop's sound in Chromium: off until it is turned on, then the tone that a program plays there, and no picture waits for it. */
import assert from "node:assert/strict";
import { withBrowser } from "../../../support/browser.ts";
import { poll } from "../../../support/deadline.ts";
import { program, testWith } from "../../../support/needs.ts";
import { descendants, isAlive } from "../../../support/process_tree.ts";
import { pulseServer } from "../../../cli/desktop/sound/pulse_server.ts";
import { Scene, SOON } from "../../scene.ts";
import { DESKTOP, desktopHost, type InPage, openDesktopPage } from "../desktop_scene.ts";
import { keepPeers } from "../keep_peers.ts";

const SOUND = [...DESKTOP, program("pulseaudio"), program("parec"), program("pacat")];
const FIRST = "#c02020";
const SECOND = "#2020c0";
const TONE = 1000;

interface WithPeers extends InPage {
  peers: RTCPeerConnection[];
  analyser: AnalyserNode | undefined;
}

/** Runs in the page: the loudest frequency of what the desktop's track plays, Hz; 0 while it is silent. */
async function loudest(): Promise<number> {
  const page = globalThis as unknown as WithPeers;
  if (!page.analyser) {
    const track = page.peers.flatMap((peer) => peer.getReceivers()).map(({ track }) => track)
      .findLast(({ kind, readyState }) => kind === "audio" && readyState === "live");
    if (!track) return 0;
    const context = new AudioContext();
    await context.resume();
    page.analyser = context.createAnalyser();
    page.analyser.fftSize = 4096;
    context.createMediaStreamSource(new MediaStream([track])).connect(page.analyser);
  }
  const { analyser } = page;
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const best = bins.reduce((best, value, i) => value > bins[best]! ? i : best, 0);
  return bins[best]! < -50 ? 0 : best * analyser.context.sampleRate / analyser.fftSize;
}

testWith(
  SOUND,
  "sound is off until it is turned on, is the tone that is played there, and holds up no picture",
  () =>
    Scene.play(async (scene) => {
      await using pulse = await pulseServer();
      await using _tone = pulse.play(TONE);
      const host = await desktopHost(scene, ["--desktop-audio"], {
        env: { PULSE_SERVER: pulse.environment.PULSE_SERVER },
      });
      await withBrowser(async (browser) => {
        await host.sh(`xsetroot -solid '${FIRST}'`);
        const page = await openDesktopPage(browser, host.ready.url, "video", keepPeers);
        await page.waitForColour(FIRST);
        const has = (wanted: (hz: number) => boolean, what: string) =>
          poll(() => undefined, 0, what).catch(async () => {
            let hz = 0;
            for (const end = performance.now() + SOON; performance.now() < end;) {
              hz = await page.page.evaluate(loudest);
              if (wanted(hz)) return;
              await page.page.waitForTimeout(50);
            }
            throw new Error(`waited for ${what}; the loudest is at ${hz} Hz`);
          });
        const recorders = () => descendants(host.process.pid).filter(({ name }) => name === "parec");
        const isOn = await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.settings.audio);
        assert.equal(isOn, true, "the host offers sound");
        assert.equal(await page.page.evaluate(loudest), 0);
        assert.deepEqual(recorders(), [], "nothing is recorded while nobody listens");
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.sound(true));
        await has((hz) => Math.abs(hz - TONE) < 30, `a tone of ${TONE} Hz`);
        // A recorder that gives nothing holds up no picture, though the sound stops.
        const [recorder] = recorders();
        assert.ok(recorder);
        Deno.kill(recorder.pid, "SIGSTOP");
        await has((hz) => hz === 0, "silence");
        for (const colour of [SECOND, FIRST, SECOND, FIRST]) {
          await host.sh(`xsetroot -solid '${colour}'`);
          await page.waitForColour(colour, 2000);
        }
        Deno.kill(recorder.pid, "SIGCONT");
        await has((hz) => Math.abs(hz - TONE) < 30, "the tone again");
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.sound(false));
        await poll(() => !isAlive(recorder), SOON, "the end of the recorder when nobody listens");
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.sound(true));
        await poll(() => recorders().length === 1, SOON, "a recorder for who listens again");
        // Who leaves listens no more.
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.close());
        await poll(() => recorders().length === 0, SOON, "the end of the recorder with its listener");
      }, "--autoplay-policy=no-user-gesture-required");
    }),
);

testWith(
  SOUND,
  "a sound server that ends is said once, and the desktop goes on without sound",
  () =>
    Scene.play(async (scene) => {
      const pulse = await pulseServer();
      let running = true;
      try {
        const host = await desktopHost(scene, ["--desktop-audio"], {
          env: { PULSE_SERVER: pulse.environment.PULSE_SERVER },
        });
        await withBrowser(async (browser) => {
          await host.sh(`xsetroot -solid '${FIRST}'`);
          const page = await openDesktopPage(browser, host.ready.url, "video");
          await page.waitForColour(FIRST);
          await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.sound(true));
          const recorders = () => descendants(host.process.pid).filter(({ name }) => name === "parec");
          await poll(() => recorders().length === 1, SOON, "a recorder");
          running = false;
          await pulse[Symbol.asyncDispose]();
          await page.waitFor(
            () => !(globalThis as unknown as InPage).desktop.settings.audio,
            SOON,
            "no sound any more",
          );
          await host.sh(`xsetroot -solid '${SECOND}'`);
          await page.waitForColour(SECOND);
          await poll(() => recorders().length === 0, SOON, "no recorder");
        });
      } finally {
        if (running) await pulse[Symbol.asyncDispose]();
      }
    }),
);
