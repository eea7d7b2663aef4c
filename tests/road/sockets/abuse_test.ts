import assert from "node:assert/strict";
import fc from "fast-check";
import type { Road } from "../../../road/server.ts";
import { Client, eventually, ONE_ADDRESS, party, within, withRoad } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

/** Text that is no message of the schema, or one that is refused in any state. */
const malformed = fc.oneof(
  fc.string(),
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.record({ type: fc.constantFrom("join", "signal", "state", "ping", "nonsense"), id: fc.anything() })
    .map((value) => JSON.stringify(value, (_, each) => typeof each === "bigint" ? `${each}` : each)),
  fc.record({
    type: fc.constant("signal"),
    to_peer: fc.string(),
    signal: fc.record({ kind: fc.string(), negotiation: fc.double(), data: fc.string() }),
  }).map((value) => JSON.stringify(value)),
).filter((text) => {
  try {
    const { type, id } = JSON.parse(text);
    return !(type === "ping" && Number.isSafeInteger(id) && id >= 0);
  } catch {
    return true;
  }
});

/** A bystander's session works. */
async function unharmed({ host, viewer, peer }: Awaited<ReturnType<typeof party>>): Promise<void> {
  host.signal(peer, "control", 1, "b2s");
  assert.equal((await viewer.next("signal")).signal.data, "b2s");
  await host.sync();
  assert.deepEqual([host.inbox, viewer.inbox], [[], []]);
}

Deno.test("10,000 malformed messages: one clear error each, and nobody else notices", () =>
  withRoad({
    limits: {
      faults: { burst: 20_000, perSecond: 1 },
      messages: { burst: 20_000, perSecond: 1 },
      ...ONE_ADDRESS,
    },
  }, async (road, events) => {
    const bystanders = await party(road);
    const { viewer } = await party(road);
    // One line each: a frame's lines are messages of their own.
    const texts = fc.sample(malformed, 10_000).map((text) => text.replaceAll("\n", " "));
    for (const [at, text] of texts.entries()) {
      viewer.ws.send(text);
      if (at % 500 === 499) await viewer.sync();
    }
    await viewer.sync();
    assert.equal(viewer.inbox.length, 10_000);
    for (const error of viewer.inbox) {
      assert.ok(error.type === "error" && ["bad_message", "bad_version", "too_large"].includes(error.code));
      assert.ok(error.message.length > 0 && error.message.length < 400);
    }
    await unharmed(bystanders);
    assert.equal(events.filter((e) => e.event === "refused").length, 10_000);
    assert.equal(events.filter((e) => e.event === "fault").length, 0);
    const metrics = await (await fetch(`${road.url}/metrics`)).text();
    assert.match(metrics, /beach_errors_total\{code="bad_message"\} \d{3,}/);
  }));

Deno.test("200 malformed first messages, and bytes, before the join: refused and closed", () =>
  withRoad({ limits: ONE_ADDRESS }, async (road) => {
    for (const text of [...fc.sample(malformed, 200), new Uint8Array(20)]) {
      const client = await Client.open(road, "new");
      client.ws.send(text);
      const { code } = await client.next("join_error");
      assert.ok(["bad_message", "bad_version", "too_large"].includes(code));
      assert.equal((await within(client.closed, "the close")).code, 4000);
    }
    await eventually(() => road.sessions().joining === 0, "no socket to wait");
    assert.deepEqual(road.sessions(), { sessions: 0, hosts: 0, viewers: 0, joining: 0 });
  }));

Deno.test("after 20 faults the socket is closed, with bytes of any form among them", () =>
  withRoad({}, async (road) => {
    const bystanders = await party(road);
    const { viewer } = await party(road);
    const garbage = fc.sample(fc.uint8Array({ maxLength: 300 }), 40);
    for (const bytes of garbage) viewer.ws.send(bytes);
    assert.equal((await within(viewer.closed, "the close")).code, 4001);
    const errors = viewer.inbox.filter((m) => m.type === "error");
    assert.ok(errors.length >= 20 && errors.length <= 22, `${errors.length} errors`);
    assert.ok(errors.every((error) => error.type === "error" && error.code === "bad_message"));
    await unharmed(bystanders);
  }));

Deno.test("a flood of messages is limited and then closed", () =>
  withRoad({ limits: { messages: { burst: 50, perSecond: 1 } } }, async (road) => {
    const bystanders = await party(road);
    const { viewer } = await party(road);
    for (let id = 0; id < 200; id++) viewer.send({ type: "ping", id });
    assert.equal((await within(viewer.closed, "the close")).code, 4001);
    const pongs = viewer.inbox.filter((m) => m.type === "pong").length;
    assert.ok(pongs >= 45 && pongs <= 52, `${pongs} pongs`);
    assert.ok(viewer.inbox.some((m) => m.type === "error" && m.code === "rate_limited"));
    await unharmed(bystanders);
  }));

