/** Whose a session is that no node knows. Real Redis, real sockets. */
import assert from "node:assert/strict";
import { type Road, startRoad } from "../../../road/server.ts";
import { Client } from "../client.ts";
import { node, nodesTest } from "../redis.ts";

nodesTest(
  "a session that Redis has forgotten goes to its own host alone, whoever asks first, on any node",
  async (redis) => {
    const old = await startRoad({});
    const { session, token } = (await Client.join(old, "new", "host")).welcome;
    await old.close();
    await using a = await node(redis);
    await using b = await node(redis);
    const steal = async (road: Road) => {
      const thief = await Client.open(road, session);
      thief.send({ type: "join", version: 1, role: "host", token: "x".repeat(22) });
      assert.equal((await thief.next("join_error")).code, "not_authorised");
    };
    await steal(a);
    const host = await Client.join(b, session, "host", { token });
    assert.equal(host.welcome.session, session);
    await steal(a);
    await host.sync();
  },
);
