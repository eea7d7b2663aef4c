/** A grant that is taken back in the middle: each stream of that viewer ends at both ends, and all that it held here. */
import assert from "node:assert/strict";
import { HostServices } from "../../../cli/services/host_services.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import { ViewerRuntime } from "../../../session/runtime/viewer_runtime.ts";
import { grantOf } from "../../../session/roster/grant.ts";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, openStream, type ServiceStream } from "../../../session/services/service_stream.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { TempDir } from "../../support/temp_dir.ts";

const SOON = 20_000;

/** A host with these services, and a viewer of it in this process. */
async function joined(shared: string, port: number) {
  const runtime: HostRuntime = new HostRuntime(
    {
      type: () => {},
      snapshot: () =>
        Promise.resolve({ version: 0, data: new Uint8Array(), line: 0, era: 0, cols: 80, rows: 24 }),
      lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
      picture: () => Promise.resolve(undefined),
      log: () => {},
      windowChanged: () => {},
    },
    { cols: 80, rows: 24, singleChannel: false },
    SYSTEM_CLOCK,
  );
  const services = await HostServices.open(
    {
      native: [{ name: "it", kind: "native", command: "sleep 600" }],
      serve: [{ name: "web", kind: "http", origin: `http://127.0.0.1:${port}` }],
      maxMessage: 1024 * 1024,
      requestTimeout: 60_000,
      forward: ["any"],
      files: shared,
    },
    { PATH: Deno.env.get("PATH")! },
    undefined,
    () => {},
    () => {},
  );
  services.offerTo({ runtime, follow: () => {} });
  const welcomed = Promise.withResolvers<void>();
  const viewer = new ViewerRuntime(
    {
      show: () => Promise.resolve(),
      replace: () => Promise.resolve(),
      welcomed: () => welcomed.resolve(),
      notice: () => {},
      quiet: () => {},
      ended: () => {},
      log: () => {},
    },
    { name: "ada", singleChannel: false, lateTimers: false, screen: false },
    { cols: 80, rows: 24 },
    SYSTEM_CLOCK,
  );
  const [atHost, atViewer] = memoryLinkPair({
    delayMs: 1,
    random: () => 1,
    schedule: (ms, run) => void setTimeout(run, ms),
  });
  runtime.join({ peer: "ada", name: "Ada", role: "write" }, { close: () => {} });
  runtime.attach("ada", atHost);
  viewer.attach(atViewer);
  await deadline(welcomed.promise, SOON, "a welcome");
  return {
    runtime,
    open: (service: string, head: Readonly<Record<string, unknown>>) =>
      openStream(viewer, service, encodeHead(head)),
    async [Symbol.asyncDispose]() {
      viewer.leave();
      viewer[Symbol.dispose]();
      await atHost.close();
      runtime.leave("ada", "the end");
      await services[Symbol.asyncDispose]();
      runtime[Symbol.dispose]();
    },
  };
}

/** How `stream` was ended, within moments. */
function endOf({ signal }: ServiceStream): Promise<string> {
  return poll(() => signal.aborted && signal.reason.code, SOON, "an end");
}

testWith(
  [linux],
  "a grant that is taken back in the middle of transfers ends each at both ends, and what comes is refused",
  async () => {
    await using dir = await TempDir.create();
    const shared = dir.join("shared");
    await Deno.mkdir(shared);
    await Deno.writeFile(`${shared}/large`, new Uint8Array(8 * 1024 * 1024));
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    let open = 0;
    let came = 0;
    const serving = (async () => {
      for await (const tcp of listener) {
        open++;
        came++;
        (async () => {
          const buffer = new Uint8Array(1000);
          if (await tcp.read(buffer)) {
            await tcp.write(
              new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nbegin"),
            );
          }
          while (await tcp.read(buffer));
        })().catch(() => {}).finally(() => {
          tcp.close();
          open--;
        });
      }
    })();
    {
      await using host = await joined(shared, port);
      const heads: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
        [FILES, { op: "put", path: "new", size: 1000, mode: 0o600, time: 0, id: "0".repeat(32) }],
        [FILES, { op: "get", path: "large", from: 0 }],
        [FORWARD, { host: "127.0.0.1", port }],
        [REQUESTS, { kind: "http", method: "GET", path: "/", headers: [] }],
        [REQUESTS, { kind: "port", to: "it" }],
        [REQUESTS, { kind: "call", to: "it" }],
      ];
      const streams = heads.map(([service, head]) => host.open(service, head));
      const [put, get, forward, http, , call] = streams as [
        ServiceStream,
        ServiceStream,
        ServiceStream,
        ServiceStream,
        ServiceStream,
        ServiceStream,
      ];
      const writer = put.writable.getWriter();
      await writer.write(encodeMessage({ from: 0 }));
      await writer.write(new Uint8Array(500));
      await forward.writable.getWriter().write(new Uint8Array(5));
      await http.writable.close();
      await call.writable.getWriter().write(encodeMessage(1));
      const part = `${shared}/.beach-${"0".repeat(32)}.part`;
      await poll(
        () => {
          try {
            return Deno.statSync(part).size === 500;
          } catch {
            return false;
          }
        },
        SOON,
        "the half of a file",
      );
      for (const { readable } of [get, forward, http]) {
        const reader = readable.getReader();
        assert.ok((await deadline(reader.read(), SOON, "the begin")).value!.length > 0);
        reader.releaseLock();
      }
      const programs = () => descendants(Deno.pid).filter(({ name }) => name === "sleep").length;
      await poll(() => programs() === 2 && came === 2, SOON, "what was started");

      assert.ok(host.runtime.grant("ada", new Set(["look", "type"])));
      for (const stream of streams) assert.equal(await endOf(stream), "denied");
      await poll(() => open === 0 && programs() === 0, SOON, "the end of what was started");
      assert.deepEqual([...Deno.readDirSync(shared)].map(({ name }) => name).sort(), [
        part.split("/").at(-1),
        "large",
      ]);
      for (const [service, head] of heads) assert.equal(await endOf(host.open(service, head)), "denied");
      assert.equal(came, 2);

      // Given back, the same try goes on.
      assert.ok(host.runtime.grant("ada", grantOf("write")));
      const again = host.open(FILES, heads[0]![1]).readable.getReader();
      const held = new TextDecoder().decode((await deadline(again.read(), SOON, "the host's message")).value);
      assert.match(held, /"from":500,/);
    }
    listener.close();
    await serving;
  },
);
