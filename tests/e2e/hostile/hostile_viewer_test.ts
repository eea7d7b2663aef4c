/** A viewer that abuses all services of a real host: memory and CPU time of the host stay bounded, and keys of another viewer go on. */
import assert from "node:assert/strict";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, type OpenStream, type ServiceStream } from "../../../session/services/service_stream.ts";
import { poll } from "../../support/deadline.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";
import { CANCELLED, codeOf, costOf, MB, opened, viewerOf } from "./hostile_scene.ts";

/** Streams of a viewer, the most. */
const AT_ONCE = 256;

/** Openings that are reset as soon as they went, many at a time, again and again. */
async function flood(open: OpenStream, openings: number): Promise<void> {
  const long = "\x1b]0;x\x07".repeat(450);
  for (let i = 0; i < openings;) {
    const streams: ServiceStream[] = [];
    for (; streams.length < AT_ONCE; i++) {
      const head = i % 3 === 0 ? { host: "localhost", port: 1 } : { kind: "call", to: long, op: long };
      streams.push(await opened(open, [FORWARD, REQUESTS, FILES][i % 3]!, encodeHead(head)));
    }
    await new Promise((sent) => setTimeout(sent, 5));
    for (const stream of streams) stream.reset(CANCELLED);
  }
}

testWith(
  [linux, unixTerminal],
  "a hostile viewer's floods cost a host bounded memory, time and programs; keys and an honest page go on",
  () =>
    Scene.play(async (scene) => {
      const shared = scene.dir.join("shared");
      await Deno.mkdir(shared);
      for (let i = 0; i < 5000; i++) await Deno.writeTextFile(`${shared}/file ${i}`, "");
      await Deno.writeFile(`${shared}/large`, new Uint8Array(64 * MB));
      const log = scene.dir.join("log");
      const starts = scene.dir.join("starts");
      await Deno.writeTextFile(starts, "");
      const host = await headless(scene, {
        args: [
          "--native",
          `it=sh -c 'printf x >> ${starts}; exec sleep 100'`,
          "--files",
          shared,
          "--forward",
          "none",
          "--debug-log",
          log,
        ],
      });
      const { pid } = host.process;
      const honest = scene.join(host.ready.code);
      await honest.waitForText(/^\$ ?$/m, START);
      await using session = await viewerOf(host.ready.code);
      const { open } = session;
      const cost = costOf(pid);

      // As many as one viewer may have, reset at once, again and again: the host says at once that it knows.
      const began = performance.now();
      await flood(open, 3000);
      const flooded = performance.now() - began;
      const heads = [
        ...Array.from({ length: 20 }, () => encodeHead({ op: "get", path: "large", from: 0 })),
        ...Array.from({ length: 20 }, () => encodeHead({ op: "list", path: "", deep: true })),
        ...Array.from({ length: 20 }, (_, i) => {
          const id = i.toString(16).padStart(32, "0");
          return encodeHead({ op: "put", path: `put ${i}`, size: 2 ** 50, mode: 0o600, time: 0, id });
        }),
      ];
      const unread: ServiceStream[] = [];
      for (const head of heads) unread.push(await opened(open, FILES, head));
      // Each call that is cancelled ends its program, so that the next would start another.
      const programs = () => Deno.readTextFileSync(starts).length;
      const codes: Record<string, number> = {};
      const first = performance.now();
      for (let i = 0; i < 100; i++) {
        const call = await opened(open, REQUESTS, encodeHead({ kind: "call", to: "it" }));
        const over = codeOf(call);
        const before = programs();
        call.writable.getWriter().write(encodeMessage(i)).catch(() => {});
        await poll(() => programs() > before || call.signal.aborted, SOON, "a program, or a refusal", 2);
        call.reset(CANCELLED);
        const code = await over;
        codes[code] = (codes[code] ?? 0) + 1;
      }
      const may = 40 + 2 * (performance.now() - first) / 1000 + 1;
      assert.ok(programs() >= 40 && programs() <= may, `${programs()} programs were started; ${may} may be`);
      assert.deepEqual(Object.keys(codes).sort(), ["busy", "cancelled"]);
      const running = () => descendants(pid).filter(({ name }) => name === "sleep");
      assert.ok(running().length > 0);

      honest.type("echo $((6*7))\r");
      await honest.waitForText(/^42$/m, SOON);
      const { memory, cpu } = cost();
      console.log(JSON.stringify({ memory, cpu, flooded, programs: programs(), ...codes }));
      assert.ok(memory < 250, `${memory} MB more`);
      assert.ok(cpu < 15_000, `${cpu} ms of CPU time`);
      for (const stream of unread) stream.reset(CANCELLED);
      await poll(() => running().length === 0, SOON, "the ends of all programs");
      // What was opened is told, in bounds, and without control characters.
      const told = await poll(
        () => {
          const text = Deno.readTextFileSync(log);
          // What ended earlier, as the puts for which there is no room, may be told in a sum.
          return text.match(/ files get large ended .*: cancelled/g)?.length === 20 && text;
        },
        SOON,
        "the last end",
      );
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assert.doesNotMatch(told, /[\x00-\x09\x0b-\x1f\x7f]/);
      assert.ok(told.length < 10 * MB, `${told.length} characters of log`);
      assert.match(told, /\d more streams opened/);
    }),
);
