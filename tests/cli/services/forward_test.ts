import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { ForwardListener } from "../../../cli/services/forward_listener.ts";
import { serveForward } from "../../../cli/services/forward_service.ts";
import { allows, type ForwardRule, type Target } from "../../../session/services/forward_target.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { MAX_STREAMS } from "../../../session/streams/stream_limits.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { connected } from "../../support/service_streams.ts";

/** Forwards from here to `target`, through a host that allows what `rule` says. */
function forwarded(target: Target, rule: ForwardRule = { kind: "any" }) {
  const faults: string[] = [];
  const told = Promise.withResolvers<void>();
  const allow = (wanted: Target) => {
    return allows(rule, wanted)
      ? Promise.resolve()
      : Promise.reject(new ServiceError("denied", "the host does not allow it"));
  };
  const open = connected((stream, head) => void serveForward({ allow }, stream, head));
  const forward = ForwardListener.listen({ bind: "127.0.0.1", port: 0, target }, open, (words) => {
    faults.push(words);
    told.resolve();
  });
  return {
    forward,
    faults,
    told: told.promise,
    [Symbol.asyncDispose]: () => forward[Symbol.asyncDispose](),
  };
}

/** A server that answers each connection with what `answer` makes of all that came. */
function server(hostname: string, answer: (tcp: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ hostname, port: 0 });
  const all: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const tcp of listener) all.push(answer(tcp).catch(() => {}));
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(all);
    },
  };
}

async function readAll(tcp: Deno.TcpConn): Promise<Uint8Array> {
  return new Uint8Array(await new Response(tcp.readable).arrayBuffer());
}

/** Says what it heard, once the other side has ended its half. */
async function echoAtEnd(tcp: Deno.TcpConn): Promise<void> {
  const heard: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  for (let n = await tcp.read(buffer); n !== null; n = await tcp.read(buffer)) heard.push(buffer.slice(0, n));
  for (const bytes of heard) for (let at = 0; at < bytes.length;) at += await tcp.write(bytes.subarray(at));
  tcp.close();
}

Deno.test("-L: bytes both ways with half-close, more than any window; names of this machine are one", async () => {
  await using echo = server("::1", echoAtEnd);
  const rule = { kind: "these", targets: [{ host: "127.0.0.1", port: echo.port }] } as const;
  await using here = forwarded({ host: "localhost", port: echo.port }, rule);
  const tcp = await Deno.connect({ port: here.forward.port });
  const sent = new Uint8Array(1_000_000).map((_, i) => (i * 7) % 256);
  for (let at = 0; at < sent.length;) at += await tcp.write(sent.subarray(at));
  await tcp.closeWrite();
  assert.deepEqual(await deadline(readAll(tcp), 10_000, "the echo"), sent);
  assert.deepEqual(here.faults, []);
});

Deno.test("-L: a target where nothing listens, and one that is not allowed, are said; the connection ends at once", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  for (
    const [rule, words] of [
      [{ kind: "any" }, `127.0.0.1:${port}: nothing listens at 127.0.0.1:${port} on the host's side`],
      [
        { kind: "these", targets: [{ host: "127.0.0.1", port: port + 1 }] },
        `127.0.0.1:${port}: the host does not allow it`,
      ],
    ] as const
  ) {
    await using here = forwarded({ host: "127.0.0.1", port }, rule);
    using tcp = await Deno.connect({ port: here.forward.port });
    assert.equal(await deadline(tcp.read(new Uint8Array(1)), 5000, "the end"), null);
    await deadline(here.told, 5000, "the reason");
    assert.deepEqual(here.faults, [words]);
  }
});

Deno.test("-L: its end ends the connections at both sides, and frees the port", async () => {
  const ended = Promise.withResolvers<void>();
  await using quiet = server("127.0.0.1", async (tcp) => {
    await tcp.write(new Uint8Array([1]));
    await tcp.read(new Uint8Array(1)).catch(() => null);
    tcp.close();
    ended.resolve();
  });
  const here = forwarded({ host: "127.0.0.1", port: quiet.port });
  const { port } = here.forward;
  using tcp = await Deno.connect({ port });
  assert.equal(await tcp.read(new Uint8Array(1)), 1);
  assert.equal(here.forward.connections, 1);
  assert.throws(
    () =>
      ForwardListener.listen(
        { bind: "127.0.0.1", port, target: { host: "a", port: 1 } },
        () => assert.fail(),
        () => {},
      ),
    /port is in use.*Take another port/,
  );
  await here[Symbol.asyncDispose]();
  await deadline(ended.promise, 5000, "the server's end");
  assert.equal(await tcp.read(new Uint8Array(1)).catch(() => null), null);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("-L: more connections than a viewer may have streams wait for their turn, and none is lost", async () => {
  await using echo = server("127.0.0.1", echoAtEnd);
  await using here = forwarded({ host: "127.0.0.1", port: echo.port });
  const one = async (word: string) => {
    const tcp = await Deno.connect({ port: here.forward.port });
    await tcp.write(new TextEncoder().encode(word));
    await tcp.closeWrite();
    return new TextDecoder().decode(await readAll(tcp));
  };
  const words = Array.from({ length: MAX_STREAMS + 100 }, (_, i) => `${i}`);
  assert.deepEqual(await deadline(Promise.all(words.map(one)), 20_000, "all echoes"), words);
  assert.deepEqual(here.faults, []);

  const held: Deno.TcpConn[] = [];
  for (let i = 0; i < MAX_STREAMS; i++) held.push(await Deno.connect({ port: here.forward.port }));
  await poll(() => here.forward.connections === MAX_STREAMS, 5000, "all streams");
  const late = one("late");
  await deadline(here.told, 5000, "what is told of it");
  assert.deepEqual(here.faults, [
    `127.0.0.1:${echo.port}: a connection waits until another one ends: ${MAX_STREAMS} are open`,
  ]);
  // Those that leave while they wait are no fault.
  for (let i = 0; i < 10; i++) {
    const gone = net.connect(here.forward.port, "127.0.0.1");
    await once(gone, "connect");
    gone.resetAndDestroy();
  }
  held.pop()!.close();
  assert.equal(await deadline(late, 5000, "the late one's echo"), "late");
  for (const tcp of held) tcp.close();
  assert.equal(await deadline(one("last"), 5000, "the echo behind those that left"), "last");
  assert.equal(here.faults.length, 1, here.faults.join());
});
