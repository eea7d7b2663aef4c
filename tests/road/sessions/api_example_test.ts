/** The commands that `road/API.md` shows, run as they stand there. */
import assert from "node:assert/strict";
import { program, testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { Client, withRoad } from "../client.ts";

const document = Deno.readTextFileSync(new URL("../../../road/API.md", import.meta.url));
const examples = [...document.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands!);

testWith(
  [program("bash"), program("curl"), program("jq")],
  "the example of signalling over HTTP joins, reads its mail and leaves",
  async () => {
    const commands = examples.filter((each) => each.includes("/v1/webrtc/"));
    assert.equal(commands.length, 1, "API.md has one example of it");
    await withRoad({}, async (road) => {
      const host = await Client.join(road, "new", "host");
      const { session } = host.welcome;
      await using shell = Spawned.start(["bash", "-euo", "pipefail", "-c", commands[0]!], {
        env: { ROAD: road.url, SESSION: session },
      });
      const { code } = await shell.waitForExit(20_000);
      assert.equal(code, 0, shell.tail());
      const mail = shell.lines().map((line) => JSON.parse(line));
      assert.deepEqual([mail[0].type, mail[0].session, mail[0].peers], ["join_success", session, ["host"]]);
      assert.ok(mail.some(({ type, state }) => type === "state" && state === "connecting"), shell.stdout);
      const { peer } = await host.next("peer_joined");
      assert.equal(peer, mail[0].peer);
      assert.deepEqual(await host.next("peer_left"), { type: "peer_left", peer, reason: "left" });
      await host.close();
    });
  },
);