Deno.test("a giant text is refused, a giant frame is not even read", () =>
  withRoad({}, async (road) => {
    const bystanders = await party(road);
    const { viewer } = await party(road);
    viewer.ws.send("A".repeat(40_000));
    await viewer.refused("too_large");
    viewer.ws.send(new Uint8Array(70_000));
    assert.equal((await within(viewer.closed, "the close")).code, 1009);

    using raw = await RawSocket.open(road.addr, "new");
    await raw.frame(2, new Uint8Array(10), 2 ** 40);
    assert.equal((await within(raw.drain(), "the close")).close, 1009);
    await unharmed(bystanders);
  }));

Deno.test("broken frames, floods of pings, slow and huge headers, and half an upgrade end with their own socket", () =>
  withRoad({ limits: { messages: { burst: 50, perSecond: 1 } } }, async (road) => {
    const bystanders = await party(road);
    using reserved = await RawSocket.open(road.addr, "new");
    await reserved.write(new Uint8Array([0xf3, 0x80, 0, 0, 0, 0]));
    assert.equal((await within(reserved.drain(), "the close")).close, 1002);

    using pings = await RawSocket.open(road.addr, "new");
    const flood = (async () => {
      for (let i = 0; i < 200; i++) await pings.frame(9, new Uint8Array(100));
    })().catch(() => {});
    const { texts } = await within(pings.drain(), "the close");
    assert.equal(JSON.parse(texts.at(-1)!).code, "rate_limited");
    await flood;

    using slow = await RawSocket.connect(road.addr);
    await slow.write("GET /healthz HTTP/1.1\r\nHo");
    using huge = await RawSocket.connect(road.addr);
    await huge.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    const line = `X-A: ${"a".repeat(8_000)}\r\n`;
    await assert.rejects(async () => {
      for (let i = 0; i < 1_000; i++) await huge.write(line);
    });
    await unharmed(bystanders);
    await within(ended(slow), "the slow header's end", 10_000);
    await unharmed(bystanders);
  }));

async function ended(socket: RawSocket): Promise<void> {
  while (await socket.conn.read(new Uint8Array(4096)).catch(() => null) !== null);
}

Deno.test("an upgrade that can't become a join is refused in HTTP: protocol, origin, path", () =>
  withRoad({ publicUrl: "https://road.example" }, async (road) => {
    const protocol = "Sec-WebSocket-Protocol: beach.road.1\r\n";
    const status = async (road: Road, name: string, headers: string) => {
      using raw = await RawSocket.connect(road.addr);
      await raw.upgrade(name, headers);
      const answer = new Uint8Array(2000);
      const read = await raw.conn.read(answer);
      const text = new TextDecoder().decode(answer.subarray(0, read ?? 0));
      return `${text.split(" ")[1]} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ""}`;
    };
    assert.equal(await status(road, "new", ""), "400 bad_version");
    assert.equal(await status(road, "new", "Sec-WebSocket-Protocol: beach.road.9\r\n"), "400 bad_version");
    assert.equal(await status(road, "new", protocol + "Origin: https://evil.example\r\n"), "403 bad_origin");
    assert.equal(await status(road, "new", protocol + "Origin: null\r\n"), "403 bad_origin");
    assert.equal(await status(road, "new", protocol + "Origin: https://road.example\r\n"), "101 ");
    assert.equal(await status(road, "new", protocol + "Origin: http://localhost\r\n"), "101 ");
    assert.equal(await status(road, "new", protocol), "101 ");
    assert.equal(await status(road, "NOT-AN-ID", protocol), "404 not_found");
    assert.equal(await status(road, "%00", protocol), "404 not_found");
  }));

Deno.test("request targets and headers of any form, with and without upgrade, break nothing", () =>
  withRoad({}, async (road) => {
    const bystanders = await party(road);
    const printable = fc.string({ unit: fc.constantFrom(..."/:?#%@[]\\.aws0\u00ff \t") });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(printable, fc.constantFrom("//", "/ws/", "http://", "*", "/ws/%zz", "//[", "/j/..", "?")),
        printable,
        fc.boolean(),
        async (target, header, upgrade) => {
          using raw = await RawSocket.connect(road.addr);
          const ask = upgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\n" : "Connection: close\r\n";
          await raw.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${ask}Origin: ${header}\r\n\r\n`);
          const read = await within(raw.conn.read(new Uint8Array(4096)).catch(() => null), "an answer");
          assert.ok(read === null || read > 0);
        },
      ),
      { numRuns: 200, examples: [["//", "", true], ["//", "", false], ["/ws/new", "//", true]] },
    );
    await unharmed(bystanders);
  }));

Deno.test("the lines of one frame are messages of their own, bad ones among good ones", () =>
  withRoad({}, async (road) => {
    const { viewer } = await party(road);
    viewer.ws.send(['{"type":"ping","id":1}', "nonsense", '{"type":"ping","id":2}'].join("\n"));
    await viewer.until(() => viewer.inbox.length === 3, "three answers");
    assert.deepEqual(viewer.inbox.map((message) => message.type), ["pong", "error", "pong"]);
  }));
