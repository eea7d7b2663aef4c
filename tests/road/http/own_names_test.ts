/** DNS rebinding: a page whose name leads to this road gets nothing of it. */
import assert from "node:assert/strict";
import type { Road, RoadOptions } from "../../../road/server.ts";
import { SUBPROTOCOL } from "../../../transport/schema/signal.ts";
import { withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

/** The status of a request with this `Host` header, and of an upgrade. */
async function statuses(road: Road, host: string, path = "/"): Promise<readonly string[]> {
  const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n`;
  return await Promise.all([[path, ""], ["/ws/new", upgrade]].map(async ([path, headers]) => {
    using raw = await RawSocket.connect(road.addr);
    await raw.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
    const answer = new Uint8Array(4096);
    const read = await raw.conn.read(answer);
    return new TextDecoder().decode(answer.subarray(0, read ?? 0)).split(" ")[1]!;
  }));
}

const cases: readonly [name: string, options: RoadOptions, ours: readonly string[]][] = [
  ["by itself", {}, []],
  ["with a public name", { publicUrl: "https://road.example:8443" }, [
    "road.example",
    "ROAD.example.",
    "road.example:80",
  ]],
  ["with names beside it", { allowHost: ["road.internal", "[2001:db8::1]"] }, [
    "road.internal:1",
    "[2001:DB8::1]:8080",
  ]],
  ["on all addresses", { hostname: "0.0.0.0" }, []],
];

for (const [name, options, more] of cases) {
  Deno.test(`a road ${name} answers to its own names alone`, () =>
    withRoad(
      { ...options, assets: new Map([["/", { body: "hi", type: "text/plain", etag: '"a"' }]]) },
      async (road) => {
        const machine = Deno.networkInterfaces().map(({ address }) => {
          return address.includes(":") ? `[${address.replace(/%.*/, "")}]` : address;
        });
        const ours = [
          "localhost",
          "Localhost.:99",
          "a.localhost",
          "127.0.0.1",
          "127.8.8.8:1",
          "[::1]:80",
          Deno.hostname(),
        ];
        for (const host of [...ours, ...machine, ...more]) {
          assert.deepEqual(await statuses(road, host), ["200", "101"], host);
        }
        const foreign = [
          "evil.example",
          "127.0.0.1.evil.example",
          "localhost.evil.example",
          "203.0.113.9",
          "[2001:db8::9]",
          "a@localhost",
        ];
        for (const host of [...foreign, "road.example.evil.example", "", "localhost/"]) {
          for (const status of await statuses(road, host)) assert.match(status, /^4(?:21|00)$/, host);
        }
        assert.deepEqual(await statuses(road, "evil.example", "/metrics"), ["421", "421"]);
        // Balancers ask by whatever name they know.
        assert.deepEqual(await statuses(road, "10.1.2.3:8080", "/healthz"), ["200", "421"]);
      },
    ));
}
