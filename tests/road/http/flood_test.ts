/** Floods of small things: nobody else waits for them, and they take no memory. The road is a process of its own, as its memory is looked at. */
import assert from "node:assert/strict";
import { BEACH } from "../../e2e/scene.ts";
import { linux, testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { Client, DEADLINE } from "../client.ts";
import { RawSocket } from "../raw_socket.ts";

/** With other tests on both cores: what froze the road froze it for 20 s and more; ms. */
const PROMPT = 1_500;
/** What one took was 1 GB and more; bytes. */
const ROOM = 150e6;
const START = 20_000;

interface Flooded {
  readonly addr: Deno.NetAddr;
  readonly url: string;
}

/** Runs `flood` against a road, while another client asks it something all the time: each answer is prompt, and its memory stays small. */
async function withstands(flood: (road: Flooded) => Promise<unknown>): Promise<void> {
  await using process = Spawned.start([...BEACH, "road", "--listen", "127.0.0.1:0"]);
  const [url, port] = await process.waitForOutput(/http:\/\/127.0.0.1:(\d+)/, START);
  const host = await Client.join(url, "new", "host");
  await host.sync();
  const before = memoryOf(process.pid);
  let over = false;
  const slowest = { echo: 0, health: 0 };
  const watch = (async () => {
    while (!over) {
      const at = performance.now();
      await host.sync();
      slowest.echo = Math.max(slowest.echo, performance.now() - at);
      const asked = performance.now();
      const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(DEADLINE) });
      assert.equal(await answer.text(), "ok\n");
      slowest.health = Math.max(slowest.health, performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await Promise.race([
    flood({ url, addr: { transport: "tcp", hostname: "127.0.0.1", port: Number(port) } }),
    watch,
  ]);
  over = true;
  await watch;
  assert.ok(
    slowest.echo < PROMPT && slowest.health < PROMPT,
    `somebody else waited: ${JSON.stringify(slowest)}`,
  );
  const grown = memoryOf(process.pid) - before;
  assert.ok(grown < ROOM, `the road grew by ${Math.round(grown / 1e6)} MB`);
  await host.close();
}

function memoryOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) * 1024;
}

/** Writes the same again and again, until the road ends the connection or all is written. */
async function pour({ conn }: RawSocket, bytes: Uint8Array, times: number): Promise<void> {
  const drained = (async () => {
    const chunk = new Uint8Array(65_536);
    while (await conn.read(chunk).catch(() => null) !== null);
  })();
  try {
    for (let i = 0; i < times; i++) {
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    }
  } catch {
    // The road has had enough.
  }
  conn.close();
  await drained;
}

testWith([linux], "requests sent ahead by the ten thousand", () =>
  withstands(async ({ addr }) => {
    const requests = new TextEncoder().encode(
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2_000),
    );
    for (let round = 0; round < 2; round++) {
      const sockets = await Promise.all([1, 2, 3, 4].map(() => RawSocket.connect(addr)));
      await Promise.all(sockets.map((socket) => pour(socket, requests, 25)));
    }
  }));

testWith(
  [linux],
  "pings, pongs, empty texts and crumbs of messages, before a join and after it",
  () =>
    withstands(async ({ url, addr }) => {
      const { welcome } = await Client.join(url, "new", "host");
      for (
        const [opcode, after] of [[9, true], [10, true], [1, true], [2, true], [0, true], [9, false], [
          10,
          false,
        ]] as const
      ) {
        const raw = await RawSocket.open(addr, welcome.session);
        if (after) await raw.text({ type: "join", version: 1, role: "viewer" });
        const frame = new Uint8Array([opcode === 0 ? 0 : 0x80 | opcode, 0x80, 0, 0, 0, 0]);
        if (opcode === 0) await raw.write(new Uint8Array([1, 0x80, 0, 0, 0, 0]));
        const frames = new Uint8Array(6 * 10_000);
        for (let i = 0; i < 10_000; i++) frames.set(frame, i * 6);
        await pour(raw, frames, 50);
      }
    }),
);

testWith([linux], "upgrades that never join", () =>
  withstands(async ({ addr }) => {
    for (let i = 0; i < 1_000; i++) {
      const raw = await RawSocket.connect(addr);
      await raw.upgrade("new").catch(() => {});
      if (i % 2 === 0) raw[Symbol.dispose]();
      else setTimeout(() => raw[Symbol.dispose](), 1_000);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  }));

testWith([linux], "bodies in pieces of one byte", () =>
  withstands(async ({ addr }) => {
    const head = "POST /v1/webrtc/offer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    const pieces = new TextEncoder().encode("1\r\nx\r\n".repeat(20_000));
    for (let round = 0; round < 5; round++) {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => RawSocket.connect(addr)));
      await Promise.all(sockets.map(async (socket) => {
        await socket.write(head);
        await pour(socket, pieces, 1);
      }));
    }
  }));
