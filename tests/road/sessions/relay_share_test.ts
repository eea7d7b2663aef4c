/** What one viewer sends in a flood slows nobody else of its session, and gets no host cut from the road. */
import assert from "node:assert/strict";
import { encodeRelayed } from "../../../transport/schema/relay_message.ts";
import { RelayShare } from "../../../road/sessions/relay_share.ts";
import { poll } from "../../support/deadline.ts";
import { Client, DEADLINE, party, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

const MIB = 1024 * 1024;
const FEW = { burst: MIB, perSecond: MIB / 2 };
const toHost = (size: number) =>
  encodeRelayed({ peer: "host", channel: "term", sealed: new Uint8Array(size) });

for (const size of [1, 16_000]) {
  Deno.test(`a viewer that floods its session with messages of ${size} bytes waits; the host's output and other viewers' keys do not`, () =>
    withRoad(
      { limits: { relayRate: { burst: 4 * MIB, perSecond: 2 * MIB }, relayEach: FEW } },
      async (road) => {
        const { host, viewers } = await party(road, 2);
        const [evil, honest] = [viewers[0]!, viewers[1]!];
        for (const { welcome: { peer } } of viewers) {
          host.ws.send(encodeRelayed({ peer, channel: "ctrl", sealed: new Uint8Array(1) }));
        }
        await evil.until(() => evil.bytes.length === 1, "the host's word");
        const count = Math.ceil(10 * MIB / (size + 512));
        for (let i = 0; i < count; i++) evil.ws.send(toHost(size));
        const from = () => host.bytes.filter((bytes) => bytes.length === 9 + 50).length;
        for (let i = 1; i <= 20; i++) {
          const began = performance.now();
          honest.ws.send(toHost(50));
          await host.until(() => from() === i, "a key");
          host.ws.send(
            encodeRelayed({ peer: honest.welcome.peer, channel: "term", sealed: new Uint8Array(50) }),
          );
          await honest.until(() => honest.bytes.length === 1 + i, "its echo");
          const took = performance.now() - began;
          assert.ok(took < 500, `key ${i} took ${took} ms`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const passed = host.bytes.length;
        assert.ok(passed < count / 2, `${passed} of ${count} messages passed in a second or two`);
      },
    ));
}

Deno.test("a viewer that was not let in relays a hello, and little more", () =>
  withRoad({}, async (road) => {
    const { host, viewers } = await party(road, 2);
    const [evil, honest] = [viewers[0]!, viewers[1]!];
    for (let i = 0; i < 200; i++) evil.ws.send(toHost(4_000));
    honest.ws.send(toHost(2_000));
    await host.until(() => host.bytes.some((bytes) => bytes.length === 2_009), "a hello");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // What stood in one chunk of the socket passes with it.
    const passed = host.bytes.length;
    assert.ok(passed < 70, `${passed} messages of 4 KB passed in a second`);
  }));

Deno.test("a host that reads nothing for a while is not cut for what one viewer sends", () =>
  withRoad(
    { limits: { unread: MIB, relayEach: { burst: 64 * MIB, perSecond: 64 * MIB } } },
    async (road, events) => {
      using host = await RawSocket.open(road.addr, "new");
      await host.text({ type: "join", version: 1, role: "host" });
      const opened = await poll(
        () => events.find(({ event }) => event === "session_opened"),
        DEADLINE,
        "the session",
      );
      const viewer = await Client.join(road, (opened as { session: string }).session, "viewer");
      await viewer.next("state");
      // The kernel's buffers take some MB of it.
      for (let i = 0; i < 400; i++) viewer.ws.send(toHost(64_000));
      for (let i = 0; i < 100; i++) viewer.signal("host", "control", 1, "A".repeat(24_000));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      assert.deepEqual(events.filter(({ event }) => event === "slow_reader"), []);
    },
  ));

Deno.test("who sends no more than keys waits for nobody, who sends much for all", () => {
  const share = new RelayShare({ burst: 10 * MIB, perSecond: MIB }, 0);
  for (let at = 0; at < 10_000; at += 10) assert.equal(share.spend(at, 1000, true, 800), 0);
  assert.equal(share.spend(10_000, MIB, true, 800), 800);
  assert.equal(share.spend(10_000, MIB, true, 0), 0);
  const own = share.spend(10_000, 20 * MIB, true, 0);
  assert.ok(own >= 5_000 && own < 6_000, `${own} ms: what is owed is bounded`);
});
