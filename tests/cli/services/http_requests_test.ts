/** Whatever head and body a viewer sends, a service hears one request, of its own host, and nothing behind it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { askHttp } from "../../../cli/services/http_service.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { readRequestHead } from "../../../session/services/http_head.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { deadline } from "../../support/deadline.ts";

const NEVER = new AbortController().signal;
const SECRET = "GET /second HTTP/1.1\r\nHost: evil.test\r\n\r\n";

/** Hears all that comes on each connection until its client ends it, and answers at the first. */
function listening() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let heard = Promise.withResolvers<string>();
  const serve = async (tcp: Deno.TcpConn) => {
    let all = "";
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await tcp.read(buffer); n !== null; n = await tcp.read(buffer)) {
        if (all === "") void answerLater(tcp);
        all += new TextDecoder("latin1").decode(buffer.subarray(0, n));
      }
    } catch {
      // Reset by the client.
    }
    tcp.close();
    heard.resolve(all);
  };
  const accepting = (async () => {
    for await (const tcp of listener) void serve(tcp);
  })();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    /** All of the next connection. */
    next: () => {
      heard = Promise.withResolvers<string>();
      return heard.promise;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
    },
  };
}

/** When the body is there, or a little later: it comes in the same turns. */
async function answerLater(tcp: Deno.TcpConn): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tcp.write(new TextEncoder().encode("HTTP/1.1 204 None\r\n\r\n")).catch(() => {});
}

const header = fc.tuple(
  fc.constantFrom(
    "Content-Length",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "Host",
    "Origin",
    "Upgrade",
    "TE",
    "Trailer",
    "Expect",
    "Keep-Alive",
    "X-A",
    "Proxy-Connection",
  ),
  fc.constantFrom(
    "0",
    "3",
    "5",
    "+5",
    "0x5",
    "5, 5",
    "999",
    "",
    "chunked",
    "identity",
    "Content-Length",
    "content-length, host",
    "Transfer-Encoding",
    "Host",
    "keep-alive",
    "upgrade",
    "evil.test",
    "100-continue",
    "a\tb\xff",
  ),
);
const asked = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", "X"),
  path: fc.constantFrom("/", "//evil.test/", "/a?b#", "/%0d%0a", "/\\evil", "/a?x=/../"),
  headers: fc.array(header, { maxLength: 5 }),
});
const bodies = fc.array(fc.constantFrom("", "x", "12345", SECRET), { maxLength: 3 });

/** The one request in `text`: throws where it is none, or has something behind it. */
function assertOneRequest(text: string, origin: string): void {
  const end = text.indexOf("\r\n\r\n");
  const [line, ...lines] = text.slice(0, end).split("\r\n");
  assert.match(line!, /^[!-~]+ \/[!-~]* HTTP\/1\.1$/);
  const fields = lines.map((line) => /^([^:\s]+):[ \t]*(.*)$/.exec(line)!.slice(1) as [string, string]);
  const all = (name: string) =>
    fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  assert.deepEqual(all("host"), [new URL(origin).host]);
  assert.ok(all("origin").every((value) => value === origin));
  assert.deepEqual(all("connection"), ["close"]);
  const lengths = all("content-length");
  const codings = all("transfer-encoding");
  assert.ok(lengths.length + codings.length <= 1, text);
  const body = text.slice(end + 4);
  if (codings.length > 0) {
    assert.deepEqual(codings, ["chunked"]);
    let at = 0;
    for (let size = -1; size !== 0;) {
      const [head, digits] = /^([0-9a-f]+)\r\n/i.exec(body.slice(at)) ??
        assert.fail(`no chunk in ${body.slice(at)}`);
      size = parseInt(digits!, 16);
      at += head.length + size + 2;
    }
    assert.equal(at, body.length, "nothing behind the last chunk");
  } else assert.equal(body.length, Number(lengths[0] ?? 0), `a body as long as it says: ${text}`);
}

Deno.test("http: whatever a viewer asks for, the service hears one request of its own host, or nothing of it is sent whole", async () => {
  await using server = listening();
  await fc.assert(
    fc.asyncProperty(asked, bodies, async (wanted, pieces) => {
      const next = server.next();
      let sent = false;
      try {
        const head = readRequestHead(wanted);
        const body = ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
        sent = true;
        const answer = await deadline(
          askHttp({ origin: server.origin, timeout: 5000 }, head, new ByteReader(body), NEVER),
          5000,
          "an answer",
        );
        for await (const _ of answer.body);
      } catch (error) {
        assert.ok(error instanceof ServiceError, String(error));
        assert.ok(["head", "gone"].includes(error.code), `${error.code}: ${error.message}`);
        // What was refused on the way may be cut, and is never followed by something else.
        if (sent) {
          assert.equal((await Promise.race([next, Promise.resolve("")])).includes("evil.test\r\n"), false);
        }
        return;
      }
      assertOneRequest(await deadline(next, 5000, "the end of the connection"), server.origin);
    }),
    { numRuns: 150 },
  );
});
