/** What answers at a road's address may go on for ever: nobody reads more of it than a road would say. */
import assert from "node:assert/strict";
import { boundedText } from "../../../transport/schema/bounded_text.ts";
import { HttpRoad } from "../../../transport/signalling/http_road.ts";
import { explainRoad } from "../../../transport/signalling/road_error.ts";

const KIB = 1024;

/** A server whose every answer is endless, and how much of them was made. */
function endless(status: number) {
  const seen = { bytes: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        seen.bytes += 64 * KIB;
        controller.enqueue(new Uint8Array(64 * KIB).fill(0x20));
      },
    });
    return new Response(body, { status });
  });
  return {
    seen,
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a body is read to its limit, and told whether that was all", async () => {
  for (
    const [body, limit, text, whole] of [
      ["", 5, "", true],
      ["häl", 4, "häl", true],
      ["hällo", 4, "häl", false],
      [null, 4, "", true],
    ] as const
  ) {
    assert.deepEqual(await boundedText(new Response(body), limit), { text, whole });
  }
});

for (const status of [200, 500]) {
  Deno.test(`an endless answer with status ${status} is read no further than a mailbox is large`, async () => {
    await using server = endless(status);
    await assert.rejects(
      new HttpRoad(server.url, "7kq2mx").connect(),
      /its answer has more than 1048576 bytes/,
    );
    // What the connection's buffers hold was made too.
    assert.ok(server.seen.bytes < 16 * KIB * KIB, `${server.seen.bytes} bytes`);
  });

  Deno.test(`something endless with status ${status} at a road's address is told for what it is`, async () => {
    await using server = endless(status);
    const began = performance.now();
    const { code } = await explainRoad(server.url, "status 404");
    assert.equal(code, "not_a_road");
    assert.ok(performance.now() - began < 2_000);
    assert.ok(server.seen.bytes < 16 * KIB * KIB, `${server.seen.bytes} bytes`);
  });
}
