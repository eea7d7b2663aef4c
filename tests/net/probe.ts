/// <reference lib="deno.unstable" />
/**
 * The far ends of the lab's own tests, a command to run on a host of the lab:
 *
 *     probe.ts echo <address>             answers UDP datagrams on port 7000 and TCP connections on 7001; prints "ready"
 *     probe.ts ping <address> <n> <ms>    sends n numbered datagrams, one each <ms>; prints {"rtts", "order"} as JSON
 *     probe.ts send <address> <bytes>     sends bytes over TCP and prints the seconds until the far end has them all
 */
const [mode = "", address = "", ...rest] = Deno.args;
const UDP_PORT = 7000;
const TCP_PORT = 7001;

switch (mode) {
  case "echo":
    await echo();
    break;
  case "ping":
    await ping(Number(rest[0]), Number(rest[1]));
    break;
  case "send":
    await send(Number(rest[0]));
    break;
  default:
    throw new Error(`unknown mode ${mode}`);
}

async function echo(): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: address, port: UDP_PORT });
  const listener = Deno.listen({ hostname: address, port: TCP_PORT });
  console.log("ready");
  (async () => {
    for await (const connection of listener) {
      const buffer = new Uint8Array(65_536);
      let count = 0;
      for (let got; (got = await connection.read(buffer)) !== null;) count += got;
      await connection.write(new TextEncoder().encode(`${count}\n`)).catch(() => {});
      connection.close();
    }
  })();
  for await (const [bytes, from] of socket) await socket.send(bytes, from);
}

async function ping(count: number, everyMs: number): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const sent = new Float64Array(count);
  const rtts: number[] = [];
  const order: number[] = [];
  let next = 0;
  const timer = setInterval(() => {
    if (next === count) {
      clearInterval(timer);
      // One second after the last: far beyond any delay that the tests use.
      return setTimeout(() => socket.close(), 1000);
    }
    sent[next] = performance.now();
    const to = { transport: "udp", hostname: address, port: UDP_PORT } as const;
    // A refused or unreachable address is the network's business: it counts as lost.
    socket.send(new Uint8Array(new Uint32Array([next++]).buffer), to).catch(() => {});
  }, everyMs);
  for await (const [bytes] of socket) {
    const index = new Uint32Array(bytes.slice().buffer)[0]!;
    rtts.push(performance.now() - sent[index]!);
    order.push(index);
  }
  console.log(JSON.stringify({ rtts, order }));
}

async function send(bytes: number): Promise<void> {
  const connection = await Deno.connect({ hostname: address, port: TCP_PORT });
  const started = performance.now();
  const chunk = new Uint8Array(65_536);
  for (let left = bytes; left > 0;) {
    left -= await connection.write(chunk.subarray(0, Math.min(left, chunk.length)));
  }
  await connection.closeWrite();
  const answer = new TextDecoder().decode((await connection.readable.getReader().read()).value);
  if (Number(answer) !== bytes) throw new Error(`the far end got ${answer.trim()} of ${bytes} bytes`);
  console.log((performance.now() - started) / 1000);
}
