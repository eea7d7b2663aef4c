/** HTTP services that lie, behind a real host: a viewer gets one error, or what came; memory stays flat, and other requests go on. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { RequestClient } from "../../../session/services/request_client.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { Scene, SOON, START } from "../scene.ts";
import { costOf, MB, refused, viewerOf } from "./hostile_scene.ts";
import { type RawAnswer, RawService } from "./raw_service.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
/** Zeros that are 256 MB when they are unpacked. */
const BOMB = gzipSync(new Uint8Array(256 * MB));

/** `first`, then `more` for ever; until the other end has had enough. */
const endless = (first: string, more: string): RawAnswer => async (say, gone) => {
  await say(first);
  while (!gone.aborted) await say(more);
};
/** `text`, and then nothing more. */
const silentAfter = (text: string): RawAnswer => async (say, gone) => {
  await say(text);
  await new Promise<void>((over) => gone.addEventListener("abort", () => over()));
};
/** One byte after the other, 50 ms between them. */
const slowly = (first: string, letter: string): RawAnswer => async (say, gone) => {
  await say(first);
  for (; !gone.aborted; await new Promise((next) => setTimeout(next, 50))) await say(letter);
};
const once = (text: string): RawAnswer => (say) => say(text);

/** Answers that are none: each is one error. */
const LIES: Readonly<Record<string, RawAnswer>> = {
  "/headers": endless(OK, `X-${"y".repeat(100)}: ${"z".repeat(2000)}\r\n`),
  "/header": endless(`${OK}X: `, "z".repeat(16_384)),
  "/many-headers": once(`${OK}${"A: 1\r\n".repeat(257)}Content-Length: 2\r\n\r\nok`),
  "/very-many-headers": once(`${OK}${"A:\r\n".repeat(10_000)}Content-Length: 2\r\n\r\nok`),
  "/status-line": endless("HTTP/1.1 200 ", "z".repeat(16_384)),
  "/status-999": once("HTTP/1.1 999 Far\r\nContent-Length: 0\r\n\r\n"),
  "/status-20": once("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
  "/status-words": once("HTTP/1.1 two OK\r\nContent-Length: 0\r\n\r\n"),
  "/icy": once("ICY 200 OK\r\nContent-Length: 0\r\n\r\n"),
  "/ssh": once("SSH-2.0-OpenSSH_9.9\r\n"),
  "/control": once("HTTP/1.1 200 \x1b[2J\r\nContent-Length: 0\r\n\r\n"),
  "/header-control": once(`${OK}X: a\x00b\r\nContent-Length: 0\r\n\r\n`),
  "/long-reason": once(`HTTP/1.1 200 ${"z".repeat(300)}\r\nContent-Length: 0\r\n\r\n`),
  "/switching": once("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
  "/two-lengths": once(`${OK}Content-Length: 5\r\nContent-Length: 9\r\n\r\n123456789`),
  "/length-letters": once(`${OK}Content-Length: 5x\r\n\r\n12345`),
  "/length-huge": once(`${OK}Content-Length: 99999999999999999999999\r\n\r\n12345`),
  "/length-and-chunks": once(
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n`,
  ),
  "/continue": endless("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
  "/nothing": once(""),
};
/** Bodies that end before they should, or are none: their reader gets an error. */
const BODIES: Readonly<Record<string, RawAnswer>> = {
  "/short": once(`${OK}Content-Length: 10\r\n\r\nhalf`),
  "/chunk-letters": once(`${CHUNKED}5\r\n12345\r\nzz\r\nx\r\n`),
  "/chunk-negative": once(`${CHUNKED}-5\r\n12345\r\n0\r\n\r\n`),
  "/chunk-huge": once(`${CHUNKED}ffffffffffffffffff\r\n12345\r\n`),
  "/chunk-longer": once(`${CHUNKED}3\r\n12345\r\n0\r\n\r\n`),
  "/chunk-cut": once(`${CHUNKED}5\r\n12`),
  "/chunk-no-end": once(`${CHUNKED}5\r\n12345\r\n`),
  "/chunk-extension": endless(`${CHUNKED}5\r\n12345\r\n5;`, "z".repeat(16_384)),
  "/trailers": endless(`${CHUNKED}5\r\n12345\r\n0\r\n`, `X: ${"z".repeat(2000)}\r\n`),
};
/** Those that give no whole head in time. */
const LATE: Readonly<Record<string, RawAnswer>> = {
  "/silent": silentAfter(""),
  "/half-head": silentAfter(`${OK}X: 1\r\n`),
  "/loris": slowly("HTTP/1.1 200 OK\r\nX: ", "z"),
};
const OTHERS: Readonly<Record<string, RawAnswer>> = {
  // As small chunks as there are, and 200 answers before the answer.
  "/small-chunks": once(
    `${"HTTP/1.1 102 Wait\r\n\r\n".repeat(200)}${CHUNKED}${"1\r\nx\r\n".repeat(10_000)}0\r\n\r\n`,
  ),
  "/fine": once(`${OK}Content-Length: 4\r\n\r\nfine`),
  "/longer": once(`${OK}Content-Length: 4\r\n\r\nfine, and more`),
  "/bomb": async (say) => {
    await say(`${OK}Content-Encoding: gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`);
    await say(BOMB);
  },
  "/hang": silentAfter(`${OK}\r\nthe begin`),
  "/trickle": slowly(`${OK}\r\n`, "z"),
  "/flood": endless(`${OK}\r\n`, "z".repeat(65_536)),
};

testWith(
  [linux],
  "hostile services: one error for each lie, within bounds; packed stays packed; others go on",
  () =>
    Scene.play(async (scene) => {
      await using elsewhere = new RawService({});
      await using service = new RawService({
        ...LIES,
        ...BODIES,
        ...LATE,
        ...OTHERS,
        "/redirect": once(
          `HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:${elsewhere.port}/\r\nContent-Length: 0\r\n\r\n`,
        ),
      });
      const host = await headless(scene, {
        args: ["--serve", `raw=http://127.0.0.1:${service.port}`, "--request-timeout", "1s"],
      });
      await using session = await viewerOf(host.ready.code);
      const client = new RequestClient(session.open);
      const ask = (path: string, signal?: AbortSignal) =>
        client.http("raw", { method: "GET", path, headers: [] }, undefined, signal);
      const read = async (path: string) =>
        new Uint8Array(await new Response((await ask(path)).body).arrayBuffer());
      const text = async (path: string) => new TextDecoder().decode(await deadline(read(path), START, path));
      assert.equal(await text("/fine"), "fine");
      const cost = costOf(host.process.pid);

      const mute = ["bad-answer", "gone"];
      for (const path of Object.keys(LIES)) await refused(ask(path), mute, path);
      for (const path of Object.keys(BODIES)) await refused(read(path), mute, path);
      await Promise.all(Object.keys(LATE).map((path) => refused(ask(path), ["timeout"], path)));
      assert.equal(await text("/longer"), "fine");

      assert.equal((await text("/small-chunks")).length, 10_000);
      const bomb = await ask("/bomb");
      assert.deepEqual(new Map(bomb.headers).get("Content-Encoding"), "gzip");
      assert.deepEqual(new Uint8Array(await new Response(bomb.body).arrayBuffer()), new Uint8Array(BOMB));
      const { status, headers, body } = await ask("/redirect");
      assert.deepEqual([status, new Map(headers).get("Location")], [
        307,
        `http://127.0.0.1:${elsewhere.port}/`,
      ]);
      await body.cancel();
      assert.deepEqual(elsewhere.heard, []);

      // Bodies that never end: nobody reads on, and whoever leaves ends them at the service.
      for (const path of ["/hang", "/trickle", "/flood"]) {
        const abort = new AbortController();
        const reader = (await ask(path, abort.signal)).body.getReader();
        assert.ok((await reader.read()).value!.length > 0);
        assert.equal(await text("/fine"), "fine");
        abort.abort(new Error("enough"));
        await assert.rejects(
          deadline(
            (async () => {
              while (!(await reader.read()).done);
            })(),
            SOON,
            path,
          ),
          /enough/,
        );
        await poll(() => service.closed.includes(path), SOON, `the end of ${path} at the service`);
      }
      // None of the liars is left open.
      const paths = [LIES, BODIES, LATE].flatMap((some) => Object.keys(some));
      await poll(() => paths.every((path) => service.closed.includes(path)), SOON, "the ends of all sockets");
      assert.equal(await text("/fine"), "fine");
      const { memory, cpu } = cost();
      console.log(JSON.stringify({ memory, cpu }));
      assert.ok(memory < 120, `${memory} MB more`);
      assert.ok(cpu < 8000, `${cpu} ms`);
    }),
);
