/** Beach as scripts and CI jobs drive it: JSON lines out, exit statuses, and a start that waits for someone. */
import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { type Event, events, headless, hostEvent } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

const SESSION = "[a-z2-9]{6,16}";

testWith(
  [linux],
  "host --headless --json: the first line, one event a line, the command's exit status",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene);
      const { session, code, url, road, view_code } = host.ready;
      assert.deepEqual(Object.keys(host.ready).sort(), ["code", "road", "session", "url", "view_code"]);
      assert.match(session, new RegExp(`^${SESSION}$`));
      assert.match(code, new RegExp(`^${session}-[a-z]+-[a-z]+-[a-z]+@[\\d.]+:\\d+$`));
      assert.match(view_code, new RegExp(`^${session}-view-[a-z]+-[a-z]+-[a-z]+@[\\d.]+:\\d+$`));
      assert.match(road, /^http:\/\/[\d.]+:\d+$/);
      assert.match(url, new RegExp(`^${road}/j/${session}#[a-z-]+$`));
      const viewer = scene.join(code, { args: ["--name", "Ada"] });
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type("exit 9\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 9);
      assert.equal((await host.process.waitForExit(SOON)).code, 9);
      const seen = events(host.process.lines());
      // On a machine that is busy enough for a slow login, the relay bridges the first moment.
      const telling = seen.filter(({ event, path }) => event !== "peer_left" && path !== "relay");
      assert.deepEqual(telling.map(({ event }) => event), ["peer_joined", "path", "exit"]);
      const [joined, path] = telling;
      assert.deepEqual({ ...joined, time: 0, peer: "" }, {
        ...{ event: "peer_joined", peer: "", role: "write", name: "Ada", time: 0 },
      });
      assert.equal(path?.path, "direct");
      assert.equal(path?.peer, joined?.peer);
      const exit = seen.find(({ event }) => event === "exit")!;
      assert.deepEqual({ code: exit.code, signal: exit.signal }, { code: 9, signal: 0 });
      for (const event of seen) assert.ok(Math.abs(Date.now() - event.time) < 60_000);
    }),
);

testWith(
  [linux],
  "a headless command needs no viewer, and its status comes through, signals too",
  () =>
    Scene.play(async (scene) => {
      const [plain, killed] = await Promise.all([
        headless(scene, { command: ["sh", "-c", "exit 42"] }),
        headless(scene, { command: ["sh", "-c", "kill -TERM $$"] }),
      ]);
      assert.equal((await plain.process.waitForExit(SOON)).code, 42);
      assert.equal((await killed.process.waitForExit(SOON)).code, 143);
      const [exit] = events(killed.process.lines());
      assert.deepEqual({ ...exit, time: 0 }, { event: "exit", code: 143, signal: 15, time: 0 });
      assert.equal(killed.process.stderr, "");
    }),
);

testWith([linux], "peer_left tells who left", () =>
  Scene.play(async (scene) => {
    const host = await headless(scene);
    const viewer = scene.join(host.ready.view_code);
    const joined = await hostEvent(host, ({ event }) => event === "peer_joined", START, "peer_joined");
    assert.equal(joined.role, "view");
    await viewer.waitForText(/^\$ ?$/m, START);
    // A viewer that may only watch types into the void.
    viewer.type("q");
    viewer.type("\r");
    // Many keys in one read would be a paste, of which none is a command.
    viewer.type("\x1e.");
    assert.equal((await viewer.waitForExit(SOON)).code, 0);
    const left = await hostEvent(host, ({ event }) => event === "peer_left", SOON, "peer_left");
    assert.equal(left.peer, joined.peer);
    assert.equal(host.process.status, undefined);
  }));

testWith(
  [linux],
  "--wait-for-peer: nothing runs before someone is there; a limit ends the wait",
  () =>
    Scene.play(async (scene) => {
      const mark = scene.dir.join("started");
      const command = ["sh", "-c", `touch ${mark}; echo hello; sleep 60`];
      const host = await headless(scene, { args: ["--wait-for-peer"], command });
      const exists = () => Deno.statSync(mark).isFile;
      assert.throws(exists, Deno.errors.NotFound);
      const viewer = scene.join(host.ready.code);
      await viewer.waitForText(/^hello$/m, START);
      assert.ok(exists());
      const began = performance.now();
      const late = scene.run([
        ...BEACH,
        "host",
        "--headless",
        "--json",
        "--wait-for-peer",
        "500ms",
        "--",
        "touch",
        `${mark}2`,
      ]);
      assert.equal((await late.waitForExit(START)).code, 1);
      assert.ok(performance.now() - began >= 500);
      assert.match(late.stderr, /^beach: Nobody joined within 0\.5 s\. [^\n]+\n$/);
      const last = events(late.stdout.trimEnd().split("\n").slice(1)).at(-1);
      assert.equal(last?.event, "error");
      assert.match(last?.message ?? "", /^Nobody joined/);
      assert.throws(() => Deno.statSync(`${mark}2`), Deno.errors.NotFound);
    }),
);

testWith(
  [linux],
  "--idle-exit: ends the command when nobody types or watches, and says why",
  () =>
    Scene.play(async (scene) => {
      const { process } = await headless(scene, { args: ["--idle-exit", "1s"], command: ["sleep", "1000"] });
      await process.waitForExit(SOON);
      const { time: _time, ...exit } = events(process.stdout.trimEnd().split("\n").slice(1)).at(-1)!;
      assert.deepEqual(exit, { event: "exit", code: 129, signal: 1, why: "idleness" });
    }),
);

