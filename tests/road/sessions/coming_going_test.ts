import assert from "node:assert/strict";
import { listenError } from "../../../road/http/listen_error.ts";
import { startRoad } from "../../../road/server.ts";
import { Client, eventually, ONE_ADDRESS, party, within, withRoad } from "../client.ts";

Deno.test("a lost viewer is kept, its signals wait for it, and it comes back by token", () =>
  withRoad({}, async (road) => {
    const { host, session, viewer, peer } = await party(road);
    await viewer.close(3001);
    assert.equal((await host.next("peer_left")).reason, "lost");
    host.signal(peer, "offer", 1, "AAAB");
    host.signal(peer, "ice", 1, "AAAC");
    await host.sync();
    const again = await Client.join(road, session, "viewer", { peer, token: viewer.welcome.token });
    assert.equal(again.welcome.peer, peer);
    assert.equal(again.welcome.token, viewer.welcome.token);
    assert.partialDeepStrictEqual(await host.next("peer_joined"), { peer, resumed: true });
    assert.equal((await again.next("signal")).signal.data, "AAAB");
    assert.equal((await again.next("signal")).signal.data, "AAAC");
  }));

Deno.test("a viewer that stays away is forgotten, and may still claim its name", () =>
  withRoad({ viewerGrace: 40 }, async (road) => {
    const { host, session, viewer, peer } = await party(road);
    await viewer.close(3001);
    assert.equal((await host.next("peer_left")).reason, "lost");
    assert.equal((await host.next("peer_left")).reason, "expired");
    await Client.join(road, session, "viewer", { peer, token: viewer.welcome.token });
    assert.equal((await host.next("peer_joined")).resumed, true);
  }));

Deno.test("a host that comes back gets who is there and what waited; a viewer that came meanwhile is announced", () =>
  withRoad({}, async (road) => {
    const { host, session, viewers: [kept, gone] } = await party(road, 2);
    await host.close(3001);
    assert.deepEqual(await kept!.next("peer_left"), { type: "peer_left", peer: "host", reason: "lost" });
    kept!.signal("host", "control", 1, "d2FpdHM");
    await kept!.sync();
    await gone!.close();
    const hello = { kind: "pake", negotiation: 1, data: "S0Ux" } as const;
    const late = await Client.join(road, session, "viewer", { hello });
    assert.deepEqual(late.welcome.peers, []);
    await late.sync();
    const back = await Client.join(road, session, "host", { token: host.welcome.token });
    assert.deepEqual(back.welcome.peers, [kept!.welcome.peer]);
    assert.equal((await back.next("signal")).signal.data, "d2FpdHM");
    assert.partialDeepStrictEqual(await back.next("peer_joined"), {
      peer: late.welcome.peer,
      resumed: false,
      hello,
    });
    assert.deepEqual(await kept!.next("peer_joined"), { type: "peer_joined", peer: "host", resumed: true });
    await late.next("peer_joined");
    await back.sync();
    assert.deepEqual(back.inbox, []);
  }));

Deno.test("a session ends when its host says so, or stays away too long", async () => {
  await withRoad({}, async (road, events) => {
    const { host, session, viewer } = await party(road);
    viewer.send({ type: "leave" });
    await viewer.refused("not_authorised");
    host.send({ type: "leave" });
    assert.equal((await viewer.next("peer_left")).reason, "ended");
    assert.equal((await viewer.closed).code, 1000);
    assert.equal((await host.closed).code, 1000);
    assert.equal(road.sessions().sessions, 0);
    const client = await Client.open(road, session);
    client.send({ type: "join", version: 1, role: "viewer" });
    assert.equal((await client.next("join_error")).code, "not_found");
    assert.equal(events.filter((e) => e.event === "session_ended").length, 1);
  });
  await withRoad({ sessionTtl: 40 }, async (road) => {
    const { host, viewer } = await party(road);
    await host.close(3001);
    assert.equal((await viewer.next("peer_left")).reason, "lost");
    assert.equal((await viewer.next("peer_left")).reason, "expired");
    assert.equal((await viewer.closed).code, 1000);
    assert.equal(road.sessions().sessions, 0);
  });
});

Deno.test("a host that is killed without a word is found out by the heartbeat", () =>
  withRoad({ heartbeat: 40 }, async (road) => {
    const { viewer } = await party(road);
    // A raw client that never answers a ping.
    const { hostname, port } = road.addr;
    using silent = await Deno.connect({ hostname, port });
    const upgrade =
      "GET /ws/new HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: beach.road.1\r\n\r\n";
    await silent.write(new TextEncoder().encode(upgrade));
    const ended = (async () => {
      while (await silent.read(new Uint8Array(1024)) !== null);
    })();
    await within(ended, "the silent socket to be cut");
    await viewer.sync();
  }));

