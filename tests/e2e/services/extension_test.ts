/** One call of an extension's code: the same program through native messaging and through Beach. */
import assert from "node:assert/strict";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { Scene, SOON } from "../scene.ts";
import { webHost } from "../web/web_scene.ts";
import { ExtensionScene, PROGRAM, type TestPort } from "./extension_scene.ts";
import { NATIVE_ECHO } from "./page_scene.ts";

interface Calls {
  /** `beach:` and the program's name, or empty: a native port. */
  readonly way: string;
  readonly replies: readonly unknown[];
}

const MESSAGES = [
  { a: 1, b: [null, true, 1.5e300, "ä\u0000\u2028🏖"] },
  "a string",
  [],
  null,
  0,
  "x".repeat(200_000),
  { do: "twice" },
];

/** Runs in a page of the extension: each message, and its reply before the next; then the program is told to end. */
async function call([name, messages]: readonly [string, readonly unknown[]]): Promise<Calls> {
  const { connect } = await import("/connect.js" as string);
  const port: TestPort = await connect(name);
  const replies: unknown[] = [];
  let came = () => {};
  let over = () => {};
  const ended = new Promise<void>((resolve) => over = resolve);
  port.onMessage.addListener((reply) => {
    replies.push(reply);
    came();
  });
  port.onDisconnect.addListener(() => {
    // Chrome complains of one that nobody reads.
    void (globalThis as unknown as { chrome: { runtime: { lastError: unknown } } }).chrome.runtime.lastError;
    over();
    came();
  });
  for (const message of messages) {
    const reply = new Promise<void>((resolve) => came = resolve);
    port.postMessage(message);
    await reply;
  }
  try {
    port.postMessage({ do: "exit" });
  } catch {
    // It is over already.
  }
  await ended;
  return { way: port.name, replies };
}

/** Runs in a page of the extension: says a message, keeps the port, and `told`, which settles with its end; the name of the port. */
async function keep(name: string): Promise<string> {
  const { connect } = await import("/connect.js" as string);
  const port: TestPort = await connect(name);
  const told = new Promise<void>((resolve) => port.onDisconnect.addListener(resolve));
  const reply = new Promise((resolve) => port.onMessage.addListener(resolve));
  port.postMessage("kept");
  await reply;
  Object.assign(globalThis, { told });
  return port.name;
}

/** Without the process's number. */
function same({ replies }: Calls): unknown {
  return replies.map((reply) => ({ ...reply as object, pid: "" }));
}

testWith(
  [chromium, program("python3")],
  "one call of an extension gives the same replies by native messaging and by Beach, and goes back and forth between them",
  () =>
    Scene.play(async (scene) => {
      await using road = await startRoad({ assets: viewerAssets });
      await using extension = await ExtensionScene.open();
      const { page, worker } = extension;
      const ask = () => page.evaluate(call, [PROGRAM, MESSAGES] as const);
      // Neither way: the port says that it is over.
      assert.equal(
        (await page.evaluate(call, [PROGRAM, []] as const).catch(String)).toString(),
        "[object Object]",
      );
      await extension.install();
      const native = await ask();
      assert.equal(native.way, "");
      // The last message has two.
      assert.equal(native.replies.length, MESSAGES.length + 1);

      const args = ["--road", road.url, "--native", `${PROGRAM}=${NATIVE_ECHO}`];
      const host = await webHost(scene, args);
      assert.equal(await extension.enter(host.url), "Connected");
      const beach = await ask();
      assert.equal(beach.way, `beach:${PROGRAM}`);
      assert.deepEqual(same(beach), same(native));
      const inWorker = await worker.evaluate(async (name) => {
        const { connect } = globalThis as unknown as { connect(name: string): Promise<TestPort> };
        const port = await connect(name);
        const reply = new Promise<unknown>((resolve) => port.onMessage.addListener(resolve));
        port.postMessage("from the worker");
        return [port.name, (await reply as { echo: unknown }).echo];
      }, PROGRAM);
      assert.deepEqual(inWorker, [`beach:${PROGRAM}`, "from the worker"]);

      // A page that is closed ends its program; a session whose document is closed ends the ports of pages.
      const closing = await extension.newPage();
      await closing.goto(page.url());
      assert.equal(await closing.evaluate(keep, PROGRAM), `beach:${PROGRAM}`);
      assert.equal(await page.evaluate(keep, PROGRAM), `beach:${PROGRAM}`);
      const ended = host.process.waitForLine(
        (line) =>
          line.includes('"stream_ended"') && line.includes(`port ${PROGRAM}`) && line.includes("closed"),
        SOON,
        "the end of a port",
      );
      await closing.close();
      await ended;
      await page.evaluate(async () => {
        const { chrome, told } = globalThis as unknown as {
          chrome: { offscreen: { closeDocument(): Promise<void> } };
          told: Promise<void>;
        };
        await chrome.offscreen.closeDocument();
        await told;
      });

      // The host is gone: native messaging; and one that offers no such program.
      host.process.kill("SIGTERM");
      await host.process.waitForExit(SOON);
      const back = await ask();
      assert.equal(back.way, "");
      assert.deepEqual(same(back), same(native));
      const other = await webHost(scene, ["--road", road.url, "--native", "another=cat"]);
      assert.equal(await extension.enter(other.url), "Connected");
      assert.equal((await ask()).way, "");

      // No native program: Beach.
      await extension.uninstall();
      const again = await webHost(scene, args);
      assert.equal(await extension.enter(again.url), "Connected");
      const last = await ask();
      assert.equal(last.way, `beach:${PROGRAM}`);
      assert.deepEqual(same(last), same(native));
    }),
);
