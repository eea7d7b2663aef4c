/** The ways of a desktop's pictures: by a TURN server alone, with UDP cut in the middle, and back. */
import assert from "node:assert/strict";
import { startCoturn } from "../../../net/coturn.ts";
import { program, testWith } from "../../../support/needs.ts";
import { SOON, START } from "../../scene.ts";
import { type InPage, openDesktopPage } from "../desktop_scene.ts";
import { keepPeers } from "../keep_peers.ts";
import { LAB_DESKTOP, type LabSetup, playInLab, ways } from "./lab_desktop.ts";

const SECRET = "a-secret-of-this-test-alone";
const FIRST = "#c02020";
const SECOND = "#2020c0";
const TURN = [...LAB_DESKTOP, program("turnserver")];
/** How long pictures go well before video is tried again, ms (`session/services/desktop/README.md`). */
const QUIET = 15_000;

/** A road that grants a TURN server beside it. */
const withTurn: LabSetup["before"] = async (lab, scene) => {
  const coturn = await startCoturn(lab, "middle", SECRET, scene.dir);
  scene.own(coturn);
  const config = scene.dir.join("road.json");
  const servers = [{ urls: [`turn:${lab.address("middle")}:3478`], credentialSecret: SECRET }];
  await Deno.writeTextFile(config, JSON.stringify({ webrtc: { servers } }));
  return ["--config", config];
};

/** Runs in the page: the types of the candidates that the desktop's video uses. */
async function pairs(): Promise<string[]> {
  const { peers } = globalThis as unknown as { peers: RTCPeerConnection[] };
  const found: string[] = [];
  for (const peer of peers) {
    const stats = [...(await peer.getStats()).values()];
    if (!stats.some(({ type, kind }) => type === "inbound-rtp" && kind === "video")) continue;
    for (const { type, state, nominated, localCandidateId, remoteCandidateId } of stats) {
      if (type !== "candidate-pair" || state !== "succeeded" || !nominated) continue;
      const of = (id: string) => stats.find((each) => each.id === id)?.candidateType;
      found.push(`${of(localCandidateId)} ${of(remoteCandidateId)}`);
    }
  }
  return found;
}

testWith(TURN, "ends that can't reach each other: video through the TURN server", () =>
  playInLab({
    seed: 31,
    before: async (lab, scene) => {
      await lab.shape("host", "viewer", { down: true });
      return await withTurn(lab, scene);
    },
  }, async ({ lab, host, browser }) => {
    await host.sh(`xsetroot -solid '${FIRST}'`);
    const page = await openDesktopPage(browser, host.ready.url, "automatic", keepPeers);
    await page.waitForColour(FIRST, START);
    await page.waitFor(
      () => {
        const { figures, desktop } = globalThis as unknown as InPage;
        return desktop.path.how === "video" && figures.at(-1)?.route !== undefined;
      },
      START,
      "video and its route",
    );
    const used = await page.page.evaluate(pairs);
    assert.ok(used.length > 0 && used.every((pair) => pair.includes("relay")), used.join());
    await host.sh(`xsetroot -solid '${SECOND}'`);
    await page.waitForColour(SECOND);
    assert.equal((await lab.counters("host", "viewer")).delivered, 0);
  }));

testWith(
  TURN,
  "--ice-policy relay: the viewer is told no address of the host but that at the TURN server, and has video",
  () =>
    playInLab(
      { seed: 32, before: withTurn, args: ["--ice-policy", "relay"] },
      async ({ lab, host, browser }) => {
        await host.sh(`xsetroot -solid '${FIRST}'`);
        const page = await openDesktopPage(browser, host.ready.url, "automatic", keepPeers);
        await page.waitForColour(FIRST, START);
        await page.waitFor(
          () => (globalThis as unknown as InPage).desktop.path.how === "video",
          START,
          "video",
        );
        const told = await page.page.evaluate(() =>
          (globalThis as unknown as { peers: RTCPeerConnection[] }).peers.map((peer) =>
            peer.remoteDescription?.sdp ?? ""
          ).join("\n")
        );
        assert.ok(!told.includes(lab.address("host")), "the host's address is told");
        assert.match(told, /typ relay/);
        await host.sh(`xsetroot -solid '${SECOND}'`);
        await page.waitForColour(SECOND);
      },
    ),
);

testWith(
  LAB_DESKTOP,
  "UDP cut in the middle: pictures within seconds, said at both ends, and video only after the quiet time",
  () =>
    playInLab({ seed: 33, link: { delayMs: 5 }, args: ["--verbose"] }, async ({ lab, host, browser }) => {
      await host.sh(`xsetroot -solid '${FIRST}'`);
      const page = await openDesktopPage(browser, host.ready.url);
      await page.waitFor(
        () => (globalThis as unknown as InPage).figures.at(-1)?.route !== undefined,
        START,
        "a route",
      );
      await page.waitForColour(FIRST, START);
      assert.equal(
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how),
        "video",
      );
      await lab.shapeAll({ blockUdp: true });
      const cut = performance.now();
      await host.sh(`xsetroot -solid '${SECOND}'`);
      const fell = await page.waitFor(
        () => {
          const { paths } = globalThis as unknown as InPage;
          return paths.findLast(({ how }) => how === "pictures");
        },
        SOON,
        "pictures",
      );
      const after = performance.now() - cut;
      await page.waitForColour(SECOND);
      console.log(
        `cut off UDP: ${fell.why} after ${Math.round(after)} ms, shown after ${
          Math.round(performance.now() - cut)
        } ms`,
      );
      assert.ok(after < 10_000, `${after} ms`);
      assert.match(fell.why, /^(?:no picture came for|pictures were|the connection for video)/);
      const there = await host.process.waitFor(
        () => ways(host).findLast(({ how }) => how === "pictures"),
        SOON,
        "the event",
      );
      assert.equal(there.why, fell.why);
      assert.match(host.process.stderr, new RegExp(`the desktop goes as pictures: ${fell.why}`));
      // Video is tried in vain meanwhile, which costs no picture.
      for (let n = 0; performance.now() < cut + after + QUIET + 8000; n++) {
        const colour = n % 2 === 0 ? FIRST : SECOND;
        await host.sh(`xsetroot -solid '${colour}'`);
        await page.waitForColour(colour, 3000);
      }
      const kept = await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how);
      assert.equal(kept, "pictures");
      await lab.shapeAll({ blockUdp: false });
      const back = await page.waitFor(
        () => {
          const { paths } = globalThis as unknown as InPage;
          const last = paths.at(-1);
          return last?.how === "video" ? last : undefined;
        },
        3 * QUIET + 15_000,
        "video again",
      );
      assert.ok(back.at - fell.at >= QUIET, `${back.at - fell.at} ms`);
      await host.sh(`xsetroot -solid '${FIRST}'`);
      await page.waitForColour(FIRST, START);
      await page.waitFor(
        () => (globalThis as unknown as InPage).figures.at(-1)?.route !== undefined,
        START,
        "a route",
      );
      assert.equal(
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how),
        "video",
      );
    }),
);
