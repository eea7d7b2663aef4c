/** Caddy before two nodes, with the Caddyfile of `road/deploy/`: only the names of this server and of the nodes are others. */
import assert from "node:assert/strict";
import { startRoad } from "../../../road/server.ts";
import { pollAsync } from "../../support/deadline.ts";
import { findProgram, program, testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { Client } from "../client.ts";
import { needsRedis, Redis } from "../redis.ts";

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

testWith(
  [needsRedis, program("caddy")],
  "Caddy before two nodes: sockets pass, the operator's pages do not, a node may go",
  async () => {
    await using redis = await Redis.start();
    const options = { redis: redis.url, trustProxy: true };
    const a = await startRoad(options);
    await using b = await startRoad(options);
    await using dir = await TempDir.create();
    const site = `http://127.0.0.1:${freePort()}`;
    const given = await Deno.readTextFile(new URL("../../../road/deploy/Caddyfile", import.meta.url));
    const config = given.replace("road1:8080", `127.0.0.1:${a.addr.port}`)
      .replace("road2:8080", `127.0.0.1:${b.addr.port}`);
    await Deno.writeTextFile(dir.join("Caddyfile"), `{\n\tadmin off\n}\n${config}`);
    await using _caddy = Spawned.start(
      [findProgram("caddy")!, "run", "--adapter", "caddyfile", "--config", dir.join("Caddyfile")],
      { env: { DOMAIN: site, HOME: dir.path, XDG_DATA_HOME: dir.path, XDG_CONFIG_HOME: dir.path } },
    );
    const status = async (path: string) => {
      const response = await fetch(site + path);
      await response.body?.cancel();
      return response.status;
    };
    await pollAsync(async () => await status("/healthz").catch(() => 0) === 200, 15_000, "Caddy");
    for (const path of ["/metrics", "/debug/sessions"]) assert.equal(await status(path), 404);
    const host = await Client.join(site, "new", "host");
    const { session, token } = host.welcome;
    const viewer = await Client.join(site, session, "viewer");
    const { peer } = await host.next("peer_joined");
    host.signal(peer, "offer", 1);
    assert.equal((await viewer.next("signal")).signal.kind, "offer");
    await a.close();
    // Whoever was there comes back by token, and others come, all at the node that is left.
    const again = await pollAsync(
      () => Client.join(site, session, "host", { token }).catch(() => undefined),
      10_000,
      "the host to be back",
    );
    const other = await Client.join(site, session, "viewer", { peer, token: viewer.welcome.token });
    again.signal(peer, "offer", 2);
    assert.equal((await other.next("signal", ({ signal }) => signal.negotiation === 2)).signal.kind, "offer");
    for (let i = 0; i < 6; i++) await (await Client.join(site, "new", "host")).close();
  },
);
