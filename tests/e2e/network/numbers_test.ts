import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { testWith, unixTerminal } from "../../support/needs.ts";
import type { SessionNumbers } from "../../../session/stats.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

type Stats = SessionNumbers & { readonly event: "stats"; readonly peer?: string; readonly time: number };

const NUMBERS = ["--metrics-interval", "200ms", "--webrtc-stats", "--channel-info"];

/** The first numbers from `since` on, epoch ms, that are `enough`. */
function stats(lines: string, since: number, enough: (stats: Stats) => boolean): Stats | undefined {
  return lines.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Stats)
    .find((event) => event.event === "stats" && event.time >= since && enough(event));
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

testWith(
  [unixTerminal],
  "both ends tell a session's numbers: as events, in the log, and on a key",
  async () => {
    await Scene.play(async (scene) => {
      const host = scene.run([...BEACH, "host", "--headless", "--json", ...NUMBERS, "--", ...SHELL]);
      const { code } = await host.waitForLine(
        (line) => line.includes('"code"') && JSON.parse(line) as { code: string },
        START,
      );
      const events = scene.dir.join("events.jsonl");
      const log = scene.dir.join("log");
      const args = ["--json", "--events", events, "--debug-log", log, ...NUMBERS];
      const viewer = scene.join(code, { args, cols: 160 });
      await viewer.waitForText(/[$#]$/m, START);
      viewer.type("echo $((6*7))\r");
      await viewer.waitForText(/^42$/m, SOON);

      const settled = async () => {
        const since = Date.now();
        const enough = (s: Stats) =>
          s.link !== null && s.link.path !== "relay" && s.link.rtt.smoothed !== null && s.frames.acked > 0 &&
          s.frames.received > 0 &&
          s.pending === 0;
        return {
          viewer: await poll(() => stats(read(events), since, enough), SOON, "the viewer's numbers"),
          host: await host.waitFor(() => stats(host.stdout, since, enough), SOON, "the host's numbers"),
        };
      };
      const start = await settled();
      for (const { link, frames, snapshots } of [start.viewer, start.host]) {
        assert.equal(link!.path, "direct");
        assert.ok(link!.rtt.smoothed! < 500 && link!.rtt.deviation! >= 0);
        assert.ok(link!.channels.ctrl.received > 0 && link!.channels.term.sentBytes > 0);
        assert.ok(frames.acked <= frames.sent);
        assert.ok(snapshots >= 1);
      }
      assert.match(start.host.peer!, /^[a-z2-7]{8}$/);
      assert.ok(start.viewer.prediction, "a viewer that guesses says how often it was right");

      // Asked for, so told without --verbose: on stderr where that is no terminal with a session, else in the file only.
      const message = (kind: string) =>
        new RegExp(`"message":"${kind}(?: of ${start.host.peer})?: direct|${kind}`);
      for (const kind of ["Stats", "WebRTC stats", "Channel stats"]) {
        await host.waitFor(() => message(kind).test(host.stderr), SOON, kind);
        assert.match(await poll(() => read(log).includes(kind) && read(log), SOON, kind), message(kind));
      }
      assert.ok(!/stats|frames sent/i.test(viewer.raw), "no log on a terminal that shows a session");

      viewer.type("\x1es");
      await viewer.waitForText(
        /direct {2}RTT .* ms {2}health \d+ {2}loss (?:unknown|.* in) {2}frames \d+\/\d+ .* out\b/,
        SOON,
      );
      viewer.type("echo $((6*8))\r");
      await viewer.waitForText(/^48$/m, SOON);
      await viewer.waitForText(/direct {2}RTT/, SOON);
      // How many screens the start took depends on when the size, the prompt and the acks of each came; from there on bytes do.
      const later = await settled();
      for (const end of ["viewer", "host"] as const) {
        assert.equal(later[end].snapshots, start[end].snapshots);
        assert.ok(later[end].frames.sent > start[end].frames.sent);
      }
      viewer.type("\x1es");
      await viewer.waitFor(() => !viewer.screenText().includes("direct  RTT"), SOON, "the panel to go");
      viewer.type("exit\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 0);
    });
  },
);
