import assert from "node:assert/strict";
import { eventually, party, withRoad } from "../client.ts";

Deno.test("signals and states pass between host and viewer, and nothing between viewers", () =>
  withRoad({}, async (road, events) => {
    const { host, viewers } = await party(road, 2);
    const [a, b] = [viewers[0]!, viewers[1]!];
    const peer = a.welcome.peer;
    a.signal("host", "pake", 1, "S0Ux");
    assert.deepEqual(await host.next("signal"), {
      type: "signal",
      from_peer: peer,
      signal: { kind: "pake", negotiation: 1, data: "S0Ux" },
    });
    host.signal(peer, "offer", 1, "b2ZmZXI");
    assert.equal((await a.next("signal")).from_peer, "host");
    a.signal("host", "answer", 1);
    assert.equal((await host.next("signal")).signal.kind, "answer");
    a.signal("host", "ice", 1);
    assert.equal((await host.next("signal")).signal.kind, "ice");
    a.send({ type: "state", peer: "host", state: "connected" });
    for (const state of ["offer", "answer", "ice", "connected"] as const) {
      assert.deepEqual(await host.next("state"), { type: "state", peer, state });
      assert.deepEqual(await a.next("state"), { type: "state", peer: "host", state });
    }
    a.signal(b.welcome.peer, "control", 1);
    await a.refused("unknown_peer");
    a.send({ type: "state", peer: b.welcome.peer, state: "failed" });
    await a.refused("unknown_peer");
    host.signal("aaaaaaaa", "control", 1);
    await host.refused("unknown_peer");
    await b.sync();
    assert.deepEqual(b.inbox, []);
    const states = events.flatMap((e) => e.event === "state" && e.peer === peer ? [e.state] : []);
    assert.deepEqual(states, ["connecting", "offer", "answer", "ice", "connected"]);
  }));

Deno.test("out of order: the sender is told what is wrong and what to do, and the socket stays", () =>
  withRoad({}, async (road) => {
    const { host, viewer, peer } = await party(road);
    viewer.signal("host", "offer", 1);
    assert.match((await viewer.refused("out_of_order")).hint ?? "", /renegotiate/);
    viewer.signal("host", "answer", 1);
    assert.match((await viewer.refused("out_of_order")).message, /before its offer/);
    host.signal(peer, "offer", 2);
    await viewer.next("signal");
    host.signal(peer, "offer", 1);
    await host.refused("out_of_order");
    host.signal(peer, "ice", 3, "ZWFybHk");
    host.signal(peer, "offer", 3);
    assert.equal((await viewer.next("signal")).signal.kind, "offer");
    assert.equal((await viewer.next("signal")).signal.data, "ZWFybHk");
    for (let i = 0; i < 50; i++) viewer.signal("host", "answer", 1);
    for (let i = 0; i < 50; i++) await viewer.refused("out_of_order");
    await viewer.sync();
  }));

Deno.test("an offer that nobody answers fails, and both ends hear it", () =>
  withRoad({ answerTime: 50 }, async (road) => {
    const { host, viewer, peer } = await party(road);
    host.signal(peer, "offer", 1);
    await host.next("state", (m) => m.state === "failed");
    await viewer.next("state", (m) => m.state === "failed");
    viewer.signal("host", "answer", 1);
    await host.next("signal");
  }));

Deno.test("a viewer that leaves in the middle of a negotiation leaves nothing behind", () =>
  withRoad({ answerTime: 60 }, async (road) => {
    const { host, viewers, peer } = await party(road, 2);
    const [viewer, later] = [viewers[0]!, viewers[1]!];
    host.signal(peer, "offer", 1);
    await viewer.next("signal");
    await viewer.close();
    assert.deepEqual(await host.next("peer_left"), { type: "peer_left", peer, reason: "left" });
    host.signal(peer, "ice", 1);
    await host.refused("unknown_peer");
    await host.next("state");
    // An offer that was made after it runs out of time: by then its own would have.
    host.signal(later.welcome.peer, "offer", 1);
    for (const state of ["offer", "failed"] as const) {
      assert.deepEqual(await host.next("state"), { type: "state", peer: later.welcome.peer, state });
    }
    await host.sync();
    assert.deepEqual(host.inbox, []);
    await eventually(() => road.sessions().viewers === 1, "the other viewer alone");
  }));
