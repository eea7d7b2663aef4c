/** Native programs that lie, behind a real host: a viewer gets one error, memory and the log stay flat, nothing is left running. */
import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead } from "../../../session/services/service_stream.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, program, testWith } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";
import { CANCELLED, codeOf, costOf, MB, opened, refused, viewerOf } from "./hostile_scene.ts";
import { NATIVE_ECHO } from "../services/services_scene.ts";

/** What each program of `hostile_native.py` makes of a call. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  endless: ["bad-answer"],
  short: ["not-json"],
  middle: ["bad-answer"],
  head: ["bad-answer"],
  "silent-end": ["gone"],
  "no-json": ["not-json"],
  "no-utf8": ["not-json"],
  nothing: ["not-json"],
};
const LATE = ["long", "stubborn"];
const OTHERS = ["deaf", "flood", "complains"];
/** Ports of one program that floods, none of which is read. */
const UNREAD = 20;

testWith(
  [linux, program("python3")],
  "hostile programs: one error for each lie; floods that nobody reads wait in their pipes; none outlives its viewer",
  () =>
    Scene.play(async (scene) => {
      const log = scene.dir.join("log");
      const native = [...Object.keys(CALLS), ...LATE, ...OTHERS].flatMap((name) => [
        "--native",
        `${name}=python3 -IS ${ROOT}tests/support/hostile_native.py ${name}`,
      ]);
      const host = await headless(scene, {
        args: [...native, "--native", `echo=${NATIVE_ECHO}`, "--request-timeout", "5s", "--debug-log", log],
      });
      const { pid } = host.process;
      const programs = () => descendants(pid).filter(({ name }) => /python/.test(name));
      const session = await viewerOf(host.ready.code);
      {
        await using _ = session;
        const client = new RequestClient(session.open);
        const fine = async () => {
          const answer = await deadline(client.call("echo", "there"), START, "an answer");
          assert.equal((answer as { echo: string }).echo, "there");
        };
        await fine();
        const cost = costOf(pid);
        // A busy machine needs seconds to start many programs at once.
        for (const [name, codes] of Object.entries(CALLS)) await refused(client.call(name, {}), codes, name);
        await Promise.all([
          ...LATE.map((name) => refused(client.call(name, {}), ["timeout"], name)),
          // A message that no pipe holds, to who never reads.
          refused(client.call("deaf", "x".repeat(MB - 100)), ["timeout"], "deaf"),
        ]);
        assert.equal((await client.call("flood", 1) as string).length, 1000);
        assert.equal(await client.call("complains", 1), true);

        const ports = [];
        for (let i = 0; i < UNREAD; i++) {
          const port = await opened(session.open, REQUESTS, encodeHead({ kind: "port", to: "flood" }));
          await port.writable.getWriter().write(encodeMessage(i));
          ports.push(port);
        }
        const deaf = client.connect("deaf");
        let took = 0;
        const sending = (async () => {
          for (;; took++) await deaf.send("x".repeat(100_000));
        })().catch(() => {});
        await fine();
        await poll(() => programs().length > UNREAD, SOON, "the programs");
        await poll(() => took > 0, SOON, "what the pipe took");
        const read = ports[0]!.readable.getReader();
        let bytes = 0;
        while (bytes < 4 * MB) bytes += (await deadline(read.read(), SOON, "the flood")).value!.length;
        await fine();
        // What the pipe and the windows hold.
        assert.ok(took < 10, `${took} messages of 100,000 bytes`);
        deaf.close();
        await sending;
        for (const port of ports) {
          port.reset(CANCELLED);
          assert.equal(await codeOf(port), "cancelled");
        }
        const { memory, cpu } = cost();
        const size = Deno.statSync(log).size;
        console.log(JSON.stringify({ memory, cpu, log: size, took }));
        assert.ok(memory < 150, `${memory} MB more`);
        assert.ok(size < 3 * MB, `${size} bytes of log`);
      }
      // 7 s for the one that minds no SIGTERM.
      await poll(() => programs().length === 0, SOON, "the ends of all programs");
      const text = Deno.readTextFileSync(log);
      assert.match(text, /complains: no line \\u001b\[2J end/);
      assert.match(text, /\d{4,} more lines of programs/);
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f]/);
    }),
);
