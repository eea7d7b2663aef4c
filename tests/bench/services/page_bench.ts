/**
 * Round trips of a 100-byte JSON message in Chromium on loopback, to one program: by native messaging, by a bare data channel and by Beach, in
 * turns of 100 in one run: `deno run -A tests/bench/services/page_bench.ts`. On a busy machine only their relation tells something.
 */
import type { Page } from "playwright-core";
import { startRoad } from "../../../road/server.ts";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import type { BeachSession } from "../../../road/web/embed/beach.ts";
import { ExtensionScene, PROGRAM, type TestPort } from "../../e2e/services/extension_scene.ts";
import { NATIVE_ECHO } from "../../e2e/services/page_scene.ts";
import { Scene } from "../../e2e/scene.ts";
import { webHost } from "../../e2e/web/web_scene.ts";
import { line, percentile } from "../figures.ts";
import { openFloor, throughChannel } from "./channel_floor.ts";

const TURNS = 10;
const EACH = 100;
/** The clock of a page ticks so often; ms. */
const TICK = 0.1;
/** 100 bytes as JSON. */
const MESSAGE = { a: "x".repeat(92) };

/** What the pages of the bench have. */
interface Ports {
  readonly session: BeachSession;
  readonly ports: Record<string, TestPort>;
}

/** Runs in a page: one message after the other; ms of each. */
async function throughPort([name, message, count]: readonly [string, unknown, number]): Promise<number[]> {
  const port = (globalThis as unknown as Ports).ports[name]!;
  const times: number[] = [];
  let came = () => {};
  port.onMessage.addListener(() => came());
  for (let n = 0; n < count; n++) {
    const reply = new Promise<void>((resolve) => came = resolve);
    const at = performance.now();
    port.postMessage(message);
    await reply;
    times.push(performance.now() - at);
  }
  return times;
}

/** Runs in a page: the same with a call each. */
async function throughRequest([message, count]: readonly [unknown, number]): Promise<number[]> {
  const { session } = globalThis as unknown as Ports;
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const at = performance.now();
    await session.request("", message);
    times.push(performance.now() - at);
  }
  return times;
}

/** `times` with those of one tick spread over it: a percentile of them tells more than the tick. */
function spread(times: readonly number[]): number[] {
  const ticks = Map.groupBy(times, (ms) => Math.round(ms / TICK));
  return [...ticks].flatMap(([tick, { length }]) =>
    Array.from({ length }, (_, i) => (tick - 0.5 + (i + 0.5) / length) * TICK)
  );
}

async function openPorts(extension: Page, program: string): Promise<void> {
  await extension.evaluate(async (program) => {
    const { connect } = await import("/connect.js" as string);
    const { chrome } = globalThis as unknown as {
      chrome: { runtime: { connectNative(name: string): TestPort } };
    };
    const ports = { native: chrome.runtime.connectNative(program), extension: await connect(program) };
    Object.assign(globalThis, { ports });
  }, program);
}

async function openSession(page: Page, road: string, link: string): Promise<void> {
  await page.goto(road);
  await page.evaluate(async (link) => {
    const { join } = await import("/beach.js" as string);
    const session: BeachSession = await join(link);
    void session.output.pipeTo(new WritableStream()).catch(() => {});
    Object.assign(globalThis, { session, ports: { page: session.connect("") } });
  }, link);
}

await Scene.play(async (scene) => {
  await using road = await startRoad({ assets: viewerAssets });
  await using extension = await ExtensionScene.open();
  await extension.install();
  const host = await webHost(scene, ["--road", road.url, "--native", `${PROGRAM}=${NATIVE_ECHO}`]);
  await extension.enter(host.url);
  await openPorts(extension.page, PROGRAM);
  const page = await extension.newPage();
  await openSession(page, road.url, host.url);
  await using _floor = await openFloor(page, NATIVE_ECHO);
  const floor = (name: "echo" | "program") => () =>
    page.evaluate(throughChannel, [name, MESSAGE, EACH] as const);
  const port = (on: Page, name: string) => () => on.evaluate(throughPort, [name, MESSAGE, EACH] as const);
  const ways: Readonly<Record<string, () => Promise<number[]>>> = {
    "native messaging": port(extension.page, "native"),
    "a bare data channel, echoed": floor("echo"),
    "the same, and the program": floor("program"),
    "Beach, a page's port": port(page, "page"),
    "Beach, a page's requests": () => page.evaluate(throughRequest, [MESSAGE, EACH] as const),
    "Beach, the extension's port": port(extension.page, "extension"),
  };
  const times = new Map<string, number[]>();
  // The first turn warms up.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, measure] of Object.entries(ways)) {
      const these = await measure();
      if (turn > 0) times.set(name, [...times.get(name) ?? [], ...these]);
    }
  }
  const all = [...times].map(([name, these]) => [name, spread(these)] as const);
  const base = all[0]![1];
  for (const [name, these] of all) {
    const at = (p: number) => {
      const ms = percentile(these, p);
      return `${ms.toFixed(2)} ms (${(ms / percentile(base, p)).toFixed(2)}x)`;
    };
    line(name, `p50 ${at(0.5)}`, `p99 ${at(0.99)}`);
  }
});
console.log(`load average ${Deno.loadavg().map((load) => load.toFixed(1)).join(" ")}`);
Deno.exit(0);
