import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { askHttp, type HttpAnswer } from "../../../cli/services/http_service.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";

const NEVER = new AbortController().signal;
const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

/** A server that is bytes on a socket, so that it can say what no HTTP server would. */
class RawServer implements AsyncDisposable {
  readonly origin: string;
  heard = "";
  private constructor(private readonly server: net.Server, readonly sockets: Set<net.Socket>) {
    this.origin = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  }

  /** @param answer what is said once `heard` matches `when` */
  static async start(when: RegExp, answer: (socket: net.Socket) => void): Promise<RawServer> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      let answered = false;
      socket.on("error", () => {});
      socket.on("data", (data: Uint8Array) => {
        self.heard += text(data);
        if (!answered && when.test(self.heard)) {
          answered = true;
          answer(socket);
        }
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const self = new RawServer(server, sockets);
    return self;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const closed = once(this.server, "close");
    this.server.close();
    await closed;
  }
}

function body(...pieces: string[]): ByteReader {
  return new ByteReader(ReadableStream.from(pieces.map(bytes)) as ReadableStream<Uint8Array>);
}

async function read({ body }: HttpAnswer): Promise<string> {
  let all = "";
  for await (const some of body) all += text(some);
  return all;
}

const HEAD = /\r\n\r\n/;
const ask = (
  origin: string,
  head: { method?: string; path?: string; headers?: [string, string][] } = {},
  sent = body(),
  { signal = NEVER, timeout = 5000 } = {},
) => askHttp({ origin, timeout }, { method: "GET", path: "/", headers: [], ...head }, sent, signal);

async function refused(what: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(what, (error) => {
    assert(error instanceof ServiceError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });
}

Deno.test("http: an answer that began before the whole request was sent may take longer than the time for its head", async () => {
  const sent = Promise.withResolvers<void>();
  await using server = await RawServer.start(HEAD, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\nbegin ");
    socket.on("data", (data: Uint8Array) => text(data).endsWith("0\r\n\r\n") && sent.resolve());
  });
  const more = Promise.withResolvers<void>();
  async function* upload() {
    yield bytes("first");
    await more.promise;
    yield bytes("last");
  }
  const answer = await ask(
    server.origin,
    { method: "POST" },
    new ByteReader(ReadableStream.from(upload()) as ReadableStream<Uint8Array>),
    { timeout: 50 },
  );
  more.resolve();
  await sent.promise;
  // Several times as long as the head may take.
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const socket of server.sockets) socket.end("end");
  assert.equal(await read(answer), "begin end");
});

Deno.test("http: Host and Origin are the service's, headers for one connection stay behind, others pass", async () => {
  await using server = await RawServer.start(
    HEAD,
    (socket) =>
      socket.end(
        "HTTP/1.1 302 Elsewhere\r\nLocation: http://169.254.169.254/\r\nConnection: X-Hop\r\nX-Hop: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b!",
      ),
  );
  const answer = await ask(server.origin, {
    path: "/a/../b?c=%20d",
    headers: [
      ["Host", "evil.example"],
      ["Origin", "https://app.example"],
      ["Referer", "https://app.example/secret"],
      ["Connection", "X-Secret, keep-alive"],
      ["X-Secret", "1"],
      ["Transfer-Encoding", "chunked"],
      ["Upgrade", "websocket"],
      ["Accept", "*/*"],
    ],
  });
  assert.deepEqual(answer.head, {
    status: 302,
    text: "Elsewhere",
    headers: [
      ["Location", "http://169.254.169.254/"],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["Content-Encoding", "gzip"],
      ["Content-Length", "3"],
    ],
  });
  // "latin1" of what was sent as UTF-8.
  assert((await read(answer)).length >= 3);
  assert.equal(
    server.heard,
    `GET /a/../b?c=%20d HTTP/1.1\r\nHost: ${
      new URL(server.origin).host
    }\r\nOrigin: ${server.origin}\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  );
});

Deno.test("http: a body without a length goes in chunks as it comes, one with a length as it is", async () => {
  await using chunked = await RawServer.start(/0\r\n\r\n$/, (s) => s.end("HTTP/1.1 200 OK\r\n\r\nfine"));
  assert.equal(await read(await ask(chunked.origin, { method: "POST" }, body("he", "llo"))), "fine");
  assert.match(chunked.heard, /Transfer-Encoding: chunked\r\n[^]*\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n$/);
  await using whole = await RawServer.start(/hello$/, (s) => s.end("HTTP/1.1 204 None\r\n\r\n"));
  const headers: [string, string][] = [["Content-Length", "5"]];
  assert.equal((await ask(whole.origin, { method: "PUT", headers }, body("he", "llo"))).head.status, 204);
  assert.doesNotMatch(whole.heard, /chunked/i);
  await using empty = await RawServer.start(
    HEAD,
    (s) => s.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  );
  await read(await ask(empty.origin, { method: "POST" }));
  assert.match(empty.heard, /Content-Length: 0/);
});

Deno.test("http: events arrive as the service writes them, and a reader that leaves ends the request there", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = await RawServer.start(HEAD, (socket) => {
    socket.on("close", () => ended.resolve());
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
  });
  const abort = new AbortController();
  const answer = await ask(server.origin, {}, body(), { signal: abort.signal });
  const events = answer.body[Symbol.asyncIterator]();
  assert.equal(text((await events.next()).value), "data: 1\n\n");
  for (const socket of server.sockets) socket.write("data: 2\n\n");
  assert.equal(text((await events.next()).value), "data: 2\n\n");
  abort.abort(new ServiceError("gone", "the viewer left"));
  await refused(events.next() as Promise<unknown>, "gone");
  await ended.promise;
});

Deno.test("http: what goes wrong at the service is one error with its code", async () => {
  const closed = net.createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as net.AddressInfo;
  closed.close();
  await refused(ask(`http://127.0.0.1:${port}`), "refused");
  await refused(ask("http://nowhere.invalid"), "unreachable");
  await using silent = await RawServer.start(HEAD, () => {});
  await refused(ask(silent.origin, {}, body(), { timeout: 300 }), "timeout");
  await using rude = await RawServer.start(HEAD, (s) => s.destroy());
  await refused(ask(rude.origin), "gone");
  await using garbage = await RawServer.start(HEAD, (s) => s.end("SSH-2.0-OpenSSH\r\n\r\n"));
  await refused(ask(garbage.origin), "bad-answer");
  await using endless = await RawServer.start(HEAD, (s) => {
    s.write("HTTP/1.1 200 OK\r\n");
    const more = () => {
      while (s.writable && s.write(`X-${"y".repeat(100)}: ${"z".repeat(1000)}\r\n`));
    };
    s.on("drain", more);
    more();
  });
  await refused(ask(endless.origin), "bad-answer");
  await using short = await RawServer.start(
    HEAD,
    (s) => s.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
  );
  await refused(read(await ask(short.origin)), "gone");
});
