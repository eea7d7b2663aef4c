/** What nobody reads is not made: forwards, bodies, listings, files and messages of programs wait where they come from. */
import assert from "node:assert/strict";
import { FileRoot } from "../../../cli/services/file_root.ts";
import { FileService } from "../../../cli/services/file_service.ts";
import { serveForward } from "../../../cli/services/forward_service.ts";
import { Pastes } from "../../../cli/services/pastes.ts";
import { ViewerRequests } from "../../../cli/services/request_service.ts";
import type { HostOffer } from "../../../cli/options/service_values.ts";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, type ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { connected } from "../../support/service_streams.ts";
import { TempDir } from "../../support/temp_dir.ts";

const MB = 1024 * 1024;
/** What two sockets of Linux hold between two programs, which the host can't bound; and what is bounded is far below it. */
const SOCKETS = 16 * MB;
/** Much more than anything here may hold. */
const MUCH = 64 * MB;
const GONE = new ServiceError("gone", "enough");
const PIECE = new Uint8Array(65_536);

/** What `count` is once it has risen, and then has not for a while: nothing more is taken. */
function still(count: () => number): Promise<number> {
  let last = 0;
  let looks = 0;
  const look = () => {
    const now = count();
    looks = now === last ? looks + 1 : 0;
    last = now;
    return now > 0 && looks >= 15 && now;
  };
  return poll(look, 20_000, "an end of what is taken");
}

/** A server whose connections `act` drives; `count.bytes` is what they took. */
function server(act: (tcp: Deno.TcpConn, count: { bytes: number }) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const count = { bytes: 0 };
  const all: Promise<void>[] = [];
  const open = new Set<Deno.TcpConn>();
  const accepting = (async () => {
    for await (const tcp of listener) {
      open.add(tcp);
      all.push(act(tcp, count).catch(() => {}));
    }
  })();
  return {
    port: listener.addr.port,
    count,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const tcp of open) tcp.close();
      await accepting;
      await Promise.all(all);
    },
  };
}

/** Writes for ever, behind `head`. */
const floods = (head: string) => async (tcp: Deno.TcpConn, count: { bytes: number }) => {
  if (head !== "") await tcp.read(new Uint8Array(1000));
  await tcp.write(new TextEncoder().encode(head));
  for (; count.bytes < MUCH;) count.bytes += await tcp.write(PIECE);
};
/** Its connections stay open, and nobody reads. */
const deaf = () => Promise.resolve();

/** Writes to `stream` as long as it takes anything; tells how many bytes it took. */
async function written(stream: ServiceStream): Promise<number> {
  const writer = stream.writable.getWriter();
  let bytes = 0;
  (async () => {
    for (; bytes < MUCH; bytes += PIECE.length) await writer.write(PIECE);
  })().catch(() => {});
  const all = await still(() => bytes);
  stream.reset(GONE);
  return all;
}

