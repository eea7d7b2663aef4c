/** A host whose code is of no use any more draws another: its person and its scripts hear that, and who is in stays. */
import assert from "node:assert/strict";
import { PACE } from "../../../transport/auth/guess_limit.ts";
import { pakeReady, ViewerKeyExchange } from "../../../transport/auth/pake.ts";
import { SUBPROTOCOL } from "../../../transport/schema/signal.ts";
import { deadline } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { HostileRoad } from "../../transport/hostile_road.ts";
import { events, headless, hostEvent, type Ready } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";

/** Wrong secrets, by peers of which each leaves at once. */
async function guess(road: HostileRoad, session: string, times: number): Promise<void> {
  await pakeReady;
  for (let i = 0; i < times; i++) {
    const peer = `guess${[...String(100 + i)].map((digit) => "abcdefghij"[Number(digit)]).join("")}`;
    const { hello: data } = new ViewerKeyExchange("write", "zoo-zoo-zoo", session);
    road.tell("host", {
      type: "peer_joined",
      peer,
      hello: { kind: "pake", negotiation: 1, data },
      resumed: false,
    });
    road.tell("host", { type: "peer_left", peer, reason: "left" });
  }
}

testWith(
  [linux],
  "a passphrase that somebody guesses at gives way to words, and the host goes on",
  async () => {
    await using road = new HostileRoad();
    await Scene.play(async (scene) => {
      const passphrase = ["--passphrase", "open sesame street"];
      const host = await headless(scene, { args: ["--road", road.url, ...passphrase] });
      const { session, code } = host.ready;
      assert.equal(code, session);
      const first = scene.join(code, { args: ["--road", road.url, ...passphrase] });
      await first.waitForText(/^\$ ?$/m, START);
      assert.ok(PACE.all.burst > 70);
      await guess(road, session, 70);
      const event = await hostEvent(host, ({ event }) => event === "code", SOON, "a new code");
      const told = event as unknown as Ready & { readonly why: string };
      assert.match(
        told.why,
        /^64 wrong secrets: someone is guessing\. The old passphrase no longer lets in$/,
      );
      assert.match(told.code, new RegExp(`^${session}-[a-z]+-[a-z]+-[a-z]+$`));
      // A log is read by others.
      assert.ok(!host.process.stderr.includes(told.code), host.process.stderr);
      const second = scene.join(told.code, { args: ["--road", road.url] });
      await second.waitForText(/^\$ ?$/m, START);
      first.type("echo still $((6*7))\r");
      await second.waitForText(/^still 42$/m, SOON);
    });
  },
);

testWith(
  [linux],
  "a road that refuses a host for good: its person is told, and a new code lets people in",
  async () => {
    await using road = new HostileRoad();
    await Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ args: ["--road", road.url] });
      const first = scene.join(code, { args: ["--road", road.url] });
      await first.waitForText(/^\$ ?$/m, START);
      await host.waitForText(/^\$ ?$/m, SOON);
      // As where another has claimed the id while the road was away.
      road.refuses = ({ role, token }) =>
        role === "host" && token !== undefined ? "not_authorised" : undefined;
      road.session = "9kq2my";
      road.cut("host");
      const said = await host.waitFor(
        () => /^ ?New code: (9kq2my-[a-z-]+)\. The road gave the session up/m.exec(host.screenText())?.[1],
        SOON,
        "the new code",
      );
      const second = scene.join(said, { args: ["--road", road.url] });
      await second.waitForText(/^\$ ?$/m, START);
      first.type("echo still $((6*7))\r");
      await second.waitForText(/^still 42$/m, SOON);
    });
  },
);

testWith(
  [linux],
  "somebody guesses over a real road: told in events, and whoever has the code comes in",
  () =>
    Scene.play(async (scene) => {
      const { url } = await scene.road();
      const host = await headless(scene, { args: ["--road", url] });
      await pakeReady;
      const { session, code } = host.ready;
      for (let i = 0; i < 60; i++) {
        const socket = new WebSocket(`${url.replace("http", "ws")}/ws/${session}`, SUBPROTOCOL);
        const answered = Promise.withResolvers<void>();
        socket.onopen = () => {
          const hello = {
            kind: "pake",
            negotiation: 1,
            data: new ViewerKeyExchange("write", "zoo-zoo-zoo", session).hello,
          };
          socket.send(JSON.stringify({ type: "join", version: 1, role: "viewer", hello }));
        };
        socket.onmessage = ({ data }) => JSON.parse(data).type === "signal" && answered.resolve();
        await deadline(answered.promise, SOON, `the answer to guess ${i}`);
        socket.close(1000);
      }
      await hostEvent(
        host,
        ({ event, failures }) => event === "guesses" && failures === 40,
        SOON,
        "40 guesses",
      );
      const viewer = scene.join(code, { args: ["--road", url] });
      await viewer.waitForText(/^\$ ?$/m, START);
    }),
);

testWith([linux], "a road that gives up each session at once is asked less and less often", async () => {
  await using road = new HostileRoad();
  await Scene.play(async (scene) => {
    const host = await headless(scene, { args: ["--road", road.url] });
    road.refuses = ({ role, token }) => role === "host" && token !== undefined ? "expired" : undefined;
    const cutting = setInterval(() => road.cut("host"), 20);
    const began = performance.now();
    const codes = () => events(host.process.lines()).filter(({ event }) => event === "code").length;
    try {
      await host.process.waitFor(() => codes() >= 3 || undefined, START, "three new codes");
    } finally {
      clearInterval(cutting);
    }
    // Half of 1, 2 and 4 s at least.
    assert.ok(performance.now() - began >= 3500, `${performance.now() - began} ms`);
  });
});
