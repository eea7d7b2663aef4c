/** The system's clock is set while a road runs: what lasts a time lasts that time, and credentials are minted anew. */
import assert from "node:assert/strict";
import { Client, party, withRoad } from "../client.ts";

const DAY = 86_400_000;

/** The system's clock, as this process sees it, moved by `ms`. */
function setClock(ms: number): Disposable {
  const now = Date.now;
  Date.now = () => now() + ms;
  return { [Symbol.dispose]: () => Date.now = now };
}

Deno.test("a clock that jumps by a month ends no session, and one set back keeps none longer", () =>
  withRoad({ sessionTtl: 200, limits: { seatTime: 500 } }, async (road) => {
    const { host, viewer } = await party(road);
    for (const days of [31, -31]) {
      using _set = setClock(days * DAY);
      // Sessions are looked at each 50 ms here.
      await new Promise((resolve) => setTimeout(resolve, 150));
      await host.sync();
      await viewer.sync();
    }
    using _set = setClock(-DAY);
    const kept = await Client.join(road, "new", "host");
    await kept.close(3001);
    const late = await Client.join(road, kept.welcome.session, "viewer");
    assert.equal((await late.next("peer_left")).reason, "expired");
  }));

Deno.test("a TURN credential is by the clock that the TURN server has: it is minted anew when that is set", () =>
  withRoad({
    ice: { servers: [{ urls: ["turn:turn.example"], secret: "s" }], ttlSeconds: 600 },
    limits: { seatTime: 500 },
  }, async (road) => {
    const host = await Client.join(road, "new", "host");
    using _set = setClock(-2 * 3_600_000);
    const { ice } = await host.next("ice");
    assert.ok(Math.abs(ice.expiresAt - Date.now() / 1000 - 600) < 5, `${ice.expiresAt}`);
    assert.ok(ice.expiresAt < host.welcome.ice!.expiresAt - 7_000);
  }));
