/** Verbose logs tell a connection step by step at both ends, and the road knows nothing of what it helped to carry. */
import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { memoryHolds } from "../memory.ts";
import { Scene, SOON, START } from "../scene.ts";

/** The milestone words as each end must log them, in this order. */
const HOST = [
  /Sending Signal: Offer/,
  /Received Signal: Answer/,
  /WebRTC: ICE connection state: Connected/,
  /WebRTC data channel opened/,
  /Routing to control channel: Welcome/,
  /Routing to (?:control|output) channel: Snapshot/,
  /Routing to output channel: TerminalOutput/,
];
const VIEWER = [
  /Received Signal: Offer/,
  /Sending Signal: Answer/,
  /WebRTC: ICE connection state: Connected/,
  /WebRTC data channel opened/,
  /Routing to control channel: Hello/,
  /Received snapshot, version \d+/,
  /Routing to output channel: TerminalInput/,
];
/** They come when the network has them. */
const ANYWHERE = [/Sending Signal: IceCandidate/, /Received Signal: IceCandidate/];

function assertInOrder(log: string, words: readonly RegExp[]): void {
  const lines = log.split("\n");
  let at = 0;
  for (const word of words) {
    const found = lines.findIndex((line, i) => i >= at && word.test(line));
    assert.ok(found >= 0, `no ${word} from line ${at} on in:\n${log}`);
    at = found + 1;
  }
  for (const word of ANYWHERE) assert.match(log, word);
}

const read = (path: string) => Deno.readTextFileSync(path);

testWith(
  [linux],
  "milestones in order at both ends; the road holds no byte, secret or SDP",
  () =>
    Scene.play(async (scene) => {
      const { road, url } = await scene.road({ args: ["--verbose"] });
      const [hostLog, viewerLog] = [scene.dir.join("host.log"), scene.dir.join("viewer.log")];
      const host = await headless(scene, { args: ["--road", url, "--verbose", "--debug-log", hostLog] });
      const code = host.ready.code;
      const viewer = scene.join(code, { args: ["--road", url, "--verbose", "--debug-log", viewerLog] });
      await viewer.waitForText(/^\$ ?$/m, START);
      // Made here, so that no file or command line of the road's can hold them; the words go apart, their sum comes back.
      const typed = `typed${crypto.randomUUID().slice(0, 8)}`;
      viewer.type(`echo ${typed} | rev; yes ${typed} | head -2000 | tail -1; echo end-$((6*7))\r`);
      await viewer.waitForText(/^end-42$/m, SOON);
      assertInOrder(read(hostLog), HOST);
      assertInOrder(read(viewerLog), VIEWER);
      // With no terminal at stderr the same lines go there.
      await poll(
        () => HOST.every((word) => word.test(host.process.stderr)),
        SOON,
        "the host's log on stderr",
      );

      const printed = [...typed].reverse().join("");
      const words = code.slice(code.indexOf("-") + 1);
      const ice = /a=(?:fingerprint:sha-256 \S+|ice-pwd:\S+)/;
      for (const log of [road.stdout + road.stderr, read(hostLog), read(viewerLog)]) {
        for (const secret of [typed, printed, words]) assert.ok(!log.includes(secret), `${secret} in a log`);
        assert.doesNotMatch(log, ice);
      }
      assert.match(road.stdout + road.stderr, new RegExp(host.ready.session));
      const known = [host.ready.session];
      const secrets = [
        typed,
        printed,
        words,
        "a=fingerprint:sha-256",
        "a=ice-pwd:",
        "a=candidate:",
        "typ host",
      ];
      const found = memoryHolds(road.pid, [...known, ...secrets]);
      assert.deepEqual([...found].sort(), known, "what the road's memory holds");
      // The same search finds them where they are.
      assert.ok(memoryHolds(host.process.pid, [printed]).has(printed));
    }),
);

testWith(
  [linux],
  "all terminal bytes go over WebRTC: the road could be gone",
  () =>
    Scene.play(async (scene) => {
      const { road, url } = await scene.road();
      const host = await headless(scene, { args: ["--road", url, "--strict-webrtc"] });
      const viewer = scene.join(host.ready.code, { args: ["--road", url, "--strict-webrtc"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      road.kill("SIGKILL");
      await road.waitForExit(SOON);
      viewer.type("echo still-$((6*7))\r");
      await viewer.waitForText(/^still-42$/m, SOON);
      viewer.type("seq 1 5000\r");
      await viewer.waitForText(/^5000$/m, SOON);
    }),
);