testWith(
  [linux],
  "SIGTERM to a host: its own exit code tells of it, the event of the command's end and of why",
  () =>
    Scene.play(async (scene) => {
      // Which ends of the signal alone: `cat` may find its terminal gone first.
      const { process } = await headless(scene, { command: ["sleep", "1000"] });
      // A child that has not got as far as its terminal when that goes ends by itself.
      const sleeps = () => descendants(process.pid).some(({ name }) => name === "sleep");
      await poll(sleeps, SOON, "the command");
      process.kill("SIGTERM");
      assert.equal((await process.waitForExit(SOON)).code, 143);
      const { time: _time, ...exit } = events(process.lines()).at(-1)!;
      assert.deepEqual(exit, { event: "exit", code: 129, signal: 1, why: "SIGTERM" });
    }),
);

testWith(
  [linux],
  "a variable that no flag has: one line on stderr, never among the events or in a session's screen",
  () =>
    Scene.play(async (scene) => {
      const [odd, warning] = ["BEACH_ROADS=x", /Ignored, since no flag has this name: BEACH_ROADS \(did you/];
      const started = ["host", "--headless", "--json", "--", "sh", "-c", "read -r _; exit 5"];
      const host = scene.run(["env", odd, ...BEACH, ...started]);
      const { code } = await host.waitForLine(
        (line) => JSON.parse(line) as { code: string },
        START,
        "a code",
      );
      assert.match(host.stderr, warning);
      assert.equal(host.stderr.trimEnd().split("\n").length, 1);
      const viewer = scene.terminal(["env", odd, ...BEACH, "join", code], { cols: 150 });
      const blank = () => viewer.raw.includes("\x1b[?2026l") && viewer.screenText() === "";
      await viewer.waitFor(blank, START, "the session's screen, which is blank");
      viewer.type("\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 5);
      // Its person did not see it before the session's screen took its place.
      assert.match(viewer.screenText(), warning);
      assert.equal((await host.waitForExit(SOON)).code, 5);
    }),
);

/** A join of which descriptor 3 goes to `file`, as `3>file` in a shell. */
const withEvents = (
  file: string,
  ...args: string[]
) => ["bash", "-c", `exec 3>"$0"; exec "$@"`, file, ...BEACH, "join", ...args];

testWith(
  [linux],
  "join --json --events 3: joined, path, size and exit, in JSON lines",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene, { args: ["--size", "100x30"] });
      const file = scene.dir.join("events");
      const argv = withEvents(file, "--json", "--events", "3", host.ready.code);
      const viewer = scene.terminal(argv);
      await viewer.waitForText(/^\$ ?$/m, START);
      const now = (): Event[] =>
        events(Deno.readTextFileSync(file).split("\n").filter((line) => line !== ""));
      await poll(() => now().some(({ event }) => event === "size"), SOON, "the size");
      viewer.type("exit 5\r");
      assert.equal((await viewer.waitForExit(SOON)).code, 5);
      const seen = now();
      const of = (name: string) => seen.find(({ event }) => event === name)!;
      const { time: _t, peer, ...joined } = of("joined");
      assert.deepEqual(joined, { event: "joined", session: host.ready.session, role: "write" });
      assert.match(peer!, /^[a-z2-7]{8}$/);
      assert.equal(seen[0], of("joined"));
      assert.ok(seen.some(({ path }) => path === "direct"));
      assert.deepEqual({ ...of("size"), time: 0 }, { event: "size", cols: 100, rows: 30, time: 0 });
      assert.deepEqual({ ...of("exit"), time: 0 }, { event: "exit", code: 5, signal: 0, time: 0 });
      assert.equal(seen.at(-1)!.event, "exit");
    }),
);

testWith([linux], "join --events FILE: a failure is an event too", () =>
  Scene.play(async (scene) => {
    const host = await headless(scene);
    const file = scene.dir.join("events");
    const wrong = host.ready.code.replace(/-[a-z]+@/, (word) => word === "-zoo@" ? "-abandon@" : "-zoo@");
    const viewer = scene.join(wrong, { args: ["--json", "--events", file] });
    assert.equal((await viewer.waitForExit(START)).code, 1);
    const [error] = events(Deno.readTextFileSync(file).trimEnd().split("\n"));
    assert.equal(error?.event, "error");
    assert.match(error?.message ?? "", /The secret is wrong/);
  }));

testWith(
  [linux],
  "join --events FILE: a road that is not there is an event too",
  () =>
    Scene.play(async (scene) => {
      const file = scene.dir.join("events");
      const viewer = scene.join("7kq2mx-river-lamp-ocean@127.0.0.1:1", {
        args: ["--json", "--events", file],
      });
      assert.equal((await viewer.waitForExit(START)).code, 1);
      const [error] = events(Deno.readTextFileSync(file).trimEnd().split("\n"));
      assert.equal(error?.event, "error");
      assert.match(error?.message ?? "", /can't be reached/);
    }),
);

testWith(
  [linux],
  "join: who leaves is not kept by a road that says nothing",
  () =>
    Scene.play(async (scene) => {
      using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const viewer = scene.join(`7kq2mx-river-lamp-ocean@127.0.0.1:${(silent.addr as Deno.NetAddr).port}`);
      using socket = await silent.accept();
      // It asks for the socket: it has begun to wait.
      assert.ok(await socket.read(new Uint8Array(1024)));
      viewer.type("\x1e.");
      assert.equal((await viewer.waitForExit(SOON)).code, 0);
      assert.match(viewer.screenText(), /^Gave up on 7kq2mx/m);
    }),
);
