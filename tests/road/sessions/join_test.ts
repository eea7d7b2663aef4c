import assert from "node:assert/strict";
import { SESSION_ID, SUBPROTOCOL } from "../../../transport/schema/signal.ts";
import { Client, eventually, ONE_ADDRESS, party, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

const hello = { kind: "pake", negotiation: 1, data: "aGVsbG8" } as const;

/** Joins and returns the refusal; the socket must close with 4000 after it. */
async function refusal(road: Parameters<typeof Client.open>[0], name: string, join: Record<string, unknown>) {
  const client = await Client.open(road, name);
  client.ws.send(JSON.stringify({ type: "join", version: 1, ...join }));
  const error = await client.next("join_error");
  assert.equal((await client.closed).code, 4000);
  return error.code;
}

Deno.test("a host gets a session, a viewer joins it, and its hello reaches the host", () =>
  withRoad({}, async (road) => {
    const host = await Client.join(road, "new", "host");
    assert.match(host.welcome.session, SESSION_ID);
    assert.equal(host.welcome.session.length, 6);
    assert.equal(host.welcome.peer, "host");
    assert.equal(host.welcome.token.length, 22);
    assert.equal(host.welcome.public_url, road.url);
    assert.deepEqual(host.welcome.peers, []);

    const viewer = await Client.join(road, host.welcome.session, "viewer", { hello });
    assert.match(viewer.welcome.peer, /^[a-z2-7]{8}$/);
    assert.deepEqual(viewer.welcome.peers, ["host"]);
    const joined = await host.next("peer_joined");
    const { from, ...rest } = joined;
    assert.deepEqual(rest, { type: "peer_joined", peer: viewer.welcome.peer, hello, resumed: false });
    assert.match(from!, /^[A-Za-z0-9_-]{11}$/);
    assert.equal((await host.next("state")).state, "connecting");
    assert.deepEqual(road.sessions(), { sessions: 1, hosts: 1, viewers: 1, joining: 0 });
  }));

Deno.test("who may not join is told why", () =>
  withRoad({ limits: ONE_ADDRESS }, async (road) => {
    const { session, host, viewer, peer } = await party(road);
    const wrong = "A".repeat(22);
    const cases: [string, Record<string, unknown>, string][] = [
      ["aaaaaa", { role: "viewer" }, "not_found"],
      ["abc", { role: "viewer" }, "not_found"],
      ["new", { role: "viewer" }, "bad_message"],
      ["aaaaaa", { role: "viewer", peer: "abcdefgh", token: wrong }, "host_absent"],
      [session, { role: "viewer", peer }, "bad_message"],
      [session, { role: "viewer", peer: "host", token: wrong }, "bad_message"],
      [session, { role: "viewer", peer, token: wrong }, "not_authorised"],
      [session, { role: "viewer", peer, token: host.welcome.token }, "not_authorised"],
      [session, { role: "viewer", peer: "abcdefgh", token: "short" }, "not_authorised"],
      [session, { role: "host" }, "host_taken"],
      [session, { role: "host", token: wrong }, "not_authorised"],
      [session, { role: "host", token: viewer.welcome.token }, "not_authorised"],
      [session, { role: "host", token: host.welcome.token, hello }, "bad_message"],
      ["aaaaaa", { role: "host" }, "not_authorised"],
      ["aaaaaa", { role: "host", token: "short" }, "not_authorised"],
      ["abc", { role: "host", token: wrong }, "not_found"],
      ["new", { role: "host", token: wrong }, "bad_message"],
      ["new", { role: "host", version: 2 }, "bad_version"],
      ["new", { role: "king" }, "bad_message"],
    ];
    for (const [name, join, code] of cases) {
      assert.equal(await refusal(road, name, join), code, JSON.stringify([name, join]));
    }
    await host.sync();
    await viewer.sync();
    assert.deepEqual([host.inbox, viewer.inbox], [[], []]);
  }));

Deno.test("two viewers in the same instant are two viewers; the limits of peers and sessions hold", () =>
  withRoad({ limits: { peers: 2, sessions: 1 } }, async (road) => {
    const host = await Client.join(road, "new", "host");
    const { session } = host.welcome;
    const viewers = await Promise.all([1, 2].map(() => Client.join(road, session, "viewer")));
    const ids = viewers.map((viewer) => viewer.welcome.peer);
    assert.notEqual(ids[0], ids[1]);
    const heard = [(await host.next("peer_joined")).peer, (await host.next("peer_joined")).peer];
    assert.deepEqual(heard.sort(), ids.sort());
    for (const id of ids) host.signal(id, "control", 1);
    await host.sync();
    assert.equal(await refusal(road, session, { role: "viewer" }), "full");
    assert.equal(await refusal(road, "new", { role: "host" }), "full");
    await viewers[0]!.close();
    await host.next("peer_left");
    await Client.join(road, session, "viewer");
  }));

Deno.test("two sockets that claim one peer in the same instant: the last has it, the other is closed with 4002", () =>
  withRoad({}, async (road) => {
    const { host, session, viewer, peer } = await party(road);
    const { token } = viewer.welcome;
    const [a, b] = await Promise.all([1, 2].map(() => Client.join(road, session, "viewer", { peer, token })));
    assert.equal((await viewer.closed).code, 4002);
    const first = await Promise.race([a!.closed.then(() => a), b!.closed.then(() => b)]);
    assert.equal((await first!.closed).code, 4002);
    const last = first === a ? b! : a!;
    await last.sync();
    for (let i = 0; i < 2; i++) {
      assert.equal((await host.next("peer_left")).reason, "lost");
      assert.equal((await host.next("peer_joined")).resumed, true);
    }
    assert.equal(road.sessions().viewers, 1);
  }));

Deno.test("a socket that never joins is closed, and no more than the limit wait", () =>
  withRoad({ limits: { joinTime: 80, joining: 2 } }, async (road) => {
    const waiting = [await Client.open(road, "new"), await Client.open(road, "new")];
    await assert.rejects(Client.open(road, "new"));
    for (const client of waiting) {
      assert.equal((await client.next("join_error")).code, "expired");
      assert.equal((await client.closed).code, 4000);
    }
    await eventually(() => road.sessions().joining === 0, "no socket to wait");
    await Client.join(road, "new", "host");
  }));

Deno.test("an address that joins too often is refused, a proven return is free", () =>
  withRoad({ limits: { joins: { burst: 10, perSecond: 0.001 } } }, async (road) => {
    const { session, viewer, peer } = await party(road);
    const { token } = viewer.welcome;
    for (let i = 0; i < 12; i++) await Client.join(road, session, "viewer", { peer, token });
    assert.equal(await refusal(road, "aaaaaa", { role: "viewer" }), "not_found");
    assert.equal(await refusal(road, "aaaaab", { role: "viewer" }), "not_found");
    assert.equal(await refusal(road, session, { role: "viewer" }), "rate_limited");
    await viewer.closed;
  }));

Deno.test("behind a proxy each client has its own limit", async () => {
  for (const trustProxy of [false, true]) {
    await withRoad({ trustProxy, limits: { joins: { burst: 2, perSecond: 0.001 } } }, async (road) => {
      const codes = [];
      for (const address of ["192.0.2.1", "192.0.2.2"]) {
        // Deno takes options where browsers take protocols only, and its types follow the browsers.
        const headers = { "x-forwarded-for": `198.51.100.1, ${address}` };
        const options = { protocols: ["beach.road.1"], headers } as unknown as string;
        const ws = new WebSocket(`${road.url.replace("http", "ws")}/ws/new`, options);
        const got = await new Promise<string>((resolve) => {
          ws.onopen = () => ws.send(JSON.stringify({ type: "join", version: 1, role: "host" }));
          ws.onmessage = ({ data }) => resolve(JSON.parse(data).code ?? "ok");
        });
        codes.push(got);
        ws.close();
      }
      assert.deepEqual(codes, trustProxy ? ["ok", "ok"] : ["ok", "rate_limited"]);
    });
  }
});

Deno.test("a host can tell addresses apart, and not what they are", () =>
  withRoad({ trustProxy: true }, async (road) => {
    const hosts = [await Client.join(road, "new", "host"), await Client.join(road, "new", "host")];
    const from = async (host: typeof hosts[number], address: string) => {
      using raw = await RawSocket.connect(road.addr);
      await raw.upgrade(
        host.welcome.session,
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nX-Forwarded-For: ${address}\r\n`,
      );
      await raw.text({ type: "join", version: 1, role: "viewer" });
      return (await host.next("peer_joined")).from!;
    };
    const [one, two] = hosts as [typeof hosts[number], typeof hosts[number]];
    const first = await from(one, "198.51.100.7");
    assert.equal(await from(one, "198.51.100.7"), first);
    assert.equal(await from(one, "2001:db8::1"), await from(one, "2001:db8::2"));
    assert.notEqual(await from(one, "198.51.100.8"), first);
    assert.notEqual(await from(two, "198.51.100.7"), first);
  }));
