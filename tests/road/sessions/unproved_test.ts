/** Who knows a session's id alone keeps nobody out of it: seats that nobody proved are lent, and guesses are counted by address. */
import assert from "node:assert/strict";
import type { Road } from "../../../road/server.ts";
import { SUBPROTOCOL } from "../../../transport/schema/signal.ts";
import { Client, eventually, metric, ONE_ADDRESS, party, within, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

const hello = { kind: "pake", negotiation: 1, data: "aGVsbG8" } as const;

/** A viewer at an address of one's choice, behind a proxy. */
async function viewerFrom(road: Road, session: string, address: string): Promise<RawSocket> {
  const raw = await RawSocket.connect(road.addr);
  await raw.upgrade(session, `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nX-Forwarded-For: ${address}\r\n`);
  await raw.conn.read(new Uint8Array(4096));
  await raw.text({ type: "join", version: 1, role: "viewer" });
  return raw;
}

Deno.test("silent viewers give way in a full session, those of the address with most of them first", () =>
  withRoad({ trustProxy: true, limits: { ...ONE_ADDRESS, peers: 4 } }, async (road) => {
    const { host, session } = await party(road, 0);
    const silent: string[] = [];
    const sockets: RawSocket[] = [];
    // One of an office that has just come, then a crowd of one address.
    for (const address of ["192.0.2.1", "198.51.100.7", "198.51.100.7", "198.51.100.7"]) {
      sockets.push(await viewerFrom(road, session, address));
      silent.push((await host.next("peer_joined")).peer);
    }
    for (const expected of [silent[1], silent[2]]) {
      sockets.push(await viewerFrom(road, session, "203.0.113.5"));
      assert.deepEqual(await host.next("peer_left"), {
        type: "peer_left",
        peer: expected,
        reason: "expired",
      });
      host.signal((await host.next("peer_joined")).peer, "control", 1);
    }
    const { texts, close } = await within(sockets[1]!.drain(), "the close");
    assert.equal(close, 4004);
    assert.equal(JSON.parse(texts.at(-1)!).code, "expired");
    // The office's, and the last of the crowd; then all have been let in.
    for (let i = 0; i < 2; i++) {
      sockets.push(await viewerFrom(road, session, "203.0.113.5"));
      host.signal((await host.next("peer_joined")).peer, "control", 1);
    }
    await host.sync();
    const late = await Client.open(road, session);
    late.send({ type: "join", version: 1, role: "viewer" });
    assert.equal((await late.next("join_error")).code, "full");
    assert.equal(await metric(road, 'beach_limits_total{limit="seats"}'), 4);
    for (const socket of sockets) socket[Symbol.dispose]();
  }));

Deno.test("a seat that nobody proves is taken back; any word of the host but pake keeps it, and no time counts without a host", () =>
  withRoad({ limits: { seatTime: 300 } }, async (road) => {
    const { host, session, viewers } = await party(road, 5);
    const [silent, guessing, signalled, vouched, relayed] = viewers;
    const peers = viewers.map(({ welcome }) => welcome.peer);
    guessing!.signal("host", "pake", 1);
    host.signal(peers[1]!, "pake", 1);
    host.signal(peers[2]!, "control", 1);
    host.send({ type: "state", peer: peers[3]!, state: "connecting" });
    const bytes = new Uint8Array(12);
    bytes.set(new TextEncoder().encode(peers[4]!));
    host.ws.send(bytes);
    for (const viewer of [silent, guessing]) {
      assert.equal((await within(viewer!.closed, "the close")).code, 4004);
      assert.equal((await host.next("peer_left")).reason, "expired");
    }
    for (const viewer of [signalled, vouched, relayed]) await viewer!.sync();
    host.ws.close(4999);
    await signalled!.next("peer_left");
    const waiting = await Client.join(road, session, "viewer");
    await new Promise((resolve) => setTimeout(resolve, 700));
    await waiting.sync();
    const back = await Client.join(road, session, "host", { token: host.welcome.token });
    await back.next("peer_joined");
    assert.equal((await within(waiting.closed, "the close")).code, 4004);
  }));

Deno.test("guesses are budgeted by address, over sockets and peers, and given back to who is let in", () =>
  withRoad(
    { trustProxy: true, limits: { ...ONE_ADDRESS, guesses: { burst: 6, perSecond: 0.001 } } },
    async (road) => {
      const { host, session } = await party(road, 0);
      const join = async () => {
        const viewer = await Client.join(road, session, "viewer", { hello });
        const { peer } = await host.next("peer_joined");
        viewer.signal("host", "pake", 1);
        await host.next("signal");
        return { viewer, peer };
      };
      for (let i = 0; i < 5; i++) {
        const { peer } = await join();
        host.signal(peer, "control", 1);
        await host.sync();
      }
      for (let i = 0; i < 3; i++) await (await join()).viewer.close();
      const refused = await Client.open(road, session);
      refused.send({ type: "join", version: 1, role: "viewer", hello });
      assert.equal((await refused.next("join_error")).code, "rate_limited");
      const silent = await Client.join(road, session, "viewer");
      silent.signal("host", "pake", 1);
      await silent.refused("rate_limited");
      assert.ok(await metric(road, 'beach_limits_total{limit="guesses"}') >= 2);
      // Another address has its own.
      using other = await viewerFrom(road, session, "198.51.100.7");
      await other.text({ type: "signal", to_peer: "host", signal: hello });
      await eventually(() => host.inbox.some((message) => message.type === "signal"), "its guess");
    },
  ));
