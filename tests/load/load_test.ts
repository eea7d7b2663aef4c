/** Every load once, small: each does what it says, and the road has nothing left of it. Figures are for `tests/bench/road/road_figures.ts`. */
import assert from "node:assert/strict";
import { pollAsync } from "../support/deadline.ts";
import { Spawned } from "../support/spawned.ts";
import { metric, ONE_ADDRESS, withRoad } from "../road/client.ts";

const ALL = 1e9;
const free = { burst: ALL, perSecond: ALL };
const file = new URL("./load.ts", import.meta.url).pathname;

Deno.test("idle sockets, joins, signals, relay, keys and churn, as the command line runs them", () =>
  withRoad({ limits: { ...ONE_ADDRESS, messages: free } }, async (road) => {
    const load = (...args: string[]) =>
      Spawned.start([Deno.execPath(), "run", "-A", "--quiet", file, road.url, ...args]);
    const result = async (...args: string[]) => {
      await using running = load(...args);
      return JSON.parse(await running.waitForLine((line) => line, 30_000));
    };
    {
      await using idle = load("idle", "100");
      await idle.waitForLine((line) => JSON.parse(line).ready, 30_000);
      const { hosts, viewers } = road.sessions();
      assert.deepEqual([hosts, viewers], [50, 50]);
    }
    const joins = await result("joins", "20", "1");
    assert.deepEqual([joins.count, joins.errors], [20, []]);
    assert.ok((await result("signals", "5", "1")).rate > 0);
    const relay = await result("relay", "2", "1");
    assert.ok(relay.rate > 0 && relay.keys.count > 0);
    assert.ok((await result("keys", "1", "1")).keys.count > 0);
    assert.ok((await result("churn", "2", "1")).rounds > 0);
    const unread = async () => await metric(road, "beach_unread_bytes") === 0;
    await pollAsync(unread, 10_000, "nothing unread");
  }));
