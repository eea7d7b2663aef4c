/** The road client against the real road, and against what is none. */
import assert from "node:assert/strict";
import { startRoad } from "../../../road/server.ts";
import { RoadClient } from "../../../transport/signalling/road_client.ts";
import { refusedJoin, RoadError, trouble } from "../../../transport/signalling/road_error.ts";
import type { Joined, RoadClientOptions } from "../../../transport/signalling/road_events.ts";
import type { Signal } from "../../../transport/schema/signal.ts";
import { deadline } from "../../support/deadline.ts";
import { HostileRoad } from "../hostile_road.ts";

const LIMIT = 5_000;
const QUICK = { retry: 20, retryMax: 100 };

function client(road: string, options: Partial<RoadClientOptions> = {}): RoadClient & Disposable {
  const made = new RoadClient({ road, role: "host", timings: QUICK, ...options });
  return Object.assign(made, { [Symbol.dispose]: () => made.close() });
}

/** The next event of a kind, with its arguments. */
function next(
  from: RoadClient,
  name: "joined" | "down" | "ended" | "peerJoined" | "peerLeft" | "signal" | "relayed",
) {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  const stop = from.listen({ [name]: (...args: unknown[]) => resolve(args) });
  return deadline(promise, LIMIT, name).finally(stop);
}

async function fails(options: Partial<RoadClientOptions> & { road: string }): Promise<RoadError> {
  using joining = client(options.road, options);
  try {
    await deadline(joining.connect(), LIMIT, "a refusal");
  } catch (error) {
    if (error instanceof RoadError) return error;
    throw error;
  }
  throw new Error("it joined");
}

const signal: Signal = { kind: "control", negotiation: 1, data: "QUJD" };

Deno.test("road client: host and viewer join, signal and relay over the real road", async () => {
  await using road = await startRoad({ port: 0 });
  using host = client(road.url);
  const { session } = await host.connect();
  const hello: Signal = { kind: "pake", negotiation: 1, data: "d2FhYQ" };
  using viewer = client(road.url, { role: "viewer", session });
  viewer.hello = () => hello;
  const arrived = next(host, "peerJoined");
  const joined = await viewer.connect();
  assert.deepEqual(joined.peers, ["host"]);
  assert.deepEqual((await arrived).slice(0, 3), [joined.peer, hello, false]);
  const heard = next(host, "signal"), relayed = next(host, "relayed");
  assert.ok(viewer.signal("host", signal));
  assert.ok(viewer.relay({ peer: "host", channel: "term", sealed: Uint8Array.of(1, 2, 3) }));
  assert.deepEqual(await heard, [joined.peer, signal]);
  const [message] = await relayed as [{ peer: string; channel: string; sealed: Uint8Array }];
  assert.deepEqual([message.peer, message.channel, [...message.sealed]], [joined.peer, "term", [1, 2, 3]]);
});

Deno.test("road client: a road that restarts finds both ends again, under the same ids", async () => {
  const first = await startRoad({ port: 0 });
  const port = first.addr.port;
  using host = client(first.url);
  const { session } = await host.connect();
  using viewer = client(first.url, { role: "viewer", session });
  const { peer } = await viewer.connect();
  const lost = Promise.all([next(host, "down"), next(viewer, "down")]);
  const back = Promise.all([next(host, "joined"), next(viewer, "joined")]);
  await first.close();
  await lost;
  assert.ok(!host.signal(peer, signal), "nothing is taken while the road is down");
  await using _second = await startRoad({ port });
  const [[hostBack], [viewerBack]] = await back as [[Joined], [Joined]];
  assert.deepEqual([hostBack.session, hostBack.resumed], [session, true]);
  assert.deepEqual([viewerBack.peer, viewerBack.resumed], [peer, true]);
  const heard = next(viewer, "signal");
  assert.ok(host.signal(peer, signal));
  assert.deepEqual(await heard, ["host", signal]);
});

Deno.test("road client: the session's end is final, and told to its viewers", async () => {
  await using road = await startRoad({ port: 0 });
  using host = client(road.url);
  const { session } = await host.connect();
  using viewer = client(road.url, { role: "viewer", session });
  await viewer.connect();
  const left = next(viewer, "peerLeft"), ended = next(viewer, "ended");
  host.close({ leave: true });
  assert.deepEqual(await left, ["host", "ended"]);
  const [error] = await ended as [RoadError];
  assert.equal(error.code, "ended");
});

Deno.test("road client: each way not to get in has its own code and a line with a hint", async () => {
  await using road = await startRoad({ port: 0 });
  await using web = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("hello"),
  );
  const other = `http://127.0.0.1:${web.addr.port}`;
  const closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const nobody = `http://127.0.0.1:${closed.addr.port}`;
  closed.close();
  const cases = [
    [{ road: nobody }, "down"],
    [{ road: "http://no-such-host.invalid:1" }, "down"],
    [{ road: other }, "not_a_road"],
    [{ road: road.url, role: "viewer", session: "7kq2mx" }, "not_found"],
  ] as const;
  for (const [options, code] of cases) {
    const error = await fails(options);
    assert.equal(error.code, code, error.message);
    assert.ok(error.hint.length > 10 && error.message.includes(options.road), error.message);
    assert.ok(!error.message.includes("\n"), error.message);
  }
});

Deno.test("road client: a full road says so", async () => {
  await using road = await startRoad({ port: 0, limits: { sessions: 1 } });
  using first = client(road.url);
  await first.connect();
  assert.equal((await fails({ road: road.url })).code, "full");
});

Deno.test("road client: a road of another protocol version", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response("ok");
    return Response.json({ error: { code: "bad_version", message: "beach.road.9" } }, { status: 400 });
  });
  assert.equal((await fails({ road: `http://127.0.0.1:${server.addr.port}` })).code, "bad_version");
});

Deno.test("road client: a silent road is left by the pings, and joined again", async () => {
  await using road = new HostileRoad();
  using host = client(road.url, { timings: { ...QUICK, ping: 50, dead: 100 } });
  await host.connect();
  road.mute = true;
  const [error] = await next(host, "down") as [RoadError];
  assert.match(error.message, /nothing heard/);
  road.mute = false;
  await next(host, "joined");
});

Deno.test("road client: a probe finds a dead socket long before the next ping", async () => {
  await using road = new HostileRoad();
  using host = client(road.url, { timings: { ...QUICK, probe: 100 } });
  await host.connect();
  road.mute = true;
  const down = next(host, "down");
  host.probe();
  await down;
  road.mute = false;
  await next(host, "joined");
});

Deno.test("road client: a viewer ends when a stranger answers for its session", async () => {
  await using road = new HostileRoad();
  const error = await fails({ road: road.url, role: "viewer", session: "abcdef" });
  assert.match(error.message, /abcdef.*7kq2mx/);
});

Deno.test("road client: what a person is told of a refusal is for people, not for who writes clients", () => {
  const refused = refusedJoin(
    "http://r",
    "not_authorised",
    "the token is not its own",
    "open a new one at /ws/new",
  );
  assert.match(
    refused.message,
    /^The road http:\/\/r refused the join: .* It is somebody else's now; ask the host/,
  );
  for (const kind of ["replaced", "ended", "other", "closed"] as const) {
    assert.doesNotMatch(trouble("http://r", kind, "x").message, /Trying again/);
  }
});
