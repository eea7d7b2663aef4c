/**
 * TURN through a real coturn: host and viewer reach the road and the TURN server, and not each other. Everything runs in
 * namespaces of its own.
 */
import assert from "node:assert/strict";
import { mint } from "../../road/config/ice.ts";
import * as needs from "../support/needs.ts";
import { testWith } from "../support/needs.ts";
import type { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";
import { startCoturn } from "./coturn.ts";
import { Lab } from "./lab.ts";

const main = new URL("../../main.ts", import.meta.url).pathname;
const end = new URL("./turn_end.ts", import.meta.url).pathname;
const SECRET = "a-secret-of-this-test-alone";
const WAIT = 20_000;

interface Place extends AsyncDisposable {
  readonly lab: Lab;
  readonly road: string;
  readonly turn: string;
  readonly coturn: Spawned;
  run(who: "host" | "viewer", session?: string, policy?: unknown): Spawned;
}

/** A road whose TURN secret is `secret`, and a coturn whose secret is {@link SECRET}; the direct path is cut. */
async function place(secret = SECRET, relayHint: "all" | "relay" = "all"): Promise<Place> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await TempDir.create());
  const lab = stack.use(await Lab.create({ seed: 1, hosts: ["host", "viewer", "middle"] }));
  await lab.shape("host", "viewer", { down: true });
  const at = lab.address("middle");
  const coturn = stack.use(await startCoturn(lab, "middle", SECRET, dir));
  const config = {
    webrtc: { relayHint, servers: [{ urls: [`turn:${at}:3478`], credentialSecret: secret }] },
  };
  await Deno.writeTextFile(dir.join("road.json"), JSON.stringify(config));
  const road = stack.use(lab.run("middle", [
    ...[Deno.execPath(), "run", "-A", main, "road", "--no-web", "--listen", `${at}:8080`],
    ...["--config", dir.join("road.json")],
  ]));
  await road.waitForOutput(/listening on/, WAIT);
  const owned = stack.move();
  const url = `http://${at}:8080`;
  return {
    lab,
    road: url,
    turn: `turn:${at}:3478`,
    coturn,
    run: (who, session = "-", policy = {}) =>
      owned.use(lab.run(who, [
        ...[Deno.execPath(), "run", "-A", "--quiet", end, who, url, session, JSON.stringify(policy)],
      ])),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startSession(place: Place, policy: unknown = {}): Promise<{ host: Spawned; session: string }> {
  const host = place.run("host", "-", policy);
  const [, session] = await host.waitForOutput(/session (\S+)/, WAIT);
  return { host, session: session! };
}

const turnTest = (name: string, test: () => Promise<void>) =>
  testWith([needs.lab, needs.program("turnserver")], `TURN: ${name}`, test);

turnTest("two ends that can't reach each other join through coturn, with nothing set by hand", async () => {
  await using here = await place();
  const { host, session } = await startSession(here);
  const viewer = here.run("viewer", session);
  await viewer.waitForOutput(/^link turn$/m, WAIT);
  await viewer.waitForOutput(/^got ctrl pong$/m, WAIT);
  await host.waitForOutput(/^link \S+ turn$/m, WAIT);
  const [, local, remote] = await viewer.waitForOutput(/^pair (\S+) (\S+)$/m, WAIT);
  assert.ok(local === "relay" || remote === "relay", `${local} ${remote}`);
  assert.equal((await here.lab.counters("host", "viewer")).delivered, 0);
  await here.coturn.waitForOutput(new RegExp(`user <\\d+:${session}-[a-z2-7]{8}>`), WAIT);
});

turnTest("relayHint relay: both ends use TURN alone, and the selected pair is relay to relay", async () => {
  await using here = await place(SECRET, "relay");
  const { session } = await startSession(here);
  const viewer = here.run("viewer", session);
  const [, local, remote] = await viewer.waitForOutput(/^pair (\S+) (\S+)$/m, WAIT);
  assert.deepEqual([local, remote], ["relay", "relay"]);
  await viewer.waitForOutput(/^got ctrl pong$/m, WAIT);
});

turnTest("a forged credential is refused, and both ends say so", async () => {
  await using here = await place("another-secret-than-coturns");
  const { host, session } = await startSession(here);
  const viewer = here.run("viewer", session);
  for (const who of [host, viewer]) {
    await who.waitForOutput(
      /warn: TURN: no relay at turn:\S+: it can't be reached, or refused the credential/,
      WAIT,
    );
  }
  await viewer.waitForOutput(/refused no_path: no connection to the host came up/, WAIT);
  await here.coturn.waitForOutput(/error 401|check_stun_auth: Cannot find credentials|incorrect/i, WAIT);
  assert.doesNotMatch(viewer.stdout, /^link /m);
});

turnTest("an expired credential is refused, and the end says so", async () => {
  await using here = await place("another-secret-than-coturns");
  const past = Math.floor(Date.now() / 1000) - 60;
  const expired = { iceServers: [{ urls: [here.turn], ...mint(SECRET, "7kq2mx-host", past) }] };
  const valid = { iceServers: [{ urls: [here.turn], ...mint(SECRET, "7kq2mx-host", past + 600) }] };
  const { session } = await startSession(here);
  const viewer = here.run("viewer", session, expired);
  await viewer.waitForOutput(/warn: TURN: no relay at/, WAIT);
  await viewer.waitForOutput(/refused no_path/, WAIT);
  // The same with time left is taken: it was the expiry.
  const second = here.run("viewer", session, valid);
  await second.waitForOutput(/^got ctrl pong$/m, WAIT);
});
