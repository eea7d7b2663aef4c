import assert from "node:assert/strict";
import { DesktopNumbers, viewerNumbers } from "../../../../cli/desktop/host/desktop_numbers.ts";

const NONE = { captureMs: 0, encodeMs: 0, tilesMs: 0 };

Deno.test("what pictures take is the median of a second, and still known when none came since", () => {
  const numbers = new DesktopNumbers(1000);
  assert.deepEqual(numbers.read(2000), { fps: 0, ...NONE });
  for (const captureMs of [9, 1, 2.04]) numbers.picture({ captureMs, encodeMs: 5, tilesMs: 3 });
  numbers.picture(undefined);
  assert.deepEqual(numbers.read(4000), { fps: 2, captureMs: 2, encodeMs: 5, tilesMs: 3 });
  assert.deepEqual(numbers.read(5000), { fps: 0, captureMs: 2, encodeMs: 5, tilesMs: 3 });
  numbers.picture({ ...NONE, captureMs: 4 });
  assert.equal(numbers.read(6000).captureMs, 4);
});

Deno.test("a viewer is told what its own way takes: tiles come after the video of the others", () => {
  const made = { fps: 30, captureMs: 1, encodeMs: 5, tilesMs: 3 };
  const video = { sentBitrate: 1000.4, queueMs: 7, lost: 0.1, rttMs: undefined };
  const same = { fps: 30, captureMs: 1 };
  assert.deepEqual(viewerNumbers(made, video), {
    ...same,
    encodeMs: 5,
    ...{ bitrate: 1000, queueMs: 7, lost: 0.1, rttMs: 0 },
  });
  assert.deepEqual(viewerNumbers(made, undefined), {
    ...same,
    encodeMs: 8,
    ...{ bitrate: 0, queueMs: 0, lost: 0, rttMs: 0 },
  });
});
