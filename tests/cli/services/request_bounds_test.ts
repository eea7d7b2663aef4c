/** What one viewer may make a host hold and start by requests and pastes, however hostile it is. */
import assert from "node:assert/strict";
import { Pastes } from "../../../cli/services/pastes.ts";
import { ViewerRequests } from "../../../cli/services/request_service.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { MAX_PASTE } from "../../../session/services/file_heads.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, type ServiceStream } from "../../../session/services/service_stream.ts";
import { deadline } from "../../support/deadline.ts";
import { connected } from "../../support/service_streams.ts";

const ECHO = new URL("../../support/native_echo.py", import.meta.url).pathname;
const MB = 1024 * 1024;

function serving(command: string) {
  const clock = { now: 0 };
  const service = new ViewerRequests({
    offers: [{ name: "it", kind: "native", command }],
    maxMessage: MB,
    timeout: 60_000,
    env: { PATH: Deno.env.get("PATH")! },
    log: () => {},
    now: () => clock.now,
  });
  const open = connected((stream, head) => void service.serve(stream, head));
  const call = (kind: "call" | "port" = "call") => open(REQUESTS, encodeHead({ kind, to: "" }));
  return { clock, call, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

/** The code that `stream` is reset with; reads nothing. */
function resetOf({ signal }: ServiceStream): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const tell = () => resolve(signal.reason.code);
  if (signal.aborted) tell();
  else signal.addEventListener("abort", tell);
  return deadline(promise, 30_000, "a reset");
}

Deno.test("requests: a flood of calls and ports starts 40 programs and then 2 a second; the rest is busy", async () => {
  await using host = serving("true");
  const codes: Record<string, number> = {};
  const round = async (calls: number) => {
    for (let i = 0; i < calls; i++) {
      const stream = host.call();
      const over = resetOf(stream);
      const writer = stream.writable.getWriter();
      writer.write(encodeMessage(1)).catch(() => {});
      writer.close().catch(() => {});
      const code = await over;
      codes[code] = (codes[code] ?? 0) + 1;
    }
  };
  await round(60);
  assert.deepEqual(codes, { gone: 40, busy: 20 });
  assert.equal(await resetOf(host.call("port")), "busy");
  host.clock.now += 1000;
  await round(3);
  assert.deepEqual(codes, { gone: 42, busy: 21 });
});

Deno.test("requests: messages that come and are not whole hold 16 MiB together, whatever lengths they announce", async () => {
  await using host = serving(`/usr/bin/python3 ${ECHO}`);
  const announce = new Uint8Array(4);
  new DataView(announce.buffer).setUint32(0, MB, true);
  const streams = Array.from({ length: 40 }, () => host.call());
  const over = streams.map((stream) => {
    const writer = stream.writable.getWriter();
    void writer.write(announce).catch(() => {});
    return resetOf(stream);
  });
  for (const code of await Promise.all(over.slice(16))) assert.equal(code, "busy");
  for (const stream of streams.slice(0, 16)) {
    assert.equal(stream.signal.aborted, false);
    await stream.writable.abort("the end").catch(() => {});
  }
  over.slice(0, 16).forEach((one) => one.catch(() => {}));
});

Deno.test("requests: answers that nobody reads hold 16 MiB together; the program goes on", async () => {
  await using host = serving(`/usr/bin/python3 ${ECHO}`);
  const streams = Array.from({ length: 24 }, () => host.call());
  for (const stream of streams) {
    const writer = stream.writable.getWriter();
    writer.write(encodeMessage({ do: "big", bytes: MB - 100 })).catch(() => {});
    writer.close().catch(() => {});
  }
  for (const stream of streams.slice(17)) assert.equal(await resetOf(stream), "busy");
  assert.equal(streams[0]!.signal.aborted, false);
  for (const { readable } of streams.slice(0, 17)) await readable.cancel().catch(() => {});
});

Deno.test("pastes: what is announced and never comes takes no memory, and no room of the next", async () => {
  await using pastes = new Pastes();
  const before = Deno.memoryUsage();
  for (let round = 0; round < 3; round++) {
    const all = Array.from({ length: 16 }, () => {
      const ended = new ReadableStream<Uint8Array>({
        start(to) {
          to.enqueue(new Uint8Array(10));
          to.close();
        },
      });
      return pastes.keep("image/png", MAX_PASTE, new ByteReader(ended));
    });
    await Promise.all(all.map((one) => assert.rejects(one, /ended before the paste/)));
  }
  const grown = Deno.memoryUsage().external - before.external;
  assert.ok(grown < MB, `${grown} bytes more`);
  const whole = new Blob([new Uint8Array(5)]).stream();
  assert.equal((await Deno.readFile(await pastes.keep("image/png", 5, new ByteReader(whole)))).length, 5);
});

Deno.test("requests: 32 ports of one viewer run at once; the next is busy until one has ended", async () => {
  await using host = serving("cat");
  const ports = Array.from({ length: 32 }, () => host.call("port"));
  assert.equal(await resetOf(host.call("port")), "busy");
  const [first] = ports;
  const over = first!.readable.getReader();
  await first!.writable.close();
  assert.equal((await deadline(over.read(), 30_000, "its end")).done, true);
  const next = host.call("port");
  const answer = next.readable.getReader();
  await next.writable.getWriter().write(encodeMessage(5));
  assert.deepEqual(
    (await deadline(answer.read(), 30_000, "an echo")).value,
    encodeMessage(5),
  );
});

Deno.test("pastes: 512 MiB are announced at once, and 256 kept in a session; the rest has no room", async () => {
  const full = (error: Error) => {
    assert.equal((error as Error & { code: string }).code, "no-room");
    return true;
  };
  {
    await using pastes = new Pastes();
    const halves = Array.from({ length: 16 }, () => new TransformStream<Uint8Array, Uint8Array>());
    const kept = halves.map(({ readable }) => pastes.keep("image/png", MAX_PASTE, new ByteReader(readable)));
    const one = () => pastes.keep("text/plain", 1, new ByteReader(new Blob([new Uint8Array(1)]).stream()));
    await assert.rejects(one(), full);
    // Those that do not come make room again.
    for (const { writable } of halves) await writable.close();
    await Promise.all(kept.map((paste) => assert.rejects(paste)));
    await one();
  }
  await using pastes = new Pastes();
  const one = () => pastes.keep("text/plain", 1, new ByteReader(new Blob([new Uint8Array(1)]).stream()));
  for (let i = 0; i < 256; i++) await one();
  await assert.rejects(one(), full);
});
