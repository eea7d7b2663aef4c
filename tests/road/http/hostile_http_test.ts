/** Clients that hold what they should give back: connections, places in the queue, memory. Others notice nothing. */
import assert from "node:assert/strict";
import { SUBPROTOCOL } from "../../../transport/schema/signal.ts";
import { linux, testWith } from "../../support/needs.ts";
import { Client, eventually, metric, ONE_ADDRESS, party, within, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

/** Settles at the connection's end with the beginning of what came. */
async function ended({ conn }: RawSocket): Promise<string> {
  const chunk = new Uint8Array(4096);
  let text = "";
  for (let read; (read = await conn.read(chunk).catch(() => null)) !== null;) {
    if (text.length < 1000) text += new TextDecoder().decode(chunk.subarray(0, read));
  }
  return text;
}

Deno.test("a request that is never whole ends: no byte, half a header, half a body, a body that nobody asked for", () =>
  withRoad({}, async (road) => {
    const post = "POST /v1/webrtc/offer HTTP/1.1\r\nHost: localhost\r\n";
    const begun = [
      "",
      "GET / HT",
      `${post}Content-Length: 90\r\n\r\n{`,
    ];
    const ends = begun.map(async (text) => {
      using raw = await RawSocket.connect(road.addr);
      if (text !== "") await raw.write(text);
      assert.match(await within(ended(raw), `the end of ${JSON.stringify(text)}`, 15_000), /^HTTP\/1.1 408 /);
    });
    using raw = await RawSocket.connect(road.addr);
    await raw.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{");
    assert.match(await within(ended(raw), "the end of a GET with a body"), /^HTTP\/1.1 200 /);
    await Promise.all(ends);
  }));

Deno.test("a body without its length is refused before it is read", () =>
  withRoad({}, async (road) => {
    for (const body of ["1\r\n", "1\r\n{\r\n0\r\n\r\n"]) {
      using raw = await RawSocket.connect(road.addr);
      await raw.write(
        `POST /v1/webrtc/offer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
      );
      assert.match(
        await within(ended(raw), "its end"),
        /^HTTP\/1.1 411 [^]*"a body is taken with its content-length only"/,
      );
    }
  }));

testWith([linux], "an answer that nobody reads is given up", () => {
  const body = "x".repeat(16_000_000);
  const assets = new Map(
    ["/j", "/viewer.js"].map((path) => [path, { body, type: "text/plain", etag: '"a"' }]),
  );
  return withRoad({ assets, limits: { responseTime: 300 } }, async (road) => {
    using raw = await RawSocket.connect(road.addr);
    await raw.write("GET /viewer.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // Whoever reads gets it whole.
    assert.equal((await (await fetch(`${road.url}/viewer.js`)).text()).length, body.length);
    const { port } = raw.conn.localAddr as Deno.NetAddr;
    await eventually(() => !isOpenTo(port), "the connection's end at the road");
  });
});

/** Whether an end of this machine has an established connection to a port of it. */
function isOpenTo(port: number): boolean {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return Deno.readTextFileSync("/proc/net/tcp").split("\n").some((line) => {
    const [, , to, state] = line.trim().split(/\s+/);
    return to?.endsWith(remote) && state === "01";
  });
}

Deno.test("who opens sockets and joins with none keeps no other address out", () =>
  withRoad({ trustProxy: true, limits: { joining: 20, joiningEach: 5 } }, async (road) => {
    const upgrade = async (address: string) => {
      const raw = await RawSocket.connect(road.addr);
      await raw.upgrade("new", `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nX-Forwarded-For: ${address}\r\n`);
      const answer = new Uint8Array(2000);
      const read = await raw.conn.read(answer);
      return { raw, status: new TextDecoder().decode(answer.subarray(0, read ?? 0)).split(" ")[1] };
    };
    const waiting = [];
    for (let i = 0; i < 8; i++) waiting.push(await upgrade("198.51.100.7"));
    assert.deepEqual(waiting.map(({ status }) => status), [...Array(5).fill("101"), ...Array(3).fill("503")]);
    assert.equal(await metric(road, 'beach_limits_total{limit="joining_address"}'), 3);
    const other = await upgrade("198.51.100.8");
    assert.equal(other.status, "101");
    await Client.join(road, "new", "host");
    // Their places are free when they are gone.
    for (const { raw } of [...waiting, other]) raw[Symbol.dispose]();
    await eventually(() => road.sessions().joining === 0, "nobody waiting");
    const again = await upgrade("198.51.100.7");
    assert.equal(again.status, "101");
    again.raw[Symbol.dispose]();
  }));

Deno.test("a message in crumbs is no message: the socket is closed before they add up", () =>
  withRoad({}, async (road) => {
    const { session, host, viewer, peer } = await party(road);
    using raw = await RawSocket.open(road.addr, session);
    await raw.text({ type: "join", version: 1, role: "viewer" });
    await host.next("peer_joined");
    // Masked frames of one byte: the first of a binary message, then continuations without an end.
    const crumbs = new Uint8Array(7 * 1_000);
    for (let at = 0; at < crumbs.length; at += 7) crumbs.set([at === 0 ? 2 : 0, 0x81], at);
    await raw.conn.write(crumbs);
    assert.ok((await within(ended(raw), "the end")).length >= 0);
    assert.ok(await metric(road, 'beach_sockets_cut_total{reason="protocol"}') >= 1);
    host.signal(peer, "control", 1);
    await viewer.next("signal");
  }));

Deno.test("who fills a road with requests and reads no answer gives way to who comes next; sockets stay", () => {
  const body = "x".repeat(16_000_000);
  const assets = new Map([["/viewer.js", { body, type: "text/plain", etag: '"a"' }]]);
  return withRoad({ assets, limits: { connections: 24, ...ONE_ADDRESS } }, async (road) => {
    const bystanders = await party(road);
    const stuck: RawSocket[] = [];
    for (let i = 0; i < 40; i++) {
      const raw = await RawSocket.connect(road.addr);
      stuck.push(raw);
      await raw.write("GET /viewer.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
      // The answer has begun.
      await raw.conn.read(new Uint8Array(1)).catch(() => null);
    }
    assert.equal(await (await fetch(`${road.url}/healthz`)).text(), "ok\n");
    bystanders.host.signal(bystanders.peer, "control", 1);
    await bystanders.viewer.next("signal");
    for (const raw of stuck) raw[Symbol.dispose]();
  });
});
