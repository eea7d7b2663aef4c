/** What people and networks do wrong, against the real program: one clear line each, exit code 1 or 2, nothing left. */
import assert from "node:assert/strict";
import { HostileRoad } from "../../transport/hostile_road.ts";
import { linux, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

/** Runs it with pipes to its end. */
async function fails(scene: Scene, code: number, line: RegExp, ...args: string[]): Promise<void> {
  const process = scene.run([...BEACH, ...args]);
  const status = await process.waitForExit(START);
  assert.deepEqual({ code: status.code, stdout: process.stdout }, { code, stdout: "" }, process.tail());
  assert.match(process.stderr, /^beach: [^\n]+\n$/, "one line");
  assert.match(process.stderr, line);
}

/** The same in a terminal, as `join` needs one. */
async function joinFails(scene: Scene, code: number, line: RegExp, ...args: string[]): Promise<void> {
  const term = scene.terminal([...BEACH, "join", ...args], { cols: 250 });
  const status = await term.waitForExit(START);
  const lines = term.screenText().split("\n").filter((text) => text !== "");
  assert.equal(lines.length, 1, term.screenText());
  assert.match(lines[0]!, /^beach: /);
  assert.match(lines[0]!, line);
  assert.equal(status.code, code);
}

testWith(
  [linux],
  "bad command lines: what, value, wanted, and exit code 2",
  () =>
    Scene.play(async (scene) => {
      await Promise.all([
        fails(scene, 2, /Unknown flag: "--heedless"\. Did you mean --headless\?/, "host", "--heedless"),
        fails(scene, 2, /"7kq2mx-river-lamp-oceam"|oceam/, "join", "7kq2mx-river-lamp-oceam"),
      ]);
      await Promise.all([
        fails(scene, 2, /--size.*"80by24".*COLSxROWS/, "host", "--size", "80by24"),
        fails(scene, 2, /--listen.*"8080x".*wanted/, "road", "--listen", "8080x"),
        joinFails(scene, 2, /names no road.*--road URL/, "7kq2mx-river-lamp-ocean"),
      ]);
    }),
);

testWith([linux], "no terminal: said at once, with what to do", () =>
  Scene.play(async (scene) => {
    await fails(scene, 1, /No terminal here.*--headless/, "host", "--", "true");
    const advice = /stdin is a pipe or a file\. Run it in a terminal [^\n]*, or open the host's link/;
    await fails(scene, 1, advice, "join", "7kq2mx-river-lamp-ocean@127.0.0.1:9");
  }));

testWith(
  [linux],
  "a command that does not exist: named, and no session begun",
  () =>
    Scene.play(async (scene) => {
      await fails(scene, 1, /no-such-command/, "host", "--headless", "--", "no-such-command");
      await fails(scene, 1, /"\/etc\/passwd"|\/etc\/passwd/, "host", "--headless", "--", "/etc/passwd");
    }),
);

testWith([linux], "a port in use: which, and what to try", () =>
  Scene.play(async (scene) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await fails(
      scene,
      1,
      new RegExp(`${taken.addr.port}`),
      "road",
      "--listen",
      `127.0.0.1:${taken.addr.port}`,
    );
  }));

testWith(
  [linux],
  "a road that is down, is none, is full, or speaks another version",
  () =>
    Scene.play(async (scene) => {
      const code = "7kq2mx-river-lamp-ocean";
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const nobody = `127.0.0.1:${listener.addr.port}`;
      listener.close();
      const down = /The road http:\/\/127\.0\.0\.1:\d+ can't be reached: [^\n]*Connection refused/;
      await joinFails(scene, 1, down, `${code}@${nobody}`);
      await fails(scene, 1, down, "host", "--headless", "--road", `http://${nobody}`, "--", "true");

      const quiet = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
      await using page = Deno.serve(quiet, () => new Response("hello", { status: 404 }));
      const notRoad = /No Beach road answers at http\S+: its answer was HTTP 404\./;
      await joinFails(scene, 1, notRoad, `${code}@127.0.0.1:${page.addr.port}`);
      await using other = Deno.serve(quiet, (request) => {
        if (request.headers.get("upgrade") !== "websocket") return new Response("ok");
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.onopen = () => {};
        return response;
      });
      await joinFails(scene, 1, /refused the join: .*version/, `${code}@127.0.0.1:${other.addr.port}`);

      const { url } = await scene.road({ args: ["--max-sessions", "1", "--max-peers", "1"] });
      const host = await headless(scene, { args: ["--road", url] });
      await fails(
        scene,
        1,
        /refused the join: this road has 1 sessions, the most it takes\. Try again later/,
        "host",
        "--headless",
        "--road",
        url,
        "--",
        "true",
      );
      const viewer = scene.join(host.ready.code, { args: ["--road", url] });
      await viewer.waitForText(/^\$ ?$/m, START);
      await joinFails(scene, 1, /refused the join: .*(?:full|viewers)/, host.ready.code, "--road", url);
    }),
);