Deno.test("a road that closes tells all to move; on the next one host and viewer go on by their tokens", async () => {
  const first = await startRoad({});
  const { host, session, viewer, peer } = await party(first);
  const { port } = first.addr;
  await first.close();
  assert.ok((await host.next("moving")).after_ms < 1000);
  assert.ok((await viewer.next("moving")).after_ms >= 1000);
  assert.equal((await host.closed).code, 1012);
  assert.equal((await viewer.closed).code, 1012);
  assert.equal(viewer.inbox.length, 0, "nobody is said to have left");

  await using second = await startRoad({ port });
  const early = await Client.open(second, session);
  early.send({ type: "join", version: 1, role: "viewer", peer, token: viewer.welcome.token });
  assert.equal((await early.next("join_error")).code, "host_absent");

  const host2 = await Client.join(second, session, "host", { token: host.welcome.token });
  assert.equal(host2.welcome.session, session);
  const viewer2 = await Client.join(second, session, "viewer", { peer, token: viewer.welcome.token });
  assert.equal(viewer2.welcome.peer, peer);
  assert.equal((await host2.next("peer_joined")).resumed, true);
  host2.signal(peer, "offer", 7);
  assert.equal((await viewer2.next("signal")).signal.negotiation, 7);

  const thief = await Client.open(second, session);
  thief.send({ type: "join", version: 1, role: "host", token: "A".repeat(22) });
  assert.equal((await thief.next("join_error")).code, "not_authorised");
  await eventually(() => second.sessions().hosts === 1, "one host");
});

Deno.test("after a restart nobody but its host gets a session's id, nor but its viewer a peer's", () =>
  withRoad({ limits: ONE_ADDRESS }, async (road) => {
    const old = await startRoad({});
    const { host, session, viewer, peer } = await party(old);
    const { welcome: { token } } = await Client.join(old, "new", "host");
    await old.close();
    const refused = async (join: object) => {
      const thief = await Client.open(road, session);
      thief.ws.send(JSON.stringify({ type: "join", version: 1, ...join }));
      return (await thief.next("join_error")).code;
    };
    // Words of one's own, another session's token, a viewer's of this one: all before the host is back.
    for (const stolen of ["A".repeat(22), token, viewer.welcome.token]) {
      assert.equal(await refused({ role: "host", token: stolen }), "not_authorised");
    }
    const back = await Client.join(road, session, "host", { token: host.welcome.token });
    assert.equal(back.welcome.session, session);
    assert.equal(await refused({ role: "viewer", peer, token: "A".repeat(22) }), "not_authorised");
    assert.equal(await refused({ role: "viewer", peer, token: host.welcome.token }), "not_authorised");
    await Client.join(road, session, "viewer", { peer, token: viewer.welcome.token });
    assert.equal((await back.next("peer_joined")).peer, peer);
  }));

Deno.test("a port in use is one clear error", async () => {
  await using road = await startRoad({});
  await assert.rejects(
    startRoad({ port: road.addr.port }),
    /can't listen on 127.0.0.1:\d+: the port is in use/,
  );
});

Deno.test("road: why it can't listen: what, the value, what would be right, what to try", () => {
  const line = (hostname: string, port: number, code: string) => {
    const cause = Object.assign(new Error(`listen ${code}: words ${hostname}:${port}`), { code });
    return listenError({ hostname, port }, cause, ["127.0.0.1", "192.0.2.7"]).message;
  };
  assert.equal(
    line("::1", 80, "EACCES"),
    "can't listen on [::1]:80: you may not use this port; wanted one from 1024 on. Try [::1]:8080.",
  );
  for (const code of ["EADDRNOTAVAIL", "EINVAL", "EAFNOSUPPORT", "ENOTFOUND"]) {
    assert.match(
      line("other.example", 9, code),
      /^can't listen on other\.example:9: [^;]+; wanted one of this machine, such as 127\.0\.0\.1, 192\.0\.2\.7\. Try 127\.0\.0\.1:9, or 0\.0\.0\.0:9 /,
    );
  }
  assert.equal(line("0.0.0.0", 9, "EMFILE"), "can't listen on 0.0.0.0:9: listen EMFILE: words 0.0.0.0:9.");
});
