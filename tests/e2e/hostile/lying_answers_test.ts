/** Hosts that lie to `call` and `join -L`: an error in JSON or one clear line, bounded memory, and what is honest goes on. */
import assert from "node:assert/strict";
import type { Frame } from "../../../frames/frame.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";
import { beach, forwarding } from "../services/services_scene.ts";
import { costOf, refused, viewerOf } from "./hostile_scene.ts";
import { endless, type Lie, LyingHost, type RawLie, say } from "./lying_host.ts";

const EVIL = "\x1b[2J\x07evil\u202e";
const OK = { status: 200, text: "OK", headers: [] };
const reset = (code: string, message: string): Lie => (stream) =>
  Promise.resolve(stream.reset(new ServiceError(code, message)));

/** Answers to a call, and the code that `beach call` prints. */
const CALLS: Readonly<Record<string, readonly [lie: Lie, code: string]>> = {
  "a length beyond any": [say(new Uint8Array(8).fill(255)), "too-large"],
  "a length that is not kept": [say(Uint8Array.of(100, 0, 0, 0, 123)), "gone"],
  "no JSON": [say(Uint8Array.of(1, 0, 0, 0, 123)), "not-json"],
  "nothing": [say(), "bad-answer"],
  "a reset with what no terminal should see": [reset("x", EVIL), "x"],
};
/** The same of HTTP. */
const ANSWERS: Readonly<Record<string, readonly [lie: Lie, code: string]>> = {
  "a status below any": [say({ ...OK, status: 99 }), "bad-answer"],
  "a status that is no number": [say({ ...OK, status: "200" }), "bad-answer"],
  "a reason with control characters": [say({ ...OK, text: EVIL }), "bad-answer"],
  "a header with a line break": [say({ ...OK, headers: [["A", "b\r\nC: d"]] }), "bad-answer"],
  "257 headers": [say({ ...OK, headers: Array.from({ length: 257 }, () => ["A", "b"]) }), "bad-answer"],
  "long headers": [say({ ...OK, headers: [["A", "b".repeat(65_536)]] }), "bad-answer"],
  "a head that is huge": [say({ ...OK, headers: [["A", "b".repeat(300_000)]] }), "too-large"],
  "no head": [say(), "bad-answer"],
  "a body that breaks off": [async (stream) => {
    await stream.writable.getWriter().write(encodeMessage(OK));
    stream.reset(new ServiceError("gone", EVIL));
  }, "gone"],
};

testWith(
  [linux],
  "call: whatever a host answers, there is one line of JSON; a body that never ends ends with Ctrl-C",
  () =>
    Scene.play(async (scene) => {
      const lies = { ...CALLS, ...ANSWERS };
      await using host = await LyingHost.start((stream, head) => {
        const name = String(head.kind === "http" ? String(head.path).slice(1) : head.to).replaceAll("_", " ");
        if (name === "endless") return endless([OK], () => new Uint8Array(16_384).fill(120))(stream, head);
        return lies[name]![0](stream, head);
      });
      const under = (name: string) => name.replaceAll(" ", "_");
      {
        // What the command is made of, and then the command itself.
        await using session = await viewerOf(host.code);
        const client = new RequestClient(session.open);
        for (const [name, [, code]] of Object.entries(CALLS)) {
          await refused(client.call(under(name), 1), [code], name);
        }
        for (const [name, [, code]] of Object.entries(ANSWERS)) {
          const answer = client.http("", { method: "GET", path: `/${under(name)}`, headers: [] });
          await refused(answer.then(({ body }) => new Response(body).arrayBuffer()), [code], name);
        }
      }
      const call = (...args: string[]) => ["call", "--force-websocket", host.code, ...args];
      const asked = {
        x: [under("a reset with what no terminal should see"), "1"],
        "bad-answer": ["--http", `GET /${under("a reason with control characters")}`],
        gone: ["--http", `GET /${under("a body that breaks off")}`],
      };
      for (const [code, args] of Object.entries(asked)) {
        const { code: status, stdout } = await beach(scene, call(...args));
        assert.equal(status, 1);
        assert.match(stdout, /^\P{Cc}+\n$/u);
        assert.equal(JSON.parse(stdout).error.code, code, stdout);
      }
      const body = scene.run([...BEACH, ...call("--http", "GET /endless")]);
      await body.waitForOutput(/x{1000}/, START);
      const cost = costOf(body.pid);
      await poll(() => cost().cpu > 300, START, "more of it");
      assert.ok(cost().memory < 100, `${cost().memory} MB more`);
      body.kill("SIGINT");
      assert.equal((await body.waitForExit(SOON)).code, 130);
    }),
);

/** Breaks a rule of streams for a connection to port 2. */
const breach: RawLie = (frame, tell) => {
  if (frame.type !== "Open" || !new TextDecoder().decode(frame.head).includes('"port":2}')) return false;
  const { stream } = frame;
  const lies: Frame[] = [
    { type: "Credit", stream, have: 2 ** 40, limit: 2 ** 40 },
    { type: "Data", stream, base: 2 ** 40, data: new Uint8Array(10) },
  ];
  lies.forEach(tell);
  // What a host may not open, and streams that nobody has.
  for (let n = 0; n < 1000; n++) {
    tell({ type: "Open", stream: 17 + 2 * n, service: "x", head: new Uint8Array(1000), limit: 2 ** 40 });
    tell({ type: "Credit", stream: 10_000 + 2 * n, have: 0, limit: 2 ** 40 });
  }
  return true;
};

testWith(
  [linux],
  "join -L: a host that lies ends that connection, with one line; others go on, and memory stays flat",
  () =>
    Scene.play(async (scene) => {
      const forward: Lie = (stream, head) => {
        if (head.port === 1) return Promise.resolve(stream.reset(new ServiceError("denied", EVIL)));
        if (head.port === 3) return endless([], () => new Uint8Array(16_384))(stream, head);
        return echo(stream);
      };
      await using host = await LyingHost.start(forward, breach);
      const targets = ["x:1", "x:2", "x:3", "x:4"];
      const { join, ports } = await forwarding(scene, host.code, targets, ["--force-websocket"]);
      const [denied, broken, flood, honest] = ports as [number, number, number, number];
      const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });
      const fine = async () => {
        using tcp = await connect(honest);
        await tcp.write(Uint8Array.of(42));
        const back = new Uint8Array(1);
        assert.equal(await deadline(tcp.read(back), SOON, "the echo"), 1);
        assert.equal(back[0], 42);
      };
      await fine();
      for (const port of [denied, broken]) {
        using tcp = await connect(port);
        const end = await deadline(tcp.read(new Uint8Array(1)).catch(() => null), SOON, "the end");
        assert.equal(end, null);
        await fine();
      }
      await poll(() => /evil/.test(join.stderr), SOON, "the line");
      assert.match(join.stderr, /^(?:beach: \P{C}+\n)+$/u);
      // A flood that the program here does not read waits at the host.
      using tcp = await connect(flood);
      assert.ok(await tcp.read(new Uint8Array(10)));
      const cost = costOf(join.pid);
      for (let i = 0; i < 20; i++) await fine();
      assert.ok(cost().memory < 50, `${cost().memory} MB more`);
    }),
);

async function echo({ readable, writable }: ServiceStream): Promise<void> {
  await readable.pipeTo(writable);
}
