import assert from "node:assert/strict";
import type { Finding } from "../../../cli/doctor/doctor_findings.ts";
import { startVirtualDisplay } from "../../../cli/desktop/x11/virtual_display.ts";
import { startRoad } from "../../../road/server.ts";
import { Lab } from "../../net/lab.ts";
import * as needs from "../../support/needs.ts";
import { testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { TerminalDriver } from "../../support/terminal_driver.ts";
import { BEACH, START } from "../scene.ts";

interface Diagnosis {
  readonly code: number | null;
  readonly findings: readonly Finding[];
  readonly verdict: { readonly ok: boolean; readonly detail: string };
}

/** Runs `beach doctor --json` to its end. */
async function diagnose(args: readonly string[], lab?: Lab): Promise<Diagnosis> {
  const argv = [...BEACH, "doctor", "--json", ...args];
  await using doctor = lab ? lab.run("here", argv) : Spawned.start(argv);
  const { code } = await doctor.waitForExit(START);
  assert.equal(doctor.stderr, "");
  const events = doctor.lines().map((line) => JSON.parse(line));
  const verdict = events.pop();
  assert.equal(verdict?.event, "verdict", doctor.tail());
  return { code, findings: events, verdict };
}

const one = ({ findings }: Diagnosis, check: string, target = "") =>
  findings.find((finding) => finding.check === check && finding.target.includes(target))!;

Deno.test("doctor: a road in reach; and what flags forbid", async () => {
  await using road = await startRoad({ hostname: "127.0.0.1", port: 0 });
  const all = await diagnose(["--road", road.url]);
  assert.equal(all.code, 0, all.verdict.detail);
  assert.deepEqual(
    all.findings.filter(({ check }) => check !== "desktop").map(({ check, result }) => `${check} ${result}`),
    ["websocket works", "relay works", "direct works", "stun none", "turn none"],
  );
  for (const check of ["websocket", "relay", "direct"]) assert.ok(one(all, check).ms! > 0);
  assert.match(all.verdict.detail, /^A join would work directly where .*, else through the road's relay\.$/);

  const strict = await diagnose(["--road", road.url, "--strict-webrtc", "--ice-policy", "relay"]);
  assert.equal(strict.code, 1);
  assert.match(
    strict.verdict.detail,
    /^A join would fail: only TURN may be used; no TURN: no server is known; .*forbids/,
  );

  const socket = await diagnose(["--road", road.url, "--force-websocket"]);
  assert.equal(socket.code, 0);
  assert.equal(one(socket, "webrtc").result, "none");
});

testWith(
  [needs.program("Xvfb"), needs.program("openbox"), needs.program("parec")],
  "doctor: what a desktop needs",
  async () => {
    const argv = [...BEACH, "doctor", "--json"];
    const found = async (env: Record<string, string>) => {
      await using doctor = Spawned.start(argv, { env: { DISPLAY: "", WAYLAND_DISPLAY: "", ...env } });
      await doctor.waitForExit(START);
      const findings = doctor.lines().map((line) => JSON.parse(line)).filter(({ check }) =>
        check === "desktop"
      );
      return findings.map(({ target, result, detail }) => `${target} ${result} ${detail}`);
    };
    const [display, virtual, sound, pack] = await found({ XDG_DATA_HOME: "/nonexistent" });
    assert.match(display!, / none .*DISPLAY is not set/);
    assert.match(virtual!, /^virtual works/);
    assert.match(sound!, /^sound works/);
    assert.match(pack!, /^pack none not installed: beach desktop install/);
    await using shown = await startVirtualDisplay(
      { width: 320, height: 240, environment: Deno.env.toObject() },
      AbortSignal.timeout(START),
    );
    const [there] = await found({ ...shown.env });
    assert.match(there!, /^:\d+ works 320x240 pixels can be shared/);
  },
);

Deno.test("doctor: no road there, something else there, a road that relays nothing", async () => {
  await using mute = await startRoad({ hostname: "127.0.0.1", port: 0, relay: false });
  const none = await diagnose(["--road", mute.url, "--force-websocket"]);
  assert.equal(none.code, 1);
  assert.match(none.verdict.detail, /fail: no relay: the road relays nothing/);

  await using web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hi"),
  );
  const other = await diagnose(["--road", `http://127.0.0.1:${web.addr.port}`]);
  assert.equal(other.code, 1);
  assert.match(other.verdict.detail, /fail: No Beach road answers at http:\S+: its answer was HTTP 200/);

  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const dead = await diagnose(["--road", `http://127.0.0.1:${port}`]);
  assert.equal(dead.code, 1);
  assert.equal(one(dead, "direct").result, "works", "the rest is looked at all the same");
  assert.match(dead.verdict.detail, /can't be reached.*Check the address/);
});

testWith([needs.unixTerminal], "doctor: Ctrl-C ends it while a road keeps it waiting", async () => {
  using mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = mute.accept();
  await using term = TerminalDriver.start([
    ...BEACH,
    "doctor",
    "--road",
    `http://127.0.0.1:${mute.addr.port}`,
  ]);
  await term.waitForText(/^\.\.\. {3}WebSocket http/m, START);
  using _connection = await taken;
  term.type("\x03");
  // Well before the road's own time is up.
  assert.equal((await term.waitForExit(5000)).code, 130);
});

testWith(
  [needs.unixTerminal],
  "doctor: on a terminal it says what it is doing, and leaves plain lines",
  async () => {
    await using dir = await TempDir.create();
    await using term = TerminalDriver.start([...BEACH, "doctor"], { cols: 200, env: dir.env });
    assert.deepEqual(await term.waitForExit(START), { code: 0, signal: 0 });
    const lines = term.screenText().split("\n");
    assert.match(
      lines[0]!,
      /^ok {4}WebSocket: the road gave us a session; it runs in this process.* \(\d+ ms\)$/,
    );
    assert.match(lines.at(-1)!, /^A join would work /);
    assert.equal(lines.length, 10);
    assert.ok(term.raw.includes("...   direct UDP"));
    await dir.assertEmptyTmp();
  },
);

testWith(
  [needs.lab, needs.program("turnserver")],
  "doctor: STUN and TURN at a real coturn, 20 ms away",
  async () => {
    await using dir = await TempDir.create();
    await using lab = await Lab.create({ seed: 3, hosts: ["here", "middle"], link: { delayMs: 10 } });
    const at = lab.address("middle");
    await using coturn = lab.run("middle", [
      ...[needs.findProgram("turnserver")!, "-n", "--listening-ip", at, "--relay-ip", at, "--realm", "beach"],
      ...["--use-auth-secret", "--static-auth-secret", "right", "--no-tls", "--no-dtls", "--no-cli"],
      ...["--min-port", "49152", "--max-port", "49251", "--log-file", "stdout", "--verbose"],
      ...["--pidfile", dir.join("pid"), "--userdb", dir.join("db")],
    ]);
    await coturn.waitForOutput(
      /UDP listener opened on|listener opened on: ?\S*3478|Total auth threads/i,
      START,
    );
    const road = async (port: number, secret: string, ...args: string[]) => {
      await Deno.writeTextFile(dir.join(secret), secret);
      const started = lab.run("middle", [
        ...[...BEACH, "road", "--no-web", "--listen", `${at}:${port}`, "--turn-url", `turn:${at}:3478`],
        ...["--turn-secret-file", dir.join(secret), ...args],
      ]);
      await started.waitForOutput(/listening on/, START);
      return started;
    };
    await using _right = await road(8080, "right");
    await using _wrong = await road(8081, "wrong", "--no-relay");

    const well = await diagnose(
      ["--road", `http://${at}:8080`, "--ice-server", `stun:${at}:3478`, "--ice-server", `turn:a:b@${at}:9`],
      lab,
    );
    assert.equal(well.code, 0);
    const stun = one(well, "stun");
    assert.ok(stun.result === "works" && stun.ms! >= 20 && stun.ms! < 500, JSON.stringify(stun));
    assert.match(stun.detail, new RegExp(`it sees us as ${lab.address("here").replaceAll(".", "\\.")}:\\d+`));
    const turn = one(well, "turn", ":3478");
    // An allocation takes two round trips: the first is refused, for want of a nonce.
    assert.ok(turn.result === "works" && turn.ms! >= 40 && turn.ms! < 1000, JSON.stringify(turn));
    assert.match(
      one(well, "turn", ":9").detail,
      /^no answer in 3 s; UDP to it is blocked, or nothing runs there$/,
    );
    assert.match(
      well.verdict.detail,
      /directly, also through most NATs, else through TURN, else through the road's relay/,
    );

    // The road's secret is not coturn's: nothing but gathering without a relay candidate tells.
    const ill = await diagnose(["--road", `http://${at}:8081`, "--ice-policy", "relay"], lab);
    assert.equal(ill.code, 1);
    assert.equal(one(ill, "turn").result, "fails");
    assert.match(
      ill.verdict.detail,
      /only TURN may be used; no TURN: it answers, but gives us no relay: its credential is wrong/,
    );
  },
);
