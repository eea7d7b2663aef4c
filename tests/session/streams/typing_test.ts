/** Typing beside a stream that sends all the time, in simulated time over a model of SCTP: keys hardly feel it, and the stream gets on. */
import assert from "node:assert/strict";
import type { ByteStream } from "../../../session/streams/byte_stream.ts";
import type { Network } from "../../bench/ablation/network.ts";
import { SessionPair } from "../../bench/ablation/session_pair.ts";

const KEY = Uint8Array.of(120);
const PIECE = new Uint8Array(64 * 1024);

interface Measured {
  /** Key to echo, ms, of sorted samples. */
  readonly p50: number;
  readonly p95: number;
  /** Bytes a ms that the stream brought meanwhile. */
  readonly rate: number;
}

/** Types a key each 125 ms, 120 times after 40 that do not count, beside a stream that goes that way. */
async function typing(network: Network, stream: "none" | "to the viewer" | "to the host"): Promise<Measured> {
  const pair = new SessionPair(network, 3);
  pair.print(PIECE.slice(0, 2000).fill(97));
  await pair.run(1000);
  const times: number[] = [];
  const typedAt: number[] = [];
  pair.onTyped = (bytes) => {
    pair.print(bytes.slice());
    for (let i = 0; i < bytes.length; i++) pair.await(times, typedAt.shift()!);
  };
  let got = 0;
  const sends = (one: ByteStream) => {
    const write = () => {
      while (one.write(PIECE) === PIECE.length);
    };
    one.ondrain = write;
    write();
  };
  const reads = (one: ByteStream) => {
    one.onreadable = () => {
      for (let data = one.read(1 << 20); data; data = one.read(1 << 20)) got += data.length;
    };
  };
  pair.host.services.set("test", stream === "to the viewer" ? sends : reads);
  if (stream !== "none") {
    const opened = pair.viewer.streams.open("test", new Uint8Array(0))!;
    (stream === "to the viewer" ? reads : sends)(opened);
  }
  const keys = async (count: number) => {
    for (let i = 0; i < count; i++) {
      typedAt.push(pair.clock.now);
      pair.viewer.type(KEY);
      await pair.run(125);
    }
  };
  await keys(40);
  times.length = 0;
  const [before, from] = [got, pair.clock.now];
  await keys(120);
  const rate = (got - before) / (pair.clock.now - from);
  await pair.run(2000, () => pair.settled);
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)]!;
  return { p50: at(0.5), p95: at(0.95), rate };
}

/** By how much keys may be later, ms, and the least rate of the stream, bytes a ms. */
const CASES: readonly [network: Network, p50: number, p95: number, rate: number][] = [
  [{ name: "100 ms", shape: { delayMs: 50 } }, 0, 0, 3000],
  [{ name: "100 ms, 5 %", shape: { delayMs: 50, loss: 0.05 } }, 1, 25, 25],
  // A packet of a stream takes 10 ms there, so that a key waits for half of one on average.
  [{ name: "100 ms, 1 Mbit/s", shape: { delayMs: 50, rateKbit: 1000 } }, 15, 40, 50],
  [{ name: "100 ms, 10 Mbit/s", shape: { delayMs: 50, rateKbit: 10_000 } }, 10, 25, 700],
];

for (const [network, p50, p95, rate] of CASES) {
  Deno.test(`typing beside a stream: ${network.name}`, async () => {
    const alone = await typing(network, "none");
    for (const way of ["to the viewer", "to the host"] as const) {
      const beside = await typing(network, way);
      const figures = JSON.stringify({ way, alone, beside });
      assert.ok(beside.p50 <= alone.p50 + p50 + 0.5, figures);
      assert.ok(beside.p95 <= alone.p95 + p95 + 0.5, figures);
      assert.ok(beside.rate >= rate, figures);
    }
  });
}
