/**
 * What a road costs and carries on this machine, the clients on the same one: `deno run -A tests/bench/road_bench.ts`.
 * Prints idle memory per socket, complete joins, forwarded signals and relayed bytes a second.
 */
import { decodeRoadMessage, encodeRelayed, type RoadMessage } from "../../transport/signal.ts";
import { Client } from "../road/client.ts";

const SOCKETS = 1_000;
/** How long each rate is measured, in ms. */
const SPAN = 3_000;
const free = { burst: 1e9, perSecond: 1e9 };
const options = { limits: { joins: free, messages: free, unread: 64 * 1024 * 1024, joining: 10_000 } };

const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "-A",
    "--quiet",
    new URL("../road/road_process.ts", import.meta.url).pathname,
    JSON.stringify(options),
  ],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const stdin = child.stdin.getWriter();
const ready = Promise.withResolvers<{ url: string; startMs: number }>();
const reading = (async () => {
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (text.includes("startMs")) continue;
    text += part;
    const line = text.split("\n").find((line) => line.includes("startMs") && line.endsWith("}"));
    if (line !== undefined) ready.resolve(JSON.parse(line));
  }
})();
const { url, startMs } = await ready.promise;
console.log(`start to ready        ${startMs.toFixed(0)} ms`);

/** Resident memory of the road in KB. */
function memory(): number {
  const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]);
}

type Joined = Awaited<ReturnType<typeof Client.join>>;
interface Pair {
  readonly host: Joined;
  readonly viewer: Joined;
}

async function pair(): Promise<Pair> {
  const host = await Client.join(url, "new", "host");
  return { host, viewer: await Client.join(url, host.welcome.session, "viewer") };
}

const before = memory();
const pairs: Pair[] = [];
const joinsFrom = performance.now();
for (let i = 0; i < SOCKETS / 2; i += 10) {
  pairs.push(...await Promise.all(Array.from({ length: 10 }, pair)));
}
const joins = SOCKETS / ((performance.now() - joinsFrom) / 1000);
await new Promise((resolve) => setTimeout(resolve, 1_000));
console.log(
  `idle socket           ${
    ((memory() - before) / SOCKETS).toFixed(1)
  } KB (${SOCKETS} joined sockets, garbage of their joins included)`,
);
console.log(
  `joins                 ${joins.toFixed(0)} a second (socket and join, one after the other in 10 lanes)`,
);

/** Hands every message of a client to `receive` from now on. */
function take(client: Client, receive: (message: RoadMessage | Uint8Array) => void): void {
  client.ws.onmessage = ({ data }) =>
    receive(typeof data === "string" ? decodeRoadMessage(data) : new Uint8Array(data));
}

{
  const data = "A".repeat(400);
  let count = 0;
  const end = performance.now() + SPAN;
  const bounce = (client: Client, to: string) => {
    take(client, (message) => {
      if (message instanceof Uint8Array || message.type !== "signal") return;
      count++;
      if (performance.now() < end) client.signal(to, "control", 1, data);
    });
  };
  for (const { host, viewer } of pairs.slice(0, 50)) {
    bounce(host, viewer.welcome.peer);
    bounce(viewer, "host");
    for (let i = 0; i < 8; i++) host.signal(viewer.welcome.peer, "control", 1, data);
  }
  await new Promise((resolve) => setTimeout(resolve, SPAN));
  console.log(
    `signals forwarded     ${(count / (SPAN / 1000)).toFixed(0)} a second (50 pairs, 400 bytes each)`,
  );
}

{
  const sealed = new Uint8Array(65_000);
  const ack = encodeRelayed({ peer: "host", channel: "ctrl", sealed: new Uint8Array(1) });
  let bytes = 0;
  const end = performance.now() + SPAN;
  for (const { host, viewer } of pairs.slice(0, 4)) {
    const message = encodeRelayed({ peer: viewer.welcome.peer, channel: "bulk", sealed });
    take(viewer, (message) => {
      if (!(message instanceof Uint8Array)) return;
      bytes += message.length;
      viewer.ws.send(ack);
    });
    take(host, (acknowledged) => {
      if (acknowledged instanceof Uint8Array && performance.now() < end) host.ws.send(message);
    });
    for (let i = 0; i < 16; i++) host.ws.send(message);
  }
  await new Promise((resolve) => setTimeout(resolve, SPAN));
  console.log(
    `relay                 ${(bytes / 1e6 / (SPAN / 1000)).toFixed(0)} MB a second (4 pairs, 65 KB messages)`,
  );
}

await stdin.close();
await child.status;
await reading;
