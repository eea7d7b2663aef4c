/** Which pages may use a road, told by `--allow-origin`; `tests/e2e/web/web_embed_test.ts` does it in a browser. */
import assert from "node:assert/strict";
import { Spawned } from "../../support/spawned.ts";
import { RawSocket } from "../raw_socket.ts";

const main = new URL("../../../main.ts", import.meta.url).pathname;
const OFFERED = "Sec-WebSocket-Protocol: beach.road.1\r\n";

Deno.test("pages of the road and of the origins that --allow-origin names may connect, others not", async () => {
  await using road = Spawned.start([
    ...[Deno.execPath(), "run", "-A", main, "road", "--json", "--no-web", "--listen", "127.0.0.1:0"],
    ...["--allow-origin", "https://app.example", "--allow-origin=http://other.example:8081/"],
  ]);
  const url = String(await road.waitForLine((line) => JSON.parse(line).url, 20_000));
  const addr = { hostname: "127.0.0.1", port: Number(new URL(url).port), transport: "tcp" } as const;
  const upgraded = async (origin: string) => {
    using raw = await RawSocket.connect(addr);
    await raw.upgrade("new", `${OFFERED}Origin: ${origin}\r\n`);
    const answer = new Uint8Array(2000);
    const read = await raw.conn.read(answer);
    return Number(new TextDecoder().decode(answer.subarray(0, read ?? 0)).split(" ")[1]);
  };
  const asked = async (origin: string) => {
    const response = await fetch(`${url}/v1/webrtc/offer`, { method: "OPTIONS", headers: { origin } });
    await response.body?.cancel();
    return response.headers.get("access-control-allow-origin");
  };
  for (const origin of [url, "https://app.example", "http://other.example:8081"]) {
    assert.equal(await upgraded(origin), 101, origin);
    assert.equal(await asked(origin), origin);
  }
  const others = [
    "http://app.example",
    "https://app.example:444",
    "https://app.example.evil.example",
    "null",
  ];
  for (const origin of [...others, "https://app.example/", "HTTPS://app.example,", ""]) {
    assert.equal(await upgraded(origin), 403, origin);
    assert.equal(await asked(origin), null);
  }
});
