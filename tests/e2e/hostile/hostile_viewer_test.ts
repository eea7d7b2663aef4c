/** A viewer that abuses all services of a real host: memory and CPU time of the host stay bounded, and keys of another viewer go on. */
import assert from "node:assert/strict";
import { parse } from "../../../cli/options/options.ts";
import { ServicesJoin } from "../../../cli/join/services_join.ts";
import { complete } from "../../../cli/join/join_secret.ts";
import type { CallOptions } from "../../../cli/options/invocation.ts";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, type OpenStream, type ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { descendants } from "../../support/process_tree.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";
import { freePort, NATIVE_ECHO, serveHttp } from "./services_scene.ts";

const MB = 1024 * 1024;
const CANCELLED = new ServiceError("cancelled", "");
/** proc_pid_stat(5): utime and stime, in ticks of 10 ms. */
const cpuOf = (pid: number) => {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const memoryOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) * 1024;
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** The code that `stream` is reset with; reads nothing. */
function codeOf({ signal }: ServiceStream): Promise<string> {
  const over = new Promise<string>((resolve) => {
    if (signal.aborted) resolve(signal.reason.code);
    else signal.addEventListener("abort", () => resolve(signal.reason.code));
  });
  return deadline(over, START, "a reset");
}

async function join(code: string): Promise<ServicesJoin> {
  const { options } = parse(["call", "--force-websocket", code, "1"], {}) as unknown as {
    options: CallOptions;
  };
  const { signal } = new AbortController();
  const logs = { log: () => {}, debugging: false, screen: () => {}, [Symbol.dispose]: () => {} };
  return await ServicesJoin.open(await complete(options, signal), logs, () => {}, signal);
}

/** Opens a stream as soon as there may be one more: a stream that was reset counts until the host says that it knows. */
async function opened(open: OpenStream, service: string, head: Uint8Array): Promise<ServiceStream> {
  for (;;) {
    try {
      return open(service, head);
    } catch (error) {
      assert.equal((error as ServiceError).code, "busy");
      await turn();
    }
  }
}

/** As many openings as a viewer may have, reset at once, again and again. */
async function flood(open: OpenStream, openings: number): Promise<void> {
  const long = "\x1b]0;x\x07".repeat(450);
  for (let i = 0; i < openings; i++) {
    const head = i % 3 === 0 ? { host: "localhost", port: 1 } : { kind: "call", to: long, op: long };
    (await opened(open, [FORWARD, REQUESTS, FILES][i % 3]!, encodeHead(head))).reset(CANCELLED);
  }
}

testWith(
  [linux, unixTerminal],
  "a hostile viewer's floods cost a host bounded memory, time and processes; keys go on",
  () =>
    Scene.play(async (scene) => {
      const asked: string[] = [];
      await using web = serveHttp((request) => {
        asked.push(`${request.headers.get("host")} ${new URL(request.url).pathname}`);
        return new Response("", { status: 302, headers: { location: "http://169.254.169.254/" } });
      });
      const shared = scene.dir.join("shared");
      await Deno.mkdir(shared);
      await Deno.writeTextFile(scene.dir.join("secret"), "secret");
      for (let i = 0; i < 5000; i++) await Deno.writeTextFile(`${shared}/file ${i}`, "");
      await Deno.writeFile(`${shared}/large`, new Uint8Array(64 * MB));
      const host = await headless(scene, {
        args: [
          ...["--native", `echo=${NATIVE_ECHO}`, "--serve", `web=http://127.0.0.1:${web.port}`],
          ...["--files", shared, "--forward", "none", "--debug-log", scene.dir.join("log")],
        ],
      });
      const { pid } = host.process;
      const honest = scene.join(host.ready.code);
      await honest.waitForText(/^\$ ?$/m, START);
      await using session = await join(host.ready.code);
      const { open } = session;
      const before = { memory: memoryOf(pid), cpu: cpuOf(pid) };

      // What leads elsewhere.
      const client = new RequestClient(open);
      const headers = [["Host", "evil.test"], ["X-Forwarded-Host", "evil.test"]] as const;
      for (const path of ["/redirect", "//evil.test/", `/@evil.test:${freePort()}/`]) {
        const reply = await client.http("web", { method: "GET", path, headers });
        assert.equal(reply.status, 302, "a redirect is an answer");
        await reply.body.cancel();
      }
      for (const path of [`http://127.0.0.1:${freePort()}/`, "evil", "/ HTTP/1.1\r\nX: y\r\n\r\nGET /"]) {
        const stream = open(
          REQUESTS,
          encodeHead({ kind: "http", to: "web", method: "GET", path, headers: [] }),
        );
        assert.equal(await codeOf(stream), "head", path);
      }
      assert.ok(asked.every((line) => line.startsWith(`127.0.0.1:${web.port} `)), asked.join());
      for (const path of ["../secret", "/etc/passwd", "a/../../secret", "file 1/..", ""]) {
        const code = await codeOf(open(FILES, encodeHead({ op: "get", path, from: 0 })));
        assert.ok(["path", "kind", "missing"].includes(code), `${path}: ${code}`);
      }

      // Floods.
      await flood(open, 1000);
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
      const busy: Promise<string>[] = [];
      for (let i = 0; i < 200; i++) {
        const call = await opened(open, REQUESTS, encodeHead({ kind: "call", to: "echo" }));
        const writer = call.writable.getWriter();
        writer.write(encodeMessage({ do: "silence" })).catch(() => {});
        busy.push(codeOf(call));
        await turn();
        call.reset(CANCELLED);
        await turn();
      }
      await Promise.all(busy);
      const programs = descendants(pid).filter(({ name }) => /python/.test(name)).length;
      assert.ok(programs <= 60, `${programs} programs`);

      honest.type("echo $((6*7))\r");
      await honest.waitForText(/^42$/m, SOON);
      const cost = { memory: (memoryOf(pid) - before.memory) / MB, cpu: cpuOf(pid) - before.cpu };
      assert.ok(cost.memory < 300, `${cost.memory} MB more`);
      assert.ok(cost.cpu < 60_000, `${cost.cpu} ms of CPU time`);
      for (const stream of unread) stream.reset(CANCELLED);
      // What was opened is told, in bounds, and without control characters.
      const log = await poll(
        () => {
          const text = Deno.readTextFileSync(scene.dir.join("log"));
          return / files put put 19 ended /.test(text) && text;
        },
        SOON,
        "the last end",
      );
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assert.doesNotMatch(log, /[\x00-\x09\x0b-\x1f\x7f]/);
      assert.ok(log.length < 10 * MB);
      assert.match(log, /: files get \.\.\/secret ended \(stream \d+\): path, /);
      console.log(JSON.stringify({ ...cost, programs }));
    }),
);
