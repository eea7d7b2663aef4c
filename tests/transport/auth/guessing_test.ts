/** Somebody who knows the session id alone guesses: whoever has the code still gets in, and nothing is learned. */
import assert from "node:assert/strict";
import { makeRecord, ViewerKeyExchange } from "../../../transport/auth/pake.ts";
import { decodeBase64Url } from "../../../transport/auth/base64url.ts";
import { until } from "../../support/deadline.ts";
import { closeRtc, SECRETS, startHost, startViewer } from "../ends.ts";
import { HostileRoad } from "../hostile_road.ts";

const policy = { forceWebsocket: true };
let count = 0;

/** A login with a wrong secret by a peer of its own, which then leaves: the guess counts at once. */
function guess(road: HostileRoad, session: string, from?: string): void {
  const peer = `g${(count++).toString(32).replace(/[018 9]/g, "z").padStart(7, "a")}`;
  const { hello: data } = new ViewerKeyExchange("write", "zoo-zoo-zoo", session);
  const hello = { kind: "pake", negotiation: 1, data } as const;
  road.tell("host", { type: "peer_joined", peer, hello, resumed: false, ...(from && { from }) });
  road.tell("host", { type: "peer_left", peer, reason: "left" });
}

const failures = (story: { lines: string[] }) =>
  story.lines.filter((line) => line.startsWith("guess")).length;

Deno.test({ name: "guessing", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    await t.step(
      "sixty guesses of one address, of many, and of one peer: the right code gets in",
      async () => {
        await using road = new HostileRoad();
        await using host = await startHost(road.url, { policy });
        for (let i = 0; i < 60; i++) guess(road, host.session, "sameaddress");
        for (let i = 0; i < 60; i++) guess(road, host.session, `address${1000 + i}`);
        await host.story.wait(/^guess 120$/);
        await using viewer = await startViewer(road.url, host.session, { policy });
        await viewer.story.wait(/^link/, 2_000);
      },
    );

    await t.step("an address that has used up its guesses waits; others go first", async () => {
      await using road = new HostileRoad();
      await using host = await startHost(road.url, { policy });
      for (let i = 0; i < 90; i++) guess(road, host.session, "sameaddress");
      await host.story.wait(/^guess 64$/);
      await using viewer = await startViewer(road.url, host.session, { policy });
      await viewer.story.wait(/^link/, 2_000);
      assert.equal(failures(host.story), 64);
    });

    await t.step(
      "a secret that met as many guesses as it may is replaced, and the host goes on",
      async () => {
        await using road = new HostileRoad();
        const renewed: string[] = [];
        await using host = await startHost(road.url, {
          policy,
          // Eight guesses.
          records: (session) => ({ write: makeRecord("write", SECRETS.write, session, 24) }),
          renew: (access, failures, session) => {
            renewed.push(`${access} ${failures}`);
            return makeRecord(access, "new-secret-words", session, 44);
          },
        });
        for (let i = 0; i < 20; i++) guess(road, host.session);
        await host.story.wait(/^guess 20$/);
        assert.deepEqual(renewed, ["write 8"]);
        await using old = await startViewer(road.url, host.session, { policy });
        await old.story.wait(/^refused wrong/);
        await using viewer = await startViewer(road.url, host.session, {
          policy,
          secret: "new-secret-words",
        });
        await viewer.story.wait(/^link/);
      },
    );

    await t.step(
      "a host that lets nobody type answers as one that does, also to one hello sent again",
      async () => {
        for (const roles of [["write", "view"], ["view"]] as const) {
          await using road = new HostileRoad();
          await using host = await startHost(road.url, {
            policy,
            records: (session) =>
              Object.fromEntries(roles.map((role) => [role, makeRecord(role, SECRETS[role], session)])),
          });
          const { hello: data } = new ViewerKeyExchange("write", "zoo-zoo-zoo", host.session);
          const answers: string[] = [];
          road.tamper = ({ from, signal }) => {
            if (from === "host" && signal.kind === "pake") answers.push(signal.data);
            return [];
          };
          for (let i = 1; i <= 2; i++) {
            const hello = { kind: "pake", negotiation: 1, data } as const;
            road.tell("host", {
              type: "peer_joined",
              peer: `same${"abcd".slice(0, 3)}${i + 2}`,
              hello,
              resumed: false,
            });
            await until(() => answers.length === i, nudge, 2_000, `answer ${i}`);
          }
          // The evaluated element comes first: of one record it is the same for the same KE1.
          const [one, two] = answers.map((answer) => decodeBase64Url(answer)!.subarray(0, 32).join());
          assert.equal(one, two, roles.join());
          assert.equal(answers[0]!.length, answers[1]!.length);
        }
      },
    );
  } finally {
    await closeRtc();
  }
});

function nudge(changed: () => void): () => void {
  const timer = setInterval(changed, 10);
  return () => clearInterval(timer);
}
