/** What waits at a road has a bound in all, beside the one of each peer: many peers make no heap. */
import assert from "node:assert/strict";
import { Client, eventually, metric, party, within, withRoad } from "../client.ts";

Deno.test("signals that are kept for lost peers have a bound in all; what a viewer leaves behind is gone with it", () =>
  withRoad({ limits: { keptTotal: 20_000 } }, async (road) => {
    const sessions = [await party(road), await party(road)];
    for (const { host, viewer } of sessions) {
      await host.close(3001);
      await viewer.next("peer_left");
    }
    const [one, two] = [sessions[0]!.viewer, sessions[1]!.viewer];
    one.signal("host", "control", 1, "A".repeat(15_000));
    await one.sync();
    two.signal("host", "control", 1, "A".repeat(10_000));
    await two.refused("unavailable");
    await one.close();
    await eventually(() => road.sessions().viewers === 1, "its end");
    two.signal("host", "control", 1, "A".repeat(15_000));
    await two.sync();
    assert.deepEqual(two.inbox, []);
    // Delivered is not kept.
    const { session, token } = sessions[1]!.host.welcome;
    const back = await Client.join(road, session, "host", { token });
    await back.next("signal");
    await back.close(3001);
    await two.next("peer_left");
    two.signal("host", "control", 1, "A".repeat(15_000));
    await two.sync();
    assert.ok(!two.inbox.some(({ type }) => type === "error"));
  }));

Deno.test("a viewer that signals over HTTP and asks for nothing is dropped before its mail is large", () =>
  withRoad({}, async (road) => {
    const { host, session } = await party(road, 0);
    const body = JSON.stringify({ version: 1, session });
    const joined = await fetch(`${road.url}/v1/webrtc/offer`, { method: "POST", body });
    await joined.body?.cancel();
    const { peer } = await host.next("peer_joined");
    for (let i = 0; i < 20; i++) host.signal(peer, "control", 1, "A".repeat(24_000));
    await within(host.next("peer_left"), "the host to hear of it");
    assert.equal(await metric(road, 'beach_http_clients_total{event="overflow"}'), 1);
    assert.equal(await metric(road, "beach_unread_bytes"), 0);
  }));

Deno.test("no pake is longer than any PAKE's message", () =>
  withRoad({}, async (road) => {
    const { viewer } = await party(road);
    viewer.signal("host", "pake", 1, "A".repeat(1025));
    await viewer.refused("bad_message");
  }));
