/** Native programs of a host, asked by a page of another origin. */
import assert from "node:assert/strict";
import { chromium, program, testWith } from "../../support/needs.ts";
import { type InPage, NATIVE_ECHO, sessionPage } from "./page_scene.ts";

const ECHO = ["--native", `echo=${NATIVE_ECHO}`, "--native", "gone=true", "--serve", "http://127.0.0.1:1"];

testWith(
  [chromium, program("python3")],
  "a page asks a native program, and each fault is an error with a code",
  () =>
    sessionPage(() => [...ECHO, "--request-timeout", "2s", "--max-message", "100000"], async ({ page }) => {
      assert.deepEqual(await page.evaluate(() => (globalThis as unknown as InPage).session.services()), [
        { name: "echo", kind: "native" },
        { name: "gone", kind: "native" },
        { name: "127.0.0.1:1", kind: "http" },
      ]);
      const first = await page.evaluate(() =>
        (globalThis as unknown as InPage).session.request("echo", { a: "ä 🏖" })
      );
      assert.deepEqual((first as { echo: unknown }).echo, { a: "ä 🏖" });
      const faults = await page.evaluate(async () => {
        const { session, ServiceError } = globalThis as unknown as InPage;
        const fault = (work: Promise<unknown>) =>
          work.then(
            (value) => JSON.stringify(value).slice(0, 80),
            (error) => `${error instanceof ServiceError} ${typeof error.message} ${error.code}`,
          );
        const stop = new AbortController();
        const stopped = session.request("echo", { do: "silence" }, { signal: stop.signal });
        setTimeout(() => stop.abort(new RangeError("stopped")), 200);
        const aborted = await stopped.catch((error) => `${error.name} ${error.message}`);
        return [
          aborted,
          await fault(session.request("echo", { do: "silence" })),
          await fault(session.request("echo", { do: "exit" })),
          await fault(session.request("echo", { do: "garbage" })),
          await fault(session.request("echo", "x".repeat(100_000))),
          await fault(session.request("nobody", 1)),
          await fault(session.request("", 1)),
          await fault(session.request("gone", 1)),
          await fault(session.fetch("", "/")),
          await fault(session.fetch("nobody", "/")),
          await fault(session.files()[Symbol.asyncIterator]().next()),
          await fault(
            session.request("echo", { do: "still there" }).then((reply) =>
              (reply as { count: number }).count
            ),
          ),
        ];
      });
      assert.deepEqual(faults, [
        "RangeError stopped",
        "true string timeout",
        "true string gone",
        "true string bad-answer",
        "true string too-large",
        "true string no-service",
        "true string no-service",
        "true string gone",
        "true string refused",
        "true string no-service",
        "true string denied",
        "1",
      ]);
    }),
);

testWith(
  [chromium, program("python3")],
  "a port of a page works as chrome.runtime.Port does, one process each",
  () =>
    sessionPage(() => ECHO, async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { session } = globalThis as unknown as InPage;
        const seen: unknown[] = [];
        const one = session.connect("echo");
        const other = session.connect("echo");
        const replies = (port: typeof one, count: number) =>
          new Promise<{ count: number; pid: number }[]>((resolve) => {
            const all: { count: number; pid: number }[] = [];
            port.onMessage.addListener((message) => {
              if (all.push(message as typeof all[0]) === count) resolve(all);
            });
          });
        const both = Promise.all([replies(one, 3), replies(other, 1)]);
        for (let n = 0; n < 3; n++) one.postMessage({ n });
        other.postMessage("once");
        const [three, single] = await both;
        seen.push(three.map(({ count }) => count), single.map(({ count }) => count));
        seen.push(new Set([...three, ...single].map(({ pid }) => pid)).size);
        const ended = new Promise((resolve) => one.onDisconnect.addListener(resolve));
        one.postMessage({ do: "exit", status: 3 });
        seen.push(await ended === one, one.error?.code ?? null);
        try {
          one.postMessage(1);
        } catch (error) {
          seen.push((error as Error).message);
        }
        other.disconnect();
        const none = session.connect("nobody");
        seen.push(
          await new Promise((resolve) => none.onDisconnect.addListener((port) => resolve(port.error?.code))),
        );
        return seen;
      });
      assert.deepEqual(seen, [
        [1, 2, 3],
        [1],
        2,
        true,
        null,
        "Attempting to use a disconnected port object",
        "no-service",
      ]);
    }),
);

testWith(
  [chromium, program("python3")],
  "a page with a view link is refused each service",
  () =>
    sessionPage(() => [...ECHO, "--files", "/tmp"], async ({ page }) => {
      const codes = await page.evaluate(async () => {
        const { session } = globalThis as unknown as InPage;
        const code = (work: Promise<unknown>) => work.then(() => "done", (error) => error.code);
        return [
          await code(session.services()),
          await code(session.request("echo", 1)),
          await code(session.fetch("", "/")),
          await code(session.files()[Symbol.asyncIterator]().next()),
          await code(session.upload(new File(["x"], "x"))),
          await code(session.download("x")),
          await code(session.paste(new Blob(["x"], { type: "text/plain" }))),
        ];
      });
      assert.deepEqual(codes, Array(7).fill("denied"));
    }, "viewUrl"),
);
