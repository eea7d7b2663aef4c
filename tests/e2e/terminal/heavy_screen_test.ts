import type { Frame } from "../../../frames/frame.ts";
import type { SnapshotPart } from "../../../frames/screen_frames.ts";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { pack } from "../../../frames/deflate.ts";
import { linux, testWith } from "../../support/needs.ts";
import { HostileHost, welcome } from "../hostile_host.ts";
import { Scene, SOON, START } from "../scene.ts";

testWith(
  [linux],
  "who joined a host whose screen takes an hour to draw can leave",
  () =>
    Scene.play(async (scene) => {
      await using road = await startRoad({ assets: viewerAssets });
      const data = new TextEncoder().encode("\x1b[2J".repeat(1_000_000));
      await using host = await HostileHost.start(road.url, (frame, tell) => {
        if (frame.type !== "Hello") return;
        for (const first of welcome("here")) tell(first);
        const [, snapshot] = welcome("") as [Frame, SnapshotPart];
        const size = { cols: 500, rows: 500, size: data.length };
        tell({ ...snapshot, ...size, id: 2, gen: 2, data: pack(data)! });
        // It is heard of only while the screen is drawn.
        tell({ type: "Notice", text: "meanwhile" });
      });
      const [, session, words] = /\/j\/(\w+)#(.+)$/.exec(host.url)!;
      const viewer = scene.join(`${session}-${words}`, { args: ["--road", road.url] });
      await viewer.waitForText(/meanwhile/, START);
      viewer.type("\x1e.");
      await viewer.waitForExit(SOON);
    }),
);