testWith([linux], "a full disk is told in a line: a host's code, a log", () =>
  Scene.play(async (scene) => {
    const host = (to: string, ...args: string[]) =>
      scene.run(["sh", "-c", `exec "$@" ${to}`, "sh", ...BEACH, "host", "--headless", ...args]);
    const [json, plain, gone] = [
      host(">/dev/full", "--json", "--", "true"),
      host(">/dev/full", "--", "true"),
      host("| true", "--json", "--", "true"),
    ];
    for (const unheard of [json, plain, gone]) {
      const { code } = await unheard.waitForExit(START);
      assert.match(unheard.stderr, /^beach: How to join can't be written to stdout\. [^\n]+\n$/);
      if (unheard !== gone) assert.equal(code, 1);
    }
    const logged = await headless(scene, { args: ["--debug-log", "/dev/full"] });
    const viewer = scene.terminal([...BEACH, "join", "--debug-log", "/dev/full", logged.ready.code]);
    await viewer.waitForText(/^\$ ?$/m, START);
    viewer.type("exit 3\r");
    assert.equal((await viewer.waitForExit(SOON)).code, 3);
    assert.equal((await logged.process.waitForExit(SOON)).code, 3);
    assert.match(
      logged.process.stderr,
      /^[^\n]+"warn","message":"The log file ended early: No space left [^\n]+\n$/,
    );
    assert.equal(viewer.historyText().match(/^beach: The log file ended early: No space left/gm)?.length, 1);
  }));

testWith(
  [linux],
  "viewers beyond --max-viewers hear so; those that are in stay",
  () =>
    Scene.play(async (scene) => {
      const host = await headless(scene, { args: ["--max-viewers", "1"] });
      const viewer = scene.join(host.ready.code);
      await viewer.waitForText(/^\$ ?$/m, START);
      await joinFails(scene, 1, /The session is full\..*--max-viewers/, host.ready.code);
      viewer.type("echo in-$((6*7))\r");
      await viewer.waitForText(/^in-42$/m, SOON);
    }),
);

testWith(
  [linux],
  "10,000 malformed signals and hostile frames at host and viewer: dropped, and the session goes on",
  async () => {
    await using road = new HostileRoad();
    await Scene.play(async (scene) => {
      const host = await headless(scene, { args: ["--road", road.url] });
      const viewer = scene.join(host.ready.code, { args: ["--road", road.url] });
      await viewer.waitForText(/^\$ ?$/m, START);
      const peer = /"peer":"(\w+)"/.exec(host.process.stdout)![1]!;
      const junk = crypto.getRandomValues(new Uint8Array(300));
      const base64url = (bytes: Uint8Array) =>
        btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      const kinds = ["pake", "offer", "answer", "ice", "control"] as const;
      for (const to of ["host", peer]) {
        const from = to === "host" ? peer : "host";
        for (let i = 0; i < 10_000; i++) {
          const signal = {
            kind: kinds[i % kinds.length]!,
            negotiation: i % 7,
            data: base64url(junk.subarray(0, i % 300)),
          };
          switch (i % 5) {
            case 0:
              road.tellRaw(to, JSON.stringify({ type: "signal", from_peer: from, signal }));
              break;
            case 1:
              road.tellRaw(
                to,
                JSON.stringify({ type: "signal", from_peer: from, signal: { ...signal, data: 7 } }),
              );
              break;
            case 2:
              road.tellRaw(to, `{"type":"signal","__proto__":${"[".repeat(i % 100)}`);
              break;
            case 3:
              road.tellRaw(to, junk.slice(0, i % 300));
              break;
            case 4:
              road.tellRaw(to, JSON.stringify({ type: "signal", from_peer: "x".repeat(i % 50), signal }));
          }
        }
        // The largest that a socket could bring.
        road.tellRaw(to, "x".repeat(1_000_000));
        road.tellRaw(to, new Uint8Array(1_000_000));
      }
      viewer.type("echo on-$((6*7))\r");
      await viewer.waitForText(/^on-42$/m, SOON);
      // A new viewer still finds its way.
      const second = scene.join(host.ready.code, { args: ["--road", road.url] });
      await second.waitForText(/^on-42$/m, START);
      assert.equal(host.process.status, undefined);
    });
  },
);