function requests(offer: HostOffer, lines: string[] = []) {
  const service = new ViewerRequests({
    offers: [offer],
    maxMessage: MB,
    timeout: 60_000,
    env: { PATH: Deno.env.get("PATH")! },
    log: (line) => lines.push(line),
    now: () => performance.now(),
  });
  const open = connected((stream, head) => void service.serve(stream, head));
  const ask = (head: Readonly<Record<string, unknown>>) => open(REQUESTS, encodeHead({ to: "", ...head }));
  return { ask, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

const forward = connected((stream, head) =>
  void serveForward({ allow: () => Promise.resolve() }, stream, head)
);

Deno.test("a forward holds 64 KiB each way: what the viewer does not read stays with the server, and the other way round", async () => {
  await using flood = server(floods(""));
  const unread = forward(FORWARD, encodeHead({ host: "127.0.0.1", port: flood.port }));
  const taken = await still(() => flood.count.bytes);
  assert.ok(taken > 0 && taken < SOCKETS, `${taken} bytes`);
  unread.reset(GONE);
  await using silent = server(deaf);
  const bytes = await written(forward(FORWARD, encodeHead({ host: "127.0.0.1", port: silent.port })));
  assert.ok(bytes > 0 && bytes < SOCKETS, `${bytes} bytes`);
});

Deno.test("bodies of HTTP are held a piece at a time, both ways", async () => {
  const http = { kind: "http", path: "/", headers: [] };
  {
    await using flood = server(floods("HTTP/1.1 200 OK\r\n\r\n"));
    await using host = requests({ name: "it", kind: "http", origin: `http://127.0.0.1:${flood.port}` });
    const unread = host.ask({ ...http, method: "GET" });
    await unread.writable.close();
    const taken = await still(() => flood.count.bytes);
    assert.ok(taken > 0 && taken < SOCKETS, `${taken} bytes`);
    unread.reset(GONE);
  }
  await using silent = server(deaf);
  await using host = requests({ name: "it", kind: "http", origin: `http://127.0.0.1:${silent.port}` });
  const bytes = await written(host.ask({ ...http, method: "PUT" }));
  assert.ok(bytes > 0 && bytes < SOCKETS, `${bytes} bytes`);
});

Deno.test("a program whose messages nobody reads waits with the next", async () => {
  // It says how many it has written.
  const command = `/usr/bin/python3 -c '
import struct, sys
for n in range(1000):
    sys.stdout.buffer.write(struct.pack("=I", 500002) + b"\\"" + b"x" * 500000 + b"\\"")
    sys.stdout.buffer.flush()
    print(n, file=sys.stderr, flush=True)'`;
  const lines: string[] = [];
  await using host = requests({ name: "it", kind: "native", command }, lines);
  const unread = host.ask({ kind: "port" });
  const said = await still(() => lines.length);
  assert.ok(said > 0 && said <= 4, `${said} messages of 500,000 bytes`);
  unread.reset(GONE);
});

Deno.test("a listing that nobody reads makes as many entries as go into the window", async () => {
  await using dir = await TempDir.create();
  const shared = dir.join("shared");
  await Deno.mkdir(shared);
  for (let i = 0; i < 4000; i++) {
    await Deno.writeFile(`${shared}/a file that has a name ${i}`, PIECE.subarray(0, 0));
  }
  const root: FileRoot = Object.create(await FileRoot.open(shared));
  let entries = 0;
  root.lstat = (path) => {
    entries++;
    return FileRoot.prototype.lstat.call(root, path);
  };
  await using pastes = new Pastes(dir.tmp);
  const service = new FileService({ root, pastes });
  const open = connected((stream, head) => void service.serve(stream, head, () => Promise.resolve()));
  const unread = open(FILES, encodeHead({ op: "list", path: "", deep: true }));
  const made = await still(() => entries);
  // 100 bytes and more each.
  assert.ok(made > 100 && made < 2000, `${made} entries`);
  unread.reset(GONE);
});

testWith([linux], "a file that nobody reads on is read so far as goes into the window", async () => {
  await using dir = await TempDir.create();
  await Deno.writeFile(dir.join("large"), new Uint8Array(MUCH));
  await using pastes = new Pastes(dir.tmp);
  const service = new FileService({ root: await FileRoot.open(dir.path), pastes });
  const open = connected((stream, head) => void service.serve(stream, head, () => Promise.resolve()));
  /** proc_pid_io(5): bytes that this process has read. */
  const read = () => Number(/rchar: (\d+)/.exec(Deno.readTextFileSync("/proc/self/io"))![1]);
  const before = read();
  const unread = open(FILES, encodeHead({ op: "get", path: "large", from: 0 }));
  // Its own looks are read too: 100 bytes each.
  const all = await still(() => Math.floor((read() - before) / 65_536)) * 65_536;
  assert.ok(all > 0 && all < 2 * MB, `${all} bytes`);
  unread.reset(GONE);
});
