/** Viewers of a desktop that lie: messages, offers, candidates, acknowledgements, input and RTCP of any kind cost the host bounded memory, and an honest viewer's desktop goes on. */
import assert from "node:assert/strict";
import { encodeDesktopHead } from "../../../session/services/desktop/heads.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import type { OpenStream, ServiceStream } from "../../../session/services/service_stream.ts";
import { withBrowser } from "../../support/browser.ts";
import { poll } from "../../support/deadline.ts";
import { program, testWith } from "../../support/needs.ts";
import {
  DESKTOP,
  type DesktopHost,
  desktopHost,
  type DesktopPage,
  openDesktopPage,
} from "../desktop/desktop_scene.ts";
import { Scene, SOON } from "../scene.ts";
import { HostileMedia } from "./hostile_media.ts";
import { CANCELLED, codeOf, costOf, opened, viewerOf } from "./hostile_scene.ts";
import { LyingViewer } from "./lying_viewer.ts";

const COLOURS = ["#c02020", "#2020c0", "#20a020"];
/** Minutes of lies; a test's is less than one. */
const MINUTES = Number(Deno.env.get("BEACH_SOAK") ?? "0.75");
const WANT = { how: "automatic", width: 640, height: 480, audio: true, visible: true };

/** The same random bytes in each run. */
function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = seed * 2654435761 >>> 0 || 1; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

/** A stream that has been told `messages`. */
async function told(
  open: OpenStream,
  kind: "show" | "media" | "pictures",
  ...messages: unknown[]
): Promise<ServiceStream> {
  const stream = await opened(open, "desktop", encodeDesktopHead({ kind }));
  // It may be reset meanwhile.
  for (const message of messages) stream.write(encodeMessage(message)).catch(() => {});
  return stream;
}

const LIES_ON_SHOW: readonly unknown[] = [
  ...[null, 1, "want", [], {}, { want: null }, { want: {} }, { want: { ...WANT, width: -1 } }],
  ...[{ want: { ...WANT, width: 1e9 } }, { want: { ...WANT, how: "all" } }, {
    want: { ...WANT, why: "x".repeat(60_000) },
  }],
  ...[{ set: { fps: 0 } }, { set: { fps: 1e6 } }, { set: { bitrate: -1 } }, { set: { preset: "x" } }, {
    set: [],
  }],
  ...[{ ping: -1 }, { ping: 1.5 }, { ping: "1" }, { age: {} }, { age: { ms: NaN, shown: 1, rtp: 2 } }, {
    keyframe: false,
  }],
  ...[{ __proto__: { want: WANT } }, { constructor: 1 }, { want: WANT, set: { fps: 1 }, ping: 1 }],
];

async function liesOnShow(open: OpenStream, round: number): Promise<void> {
  for (const lie of LIES_ON_SHOW) {
    const stream = await told(open, "show", lie);
    stream.reset(CANCELLED);
  }
  const raw = await opened(open, "desktop", encodeDesktopHead({ kind: "show" }));
  raw.write(noise(round + 1, 5000)).catch(() => {});
  assert.match(await codeOf(raw), /^(?:bad-answer|too-large)$/);
  // More messages than any viewer has.
  const flood = await told(open, "show", { want: WANT });
  for (let n = 0; n < 2000; n++) flood.write(encodeMessage({ ping: n })).catch(() => {});
  assert.equal(await codeOf(flood, SOON, "the end of a flood"), "busy");
}

const SDP = (middle: string) => `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n${middle}`;

