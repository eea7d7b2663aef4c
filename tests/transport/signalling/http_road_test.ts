import assert from "node:assert/strict";
import { HttpRoad } from "../../../transport/signalling/http_road.ts";
import { RoadError } from "../../../transport/signalling/road_error.ts";

/** What a viewer is told where something answers as `answer` does. */
async function told(answer: () => Response): Promise<RoadError> {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const road = new HttpRoad(`http://127.0.0.1:${server.addr.port}`, "7kq2mx");
  const error = await road.connect().then(() => undefined, (error) => error);
  assert.ok(error instanceof RoadError, String(error));
  // deno-lint-ignore no-control-regex -- it goes to a person's terminal
  assert.match(error.message, /^[^\x00-\x1f\x7f-\x9f]+$/);
  return error;
}

Deno.test("a road over HTTP: what is no answer of a road is told as one line, and never shown as it came", async () => {
  const json = (value: unknown, status = 200) => () => Response.json(value, { status });
  const odd = [
    () => new Response("<html>Log in to the hotel's network</html>"),
    json([]),
    json({ messages: {}, next: 0 }),
    json({ messages: [], next: "0" }),
    json({ messages: [{ type: "error", code: "full", message: "\x1b]0;owned\x07" }], next: 1 }),
    json({ messages: [], next: 0, more: 1 }),
  ];
  for (const answer of odd) assert.equal((await told(answer)).code, "not_a_road");
  assert.equal((await told(json({ error: { code: "full", message: "no room" } }, 503))).code, "full");
  for (
    const refusal of [
      json({ error: { code: "full", message: "\x1b]0;owned\x07" } }, 503),
      json({ error: { code: "constructor", message: "x" } }, 503),
      json({ error: null }, 503),
      json(null, 503),
    ]
  ) {
    const error = await told(refusal);
    assert.equal(error.code, "unavailable");
    assert.match(error.message, /HTTP 503/);
  }
});
