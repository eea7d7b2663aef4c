import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { HostOffer } from "../../../cli/options/service_values.ts";
import { ViewerRequests } from "../../../cli/services/request_service.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { connected } from "../../support/service_streams.ts";

const ECHO = new URL("../../support/native_echo.py", import.meta.url).pathname;
const NATIVE = { name: "echo", kind: "native", command: `/usr/bin/python3 ${ECHO}` } as const;

/** A viewer of a host that offers `offers`, without a session between. */
function served(offers: readonly HostOffer[], { maxMessage = 1024 * 1024, timeout = 5000 } = {}) {
  const lines: string[] = [];
  const service = new ViewerRequests({
    offers,
    maxMessage,
    timeout,
    env: { PATH: Deno.env.get("PATH")! },
    log: (words) => lines.push(words),
    now: () => performance.now(),
  });
  const client = new RequestClient(connected((stream, head) => void service.serve(stream, head)));
  return { client, lines, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

async function refused(what: Promise<unknown>, code: string, words = /./): Promise<void> {
  await assert.rejects(what, (error) => {
    assert(error instanceof ServiceError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

Deno.test("requests: what is offered, and nothing of how", async () => {
  await using host = served([NATIVE, { name: "models", kind: "http", origin: "http://127.0.0.1:1" }]);
  assert.deepEqual(await host.client.services(), [{ name: "echo", kind: "native" }, {
    name: "models",
    kind: "http",
  }]);
});

Deno.test("requests: a program's answer, by its name or as the only one; each fault is one error", async () => {
  await using host = served([NATIVE], { maxMessage: 1000, timeout: 800 });
  const { client } = host;
  assert.deepEqual((await client.call("", { a: [1, "ü"] }) as { echo: unknown }).echo, { a: [1, "ü"] });
  assert.deepEqual((await client.call("echo", null) as { echo: unknown }).echo, null);
  await refused(client.call("other", 1), "no-service", /echo/);
  await refused(client.call("", "x".repeat(1000)), "too-large", /1002 bytes; at most 1000/);
  await refused(client.call("", { do: "exit", status: 3 }), "gone", /status 3/);
  await refused(client.call("", { do: "silence" }), "timeout");
  await refused(client.call("", { do: "big", bytes: 1000 }), "bad-answer");
  await refused(
    client.http("", { method: "GET", path: "/", headers: [] }),
    "no-service",
    /offers no HTTP services/,
  );
  const abort = new AbortController();
  const silent = client.call("", { do: "silence" }, abort.signal);
  abort.abort(new Error("enough"));
  await assert.rejects(silent, /enough/);
  assert.deepEqual((await client.call("", "still there") as { echo: unknown }).echo, "still there");
});

Deno.test("requests: a port is a process; it ends with the port, and the port with it", async () => {
  await using host = served([NATIVE]);
  const port = host.client.connect("echo");
  const messages = port.messages[Symbol.asyncIterator]() as AsyncIterator<{ echo: unknown; count: number }>;
  for (let n = 1; n <= 3; n++) {
    await port.send({ n });
    const { value } = await messages.next();
    assert.deepEqual([value.echo, value.count], [{ n }, n]);
  }
  await port.send({ do: "exit" });
  assert.equal((await messages.next()).done, true);
  const other = host.client.connect("echo");
  await other.send({ do: "garbage" });
  await refused(other.messages[Symbol.asyncIterator]().next(), "bad-answer");
});

Deno.test("requests: HTTP with bodies both ways, larger than any window", async () => {
  const server = http.createServer((request, response) => {
    response.writeHead(201, "Made", { "X-Path": request.url, "X-Method": request.method });
    request.pipe(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  {
    await using host = served([{ name: "mirror", kind: "http", origin }]);
    const piece = new Uint8Array(50_000).map((_, i) => i % 251);
    const body = ReadableStream.from(Array.from({ length: 40 }, () => piece)) as ReadableStream<Uint8Array>;
    const reply = await host.client.http(
      "mirror",
      { method: "PUT", path: "/a?b", headers: [["X-A", "1"]] },
      body,
    );
    assert.equal(reply.status, 201);
    assert.equal(reply.text, "Made");
    assert.deepEqual(reply.headers.filter(([name]) => name.startsWith("X-")), [["X-Path", "/a?b"], [
      "X-Method",
      "PUT",
    ]]);
    const back = new Uint8Array(await new Response(reply.body).arrayBuffer());
    assert.equal(back.length, 2_000_000);
    assert.deepEqual(back.subarray(1_950_000), piece);
    await refused(
      host.client.http("mirror", { method: "CONNECT", path: "/", headers: [] }),
      "head",
      /method/,
    );
    await refused(
      host.client.http("mirror", { method: "GET", path: "http://evil/", headers: [] }),
      "head",
      /path/,
    );
    await refused(
      host.client.http("mirror", { method: "GET", path: "/", headers: [["A", "b\r\nHost: evil"]] }),
      "head",
      /headers/,
    );
  }
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
});
