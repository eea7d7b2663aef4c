/** A whole HTTP API through a session, as asked directly. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import http from "node:http";
import { chromium, program, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { type InPage, sessionPage } from "./page_scene.ts";
import { ASKED, type Asked, startPrometheus } from "./prometheus.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | null>>;
  /** Base64. */
  readonly body: string;
}

/** All but `Date`, which is the second of the answer. */
const HEADERS = [
  "content-type",
  "content-length",
  "allow",
  "location",
  "vary",
  "access-control-allow-origin",
];

testWith(
  [chromium, program("prometheus"), program("promtool")],
  "all of Prometheus's HTTP API answers a page's session.fetch as it answers who asks directly, byte for byte",
  async () => {
    await using dir = await TempDir.create();
    await using prometheus = await startPrometheus(dir);
    await sessionPage(() => ["--serve", `metrics=${prometheus.origin}`], async ({ page }) => {
      assert.ok(new Set(ASKED.map(({ method, path }) => `${method} ${path.split("?")[0]}`)).size >= 36);
      let errors = 0;
      for (const asked of ASKED) {
        const direct = await askDirectly(prometheus.origin, asked);
        const through = await page.evaluate(askInPage, { asked, names: HEADERS });
        const what = `${asked.method} ${asked.path} ${asked.body ?? ""}`;
        assert.deepEqual(seen(through, asked), seen(direct, asked), what);
        if (direct.status >= 400) errors++;
      }
      assert.ok(errors >= 10, `${errors} errors`);
    });
  },
);

/** What has to be the same. */
function seen({ body, ...head }: Answer, { varies }: Asked): unknown {
  const text = new TextDecoder("latin1").decode(Uint8Array.from(atob(body), (char) => char.charCodeAt(0)));
  if (!varies) return { ...head, body: text };
  // Lines come and go with what Prometheus does.
  const words = text.replaceAll(/\d[\d.e+-]*/g, "0").split("\n").slice(0, 3);
  return { ...head, headers: { ...head.headers, "content-length": "" }, body: words };
}

/** Runs in the page. */
async function askInPage({ asked, names }: { asked: Asked; names: string[] }): Promise<Answer> {
  const { session } = globalThis as unknown as InPage;
  const { method, path, body, type } = asked;
  const response = await session.fetch("metrics", path, {
    method,
    ...(body !== undefined && { body }),
    headers: type === undefined ? {} : { "content-type": type },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return {
    status: response.status,
    text: response.statusText,
    headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    body: btoa(binary),
  };
}

function askDirectly(origin: string, { method, path, body, type }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(type && { "content-type": type }),
      ...(body && { "content-length": Buffer.byteLength(body) }),
    };
    const request = http.request(
      new URL(origin),
      { method, path, headers, agent: false },
      async (response) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of response) pieces.push(piece);
        resolve({
          status: response.statusCode!,
          text: response.statusMessage!,
          headers: Object.fromEntries(
            HEADERS.map((name) => [name, response.headers[name]?.toString() ?? null]),
          ),
          body: Buffer.concat(pieces).toString("base64"),
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
