import assert from "node:assert/strict";
import { type Road, startRoad } from "../../../road/server.ts";
import { pollAsync } from "../../support/deadline.ts";
import { Client, metric } from "../client.ts";

const PAKE = { kind: "pake", negotiation: 1, data: "AAAA" };
const ICE = { kind: "ice", negotiation: 1, data: "AAAA" };

interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- JSON of any shape: the assertions say which
  readonly body: any;
  readonly headers: Headers;
}

async function ask(
  road: Road,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${road.url}/v1/webrtc/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text), headers: response.headers };
}

/** A joined HTTP client: its fields, and the header that proves it. */
async function joined(road: Road, session: string, hello?: unknown) {
  const { status, body } = await ask(road, "POST", "offer", { version: 1, session, hello });
  assert.equal(status, 201);
  const { peer, token } = body.messages[0];
  return { peer, session, proof: { authorization: `Bearer ${token}` }, next: body.next as number };
}

Deno.test("a viewer without a socket: joins, gets the host's signals, answers, leaves", async () => {
  await using road = await startRoad();
  const host = await Client.join(road, "new", "host");
  const { session } = host.welcome;
  const viewer = await joined(road, session, PAKE);
  const arrived = await host.next("peer_joined");
  assert.deepEqual([arrived.peer, arrived.hello], [viewer.peer, PAKE]);
  host.send({
    type: "signal",
    to_peer: viewer.peer,
    signal: { kind: "offer", negotiation: 1, data: "BBBB" },
  });
  const box = `session/${session}?peer=${viewer.peer}`;
  const kinds: string[] = [];
  let after = viewer.next;
  while (!kinds.includes("offer")) {
    const { status, body } = await ask(
      road,
      "GET",
      `${box}&after=${after}&wait=5000`,
      undefined,
      viewer.proof,
    );
    assert.equal(status, 200);
    after = body.next;
    for (const message of body.messages) if (message.type === "signal") kinds.push(message.signal.kind);
  }
  assert.deepEqual(kinds, ["offer"]);
  const answer = { session, peer: viewer.peer, signals: [{ kind: "answer", negotiation: 1, data: "CCCC" }] };
  assert.equal((await ask(road, "POST", "answer", answer, viewer.proof)).status, 202);
  assert.equal((await host.next("signal")).signal.kind, "answer");
  const ice = { session, peer: viewer.peer, signals: [ICE], state: "connected" };
  assert.equal((await ask(road, "POST", "ice", ice, viewer.proof)).status, 202);
  assert.equal((await host.next("signal")).signal.kind, "ice");
  assert.equal(await metric(road, "beach_http_clients_active"), 1);
  assert.equal((await ask(road, "DELETE", box, undefined, viewer.proof)).status, 204);
  assert.equal((await host.next("peer_left")).reason, "left");
  assert.equal(await metric(road, "beach_http_clients_active"), 0);
  for (const event of ["joined", "connected", "left"]) {
    assert.equal(await metric(road, `beach_http_clients_total{event="${event}"}`), 1, event);
  }
  host.close();
});

Deno.test("what is wrong is refused with a status and a reason", async () => {
  await using road = await startRoad();
  const host = await Client.join(road, "new", "host");
  const { session } = host.welcome;
  const viewer = await joined(road, session);
  const own = { session, peer: viewer.peer };
  const box = `session/${session}?peer=${viewer.peer}`;
  const other = { authorization: "Bearer AAAAAAAAAAAAAAAAAAAAAA" };
  const refusals: readonly (readonly [status: number, answer: Promise<Answer>])[] = [
    [404, ask(road, "POST", "offer", { version: 1, session: "aaaaaaaa" })],
    [400, ask(road, "POST", "offer", { version: 9, session })],
    [400, ask(road, "POST", "offer", "no json")],
    [400, ask(road, "POST", "offer", { version: 1, session: "../etc" })],
    [413, ask(road, "POST", "offer", JSON.stringify({ session, pad: "x".repeat(40_000) }))],
    [401, ask(road, "POST", "answer", { ...own, signals: [] }, other)],
    [401, ask(road, "GET", box, undefined, other)],
    [401, ask(road, "DELETE", box)],
    [400, ask(road, "POST", "ice", { ...own, signals: [PAKE] }, viewer.proof)],
    [409, ask(road, "POST", "ice", { ...own, signals: [{ ...ICE, negotiation: 7 }] }, viewer.proof)],
    [400, ask(road, "POST", "ice", { ...own, state: "rich" }, viewer.proof)],
    // An answer before its offer would be 409: nothing of a malformed body is looked at.
    [400, ask(road, "POST", "answer", { ...own, signals: [{ ...ICE, kind: "answer" }, {}] }, viewer.proof)],
    [400, ask(road, "POST", "ice", { ...own, more: 1 }, viewer.proof)],
    [400, ask(road, "POST", "ice", { ...own, signals: Array(33).fill(ICE) }, viewer.proof)],
    [400, ask(road, "GET", `${box}&after=-1`, undefined, viewer.proof)],
    [405, ask(road, "GET", "offer")],
    [404, ask(road, "POST", "nothing", {})],
    [403, ask(road, "POST", "offer", { version: 1, session }, { origin: "https://evil.example" })],
  ];
  for (const [i, [status, answer]] of refusals.entries()) {
    const { status: got, body } = await answer;
    assert.equal(got, status, `refusal ${i}: ${JSON.stringify(body)}`);
    assert.ok(body.error.code && body.error.message);
  }
  host.close();
});

Deno.test("pages of the road and extensions may, and are told so before they ask", async () => {
  await using road = await startRoad();
  for (const origin of [road.url, "chrome-extension://abcdefghijklmnop"]) {
    const { status, headers } = await ask(road, "OPTIONS", "offer", undefined, { origin });
    assert.deepEqual([status, headers.get("access-control-allow-origin")], [204, origin]);
  }
});

Deno.test("one address has at most 16 clients; who asks nothing any more is cleaned up", async () => {
  await using road = await startRoad({ viewerGrace: 300 });
  const host = await Client.join(road, "new", "host");
  const { session } = host.welcome;
  for (let i = 0; i < 16; i++) await joined(road, session);
  assert.equal((await ask(road, "POST", "offer", { version: 1, session })).status, 503);
  const cleaned = 'beach_http_clients_total{event="cleaned_up"}';
  await pollAsync(async () => await metric(road, cleaned) === 16, 5_000, "all of them cleaned up");
  assert.equal((await ask(road, "POST", "offer", { version: 1, session })).status, 201);
  host.close();
});
