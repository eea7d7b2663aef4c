import assert from "node:assert/strict";
import { stereo } from "../../../../road/web/desktop/media_path.ts";
import { hudLines, rateText } from "../../../../road/web/desktop/view/hud.ts";
import { keyCode } from "../../../../road/web/desktop/view/key_input.ts";

const SCREEN = { width: 1280, height: 720, monitors: [] };

Deno.test("the numbers of a desktop in words: age as a sum of its legs, path, loss, the login of TURN", () => {
  const figures = {
    ...{ fps: 29.7, bitrate: 2_340_000, lost: 0.021, route: "relay", turnLeft: 3000 },
    age: { host: 5.25, way: 31, here: 11 },
    path: { how: "video", why: "at first" },
    host: { fps: 30, bitrate: 1, captureMs: 1, encodeMs: 1, queueMs: 1, lost: 0, rttMs: 62 },
  } as const;
  const lines = hudLines(SCREEN, "libx264", figures).map(([name, value]) => `${name}: ${value}`);
  assert.deepEqual(lines, [
    "Size: 1280 × 720",
    "Pictures: 30 a second",
    "Rate: 2.3 Mbit/s",
    "Age: 47 ms",
    ": host 5.3 ms + way 31 ms + here 11 ms",
    "Lost: 2.1 %",
    "Path: video, through TURN",
    ": at first",
    "Encoder: libx264",
    "Round trip: 62 ms",
    "TURN login: good for 50 min",
  ]);
  const before = hudLines(SCREEN, "", {
    ...{
      fps: 0,
      bitrate: 0,
      lost: 0,
      route: undefined,
      turnLeft: undefined,
      age: undefined,
      host: undefined,
    },
    path: { how: "pictures", why: "no encoder" },
  });
  assert.deepEqual(before[3], ["Age", "not known yet"]);
  assert.deepEqual(before[5], ["Path", "pictures over data"]);
  assert.equal(hudLines(SCREEN, "", { ...figures, turnLeft: -5 }).at(-1)![1], "run out");
  assert.equal(hudLines(SCREEN, "", { ...figures, turnLeft: 61 }).at(-1)![1], "good for 61 s");
});

Deno.test("rates, and keys that type a character", () => {
  assert.deepEqual([900, 64_000, 1_500_000, 42e6].map(rateText), [
    "1 kbit/s",
    "64 kbit/s",
    "1.5 Mbit/s",
    "42 Mbit/s",
  ]);
  assert.deepEqual(["c", "Z", "7", "é", "|"].map(keyCode), ["KeyC", "KeyZ", "Digit7", "", ""]);
});

Deno.test("an offer says once that sound comes in two channels", () => {
  const sdp =
    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:9 G722/8000\r\n";
  const said = stereo(sdp);
  assert.match(said, /^a=fmtp:111 stereo=1;minptime=10;useinbandfec=1\r$/m);
  assert.equal(stereo(said), said);
  assert.equal(stereo("v=0\r\n"), "v=0\r\n");
});