async function liesOnMedia(open: OpenStream, round: number): Promise<void> {
  const show = await told(open, "show", { want: WANT });
  const offers = [
    ...["x", SDP(""), SDP("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"), "\0".repeat(1000), SDP("a=".repeat(3000))],
    ...[
      SDP("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(200)),
      new TextDecoder("latin1").decode(noise(round + 7, 2000)),
    ],
  ];
  for (const offer of offers) {
    const stream = await told(open, "media", { offer, policy: "all" });
    assert.match(
      await codeOf(stream, SOON, `the end of ${JSON.stringify(offer.slice(0, 40))}`),
      /^(?:gone|bad-answer|limit)$/,
    );
  }
  // Many at once: each ends the one before.
  const many: ServiceStream[] = [];
  for (let n = 0; n < 100; n++) many.push(await told(open, "media"));
  for (const stream of many.slice(0, -1)) {
    assert.equal(await codeOf(stream, SOON, "the end of one of many"), "gone");
  }
  many.at(-1)!.reset(CANCELLED);
  // Without an offer; and each kind of candidate.
  const early = await told(
    open,
    "media",
    ...Array.from({ length: 500 }, (_, n) => ({ candidate: `candidate:${n}`, mid: "0" })),
  );
  early.reset(CANCELLED);
  show.reset(CANCELLED);
}

async function liesOnPictures(open: OpenStream): Promise<void> {
  const show = await told(open, "show", { want: { ...WANT, how: "pictures" } });
  const pictures = await told(open, "pictures");
  // It reads nothing, and says that it has shown all.
  for (let n = 0; n < 200; n++) {
    await pictures.write(encodeMessage({ shown: n }));
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  pictures.write(encodeMessage({ shown: "all" })).catch(() => {});
  assert.equal(await codeOf(pictures, SOON, "the end of pictures"), "bad-answer");
  show.reset(CANCELLED);
}

async function liesOnClip(open: OpenStream): Promise<void> {
  const heads = [
    { kind: "clip", type: "text/plain", size: 16 * 1024 * 1024 },
    { kind: "clip", type: "text/html", size: 1 },
    { kind: "clip", type: "image/png", size: 2 ** 40 },
    { kind: "clip-get", id: 99, type: "image/png" },
    { kind: "none" },
  ];
  for (let n = 0; n < 20; n++) {
    const stream = await opened(
      open,
      "desktop",
      new TextEncoder().encode(JSON.stringify(heads[n % heads.length])),
    );
    if (n % 5 === 0) stream.reset(CANCELLED);
    else {assert.match(
        await codeOf(stream, SOON, `the end of ${JSON.stringify(heads[n % heads.length])}`),
        /^(?:head|changed|missing|busy)$/,
      );}
  }
}

async function liesOnInput(code: string, round: number): Promise<void> {
  await using liar = await LyingViewer.join(code);
  await liar.say([
    { type: "Position", number: 1, x: 65_535, y: 65_535, holds: true },
    { type: "Position", number: 2 ** 32 - 1, x: 0, y: 65_535, holds: true },
    // A button and keys that nobody lets go of.
    { type: "Events", base: 0, data: Uint8Array.of(2, 1, 0, 255, 255, 255, 255) },
  ]);
  const held = Array.from({ length: 100 }, (_, n) => [1, 1, 2, 75, 65 + n % 26, 1, 97 + n % 26]).flat();
  await liar.say([{ type: "Events", base: 7, data: Uint8Array.from(held) }]);
  await liar.say([{ type: "Events", base: 7 + held.length, data: noise(round + 3, 4000) }]);
  await liar.say([{ type: "Events", base: 2 ** 48 - 1, data: noise(round, 100) }]);
}

/** RTCP that is whole in parts: of each kind, with lengths and counts that lie. */
function* rtcp(round: number): Generator<Uint8Array> {
  for (let n = 0; n < 300; n++) {
    const packet = noise(round * 1000 + n, 8 + n * 4 % 1200);
    const types = [200, 201, 202, 203, 204, 205, 206, 207];
    packet[0] = 0x80 | packet[0]! & 0x3f;
    packet[1] = types[n % types.length]!;
    if (n % 3 > 0) new DataView(packet.buffer).setUint16(2, packet.length / 4 - 1);
    yield packet;
  }
}

async function liesOnRtcp(open: OpenStream, round: number): Promise<void> {
  const show = await told(open, "show", { want: WANT });
  {
    await using media = await HostileMedia.connect(open);
    for (const packet of rtcp(round)) {
      media.say(packet);
      if (packet.length % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // Sender reports at the least.
    await poll(() => media.heard > 0, SOON, "packets for a viewer that lies");
  }
  show.reset(CANCELLED);
}

/** Another colour shows at the honest viewer. */
async function goesOn(host: DesktopHost, page: DesktopPage, round: number, after: string): Promise<void> {
  const colour = COLOURS[round % COLOURS.length]!;
  await host.sh(`xsetroot -solid '${colour}'`);
  await page.waitForColour(colour, SOON).catch((error) => assert.fail(`after ${after}: ${error.message}`));
}

testWith(
  [...DESKTOP, program("xinput")],
  "viewers that lie about everything cost bounded memory, leave no key down, and others go on seeing the desktop",
  () =>
    Scene.play(async (scene) => {
      const host = await desktopHost(scene);
      const { code } = host.ready;
      await withBrowser(async (browser) => {
        const page = await openDesktopPage(browser, host.ready.url);
        await using viewer = await viewerOf(code);
        const { open } = viewer;
        const lies = {
          show: liesOnShow,
          media: liesOnMedia,
          pictures: liesOnPictures,
          clip: liesOnClip,
          rtcp: liesOnRtcp,
        };
        let changes = 0;
        const round = async (number: number) => {
          for (const [name, lie] of Object.entries(lies)) {
            await lie(open, number);
            await goesOn(host, page, changes++, name);
          }
          await liesOnInput(code, number);
          await goesOn(host, page, changes++, "input");
        };
        // What is loaded and kept for the first time is no growth.
        await round(0);
        const cost = costOf(host.process.pid);
        const until = performance.now() + MINUTES * 60_000;
        let rounds = 1;
        const half = performance.now() + MINUTES * 30_000;
        let later: typeof cost | undefined;
        while (performance.now() < until) {
          await round(rounds++);
          if (performance.now() > half) later ??= costOf(host.process.pid);
        }
        const { memory } = cost();
        const more = later?.().memory ?? 0;
        console.log(JSON.stringify({ rounds, memory, more }));
        // What the first half did not need, the second does not either.
        assert.ok(more < 80, `${more} MB more in the second half`);
        assert.ok(rounds > 1);
        assert.ok(memory < 250, `${memory} MB more`);
        // No button is down: a window manager would hold what it drags.
        const state = await host.sh(
          "xinput query-state 'Virtual core XTEST pointer'; xinput query-state 'Virtual core XTEST keyboard'",
        );
        assert.match(state, /button\[1\]=up/);
        assert.doesNotMatch(state, /=down/);
      });
    }),
);
