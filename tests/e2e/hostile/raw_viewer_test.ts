/** A viewer that keeps no rule of streams, at a real host: its frames cost bounded memory and time, and another viewer's keys and calls go on. */
import assert from "node:assert/strict";
import type { Frame } from "../../../frames/frame.ts";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead } from "../../../session/services/service_stream.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { LyingViewer } from "./lying_viewer.ts";
import { Scene, SOON, START } from "../scene.ts";
import { serveHttp } from "../services/services_scene.ts";
import { costOf, MB, viewerOf } from "./hostile_scene.ts";

const FAR = 2 ** 48 - 1;
const HEADS = [
  [FORWARD, encodeHead({ host: "localhost", port: 1 })],
  [REQUESTS, encodeHead({ kind: "list" })],
  [FILES, encodeHead({ op: "list", path: "", deep: true })],
  [FILES, encodeHead({ op: "get", path: "large", from: 0 })],
  ["none", new Uint8Array(16 * 1024)],
  [REQUESTS, new Uint8Array(100)],
] as const;

const idOf = (n: number) => 16 + 2 * n;
function* openings(first: number, count: number): Generator<Frame> {
  for (let n = first; n < first + count; n++) {
    const [service, head] = HEADS[n % HEADS.length]!;
    yield { type: "Open", stream: idOf(n), service, head, limit: FAR };
  }
}
/** Opens and resets, and waits for nothing. */
function* cycles(first: number, count: number): Generator<Frame> {
  for (let n = first; n < first + count; n++) {
    yield* openings(n, 1);
    yield { type: "Reset", stream: idOf(n), code: "x", message: "" };
  }
}
function* credits(first: number, count: number): Generator<Frame> {
  for (let n = first; n < first + count; n++) yield { type: "Credit", stream: idOf(n), have: 0, limit: FAR };
}

/** What costs one stream, and no other. */
function* breaches(first: number): Generator<Frame> {
  const data = new Uint8Array(16 * 1024);
  for (let n = first; n < first + 20; n++) {
    yield {
      type: "Open",
      stream: idOf(n),
      service: REQUESTS,
      head: encodeHead({ kind: "http", to: "", method: "PUT", path: "/", headers: [] }),
      limit: 0,
    };
    const stream = idOf(n);
    // Beyond its credit, a gap, and acks of what was not sent.
    if (n % 3 === 0) {
      for (let i = 0; i < 5; i++) yield { type: "Data", stream, base: FAR - data.length - i, data };
    } else if (n % 3 === 1) yield { type: "Data", stream, base: 1, data };
    else yield { type: "Credit", stream, have: FAR, limit: FAR };
  }
}
/** Frames of streams that nobody opened. */
function* strangers(): Generator<Frame> {
  for (let n = 100_000;; n++) yield { type: "End", stream: idOf(n), size: 0 };
}

/** What a liar hears: which streams were served at all, bytes of data, and codes of resets. */
class Heard {
  readonly served = new Set<number>();
  readonly codes = new Map<string, number>();
  data = 0;

  readonly take = (frame: Frame): void => {
    if (frame.type === "Reset") this.codes.set(frame.code, (this.codes.get(frame.code) ?? 0) + 1);
    if (frame.type === "Data") this.data += frame.data.length;
    if ("stream" in frame && !(frame.type === "Reset" && /^(?:limit|unknown)$/.test(frame.code))) {
      this.served.add(frame.stream);
    }
  };
}

testWith(
  [linux, unixTerminal],
  "a viewer that keeps no rule of streams: 256 are served, what they cost is bounded, and others hardly feel it",
  () =>
    Scene.play(async (scene) => {
      const shared = scene.dir.join("shared");
      await Deno.mkdir(shared);
      for (let i = 0; i < 3000; i++) await Deno.writeTextFile(`${shared}/file ${i}`, "");
      await Deno.writeFile(`${shared}/large`, new Uint8Array(64 * MB));
      await using service = serveHttp(() => new Response("fine"));
      const args = ["--files", shared, "--forward", "none", "--serve", `http://127.0.0.1:${service.port}`];
      const host = await headless(scene, { args });
      const { code } = host.ready;
      const honest = scene.join(code);
      await honest.waitForText(/^\$ ?$/m, START);
      await using other = await viewerOf(code);
      const client = new RequestClient(other.open);
      let asked = 0;
      /** Another viewer's keys, and a third one's requests; ms. */
      const others = async () => {
        const began = performance.now();
        honest.type(`echo ${++asked}$((6*7))\r`);
        const answer = client.http("", { method: "GET", path: "/", headers: [] });
        const { body } = await deadline(answer, SOON, "an answer");
        assert.equal(await new Response(body).text(), "fine");
        await honest.waitForText(new RegExp(`^${asked}42$`, "m"), SOON);
        return performance.now() - began;
      };
      await others();
      const cost = costOf(host.process.pid);
      {
        const heard = new Heard();
        await using liar = await LyingViewer.join(code, heard.take);
        assert.ok(await liar.say(openings(0, 10_000)));
        await others();
        // What is sent is never acked, and may be sent without end.
        assert.ok(await liar.say(credits(0, 256)));
        await others();
        assert.ok(heard.served.size > 200 && heard.served.size <= 256, `${heard.served.size} were served`);
        assert.ok(heard.codes.get("limit")! > 0);
        assert.ok(heard.data < 64 * MB, `${heard.data} bytes that were not acked`);
      }
      {
        const heard = new Heard();
        await using liar = await LyingViewer.join(code, heard.take);
        assert.ok(await liar.say(breaches(0)));
        await poll(() => heard.codes.get("protocol") === 20, SOON, "the end of each stream with a breach");
        const until = performance.now() + 2000;
        let n = 100;
        const flood = (async () => {
          for (; performance.now() < until; n += 100) assert.ok(await liar.say(cycles(n, 100)));
        })();
        const times: number[] = [];
        while (performance.now() < until) times.push(await others());
        await flood;
        assert.ok(n > 1000, `${n} streams were opened and reset`);
        const sorted = times.map(Math.round).sort((a, b) => a - b);
        console.log(JSON.stringify({ opened: n, median: sorted[sorted.length >> 1], most: sorted.at(-1) }));
        assert.ok(sorted.at(-1)! < 3000 && sorted[sorted.length >> 1]! < 300, `${sorted} ms`);
        // More than any honest viewer says ends its link, and nothing else.
        const ended = liar.say(strangers(), 1);
        await deadline(liar.closed, START, "the end of the flood's link");
        assert.equal(await ended, false);
      }
      await others();
      const { memory, cpu } = cost();
      console.log(JSON.stringify({ memory, cpu }));
      assert.ok(memory < 400, `${memory} MB more`);
      assert.ok(cpu < 20_000, `${cpu} ms`);
    }),
);
