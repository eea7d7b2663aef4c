/** One encoder for all: what ends it in the middle of its work, and when its pictures are sharp. */
import assert from "node:assert/strict";
import { type Ffmpeg, loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { VideoFeed, type VideoFeedOptions } from "../../../../cli/desktop/host/video_feed.ts";
import type { LayersWanted } from "../../../../transport/media/layers.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { testWith } from "../../../support/needs.ts";
import { type Drawn, noise } from "../codec/drawings.ts";

const NOBODY: LayersWanted = { main: 0, small: 0 };

/** A feed, with what stands for its viewers. */
function feedOf(ffmpeg: Ffmpeg) {
  let made = 0;
  const tracks: VideoFeedOptions["tracks"] = {
    onkeyframe: null,
    onlayers: null,
    picture: () => void made++,
  };
  const now = () => performance.timeOrigin + performance.now();
  const options = { ffmpeg, encoder: "libx264", tracks, now, wake: () => {}, recorded: undefined };
  const feed = new VideoFeed(options, { fps: 30, preset: "balanced" });
  const give = ({ width, height, pixels }: Drawn) => {
    const area = { x: 0, y: 0, width, height };
    return feed.picture({ pixels, area, changed: [area], at: now(), captureMs: 0 });
  };
  return { feed, tracks, give, made: () => made };
}

testWith(
  [desktopPack],
  "the last viewer may leave at any moment of a picture, and another one come",
  async () => {
    const { feed, tracks, give, made } = feedOf(await loadFfmpeg(packFolder()));
    using _ = feed;
    const drawn = noise(640, 480, 1);
    let before = made();
    // From the opening of the encoder to its end, in steps of a quarter of a millisecond.
    for (let ms = 0; ms < 12; ms += 0.25) {
      tracks.onlayers!({ main: 1_000_000, small: 500_000 });
      const given = give(drawn);
      const until = performance.now() + ms;
      while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
      tracks.onlayers!(NOBODY);
      await given;
      before = made();
      await give(drawn);
      assert.equal(made(), before, "a picture was encoded for nobody");
    }
    tracks.onlayers!({ main: 1_000_000, small: 0 });
    await give(drawn);
    assert.equal(made(), before + 1);
  },
);

testWith([desktopPack], "a picture says that it can be sharper until it is, also on a slow way", async () => {
  const { feed, tracks, give } = feedOf(await loadFfmpeg(packFolder()));
  using _ = feed;
  tracks.onlayers!({ main: 400_000, small: 0 });
  const drawn = noise(320, 240, 1);
  assert.equal(await give(drawn), true, "a keyframe");
  let pictures = 0;
  for (let sharp = 0; sharp < 4; pictures++) {
    sharp = await give(drawn) ? 0 : sharp + 1;
    assert.ok(pictures < 300, "it never gets sharp");
  }
  assert.ok(pictures > 8, `sharp after ${pictures}: noise of 37 KB can't be at this rate`);
});
