import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { viewerAssets } from "../../../road/http/web_assets.ts";
import { withRoad } from "../client.ts";

/** The scripts that a visit to a terminal may load: not those of a desktop, nor what only these name. */
function firstScripts(assets: Awaited<ReturnType<typeof viewerAssets>>): Set<string> {
  const text = new TextDecoder();
  const scripts = new Map(
    [...assets].filter(([path]) => path.endsWith(".js") && path !== "/beach.js")
      .map(([path, { body }]) => [path, typeof body === "string" ? body : text.decode(body)]),
  );
  const named = (path: string) =>
    [...scripts.keys()].filter((other) => scripts.get(path)!.includes(other.slice(1)));
  const first = new Set(["/viewer.js"]);
  for (const path of first) for (const other of named(path)) if (!/^\/desktop-/.test(other)) first.add(other);
  return first;
}

/** The limit for all that a first visit loads; bytes. */
const LIMIT = 400 * 1024;

Deno.test("the viewer, built from source when asked for: small, whole, and nothing in it from elsewhere", () =>
  withRoad({ assets: viewerAssets }, async (road) => {
    const page = await (await fetch(`${road.url}/j/7kq2mx`)).text();
    // What the page loads, with the digests that it names.
    const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+)"(?: integrity="sha384-([^"]+)")?/g)];
    assert.ok(parts.length >= 5);
    // And what it loads when the screen is there; what shows a desktop loads where a host shares one.
    for (const path of firstScripts(await viewerAssets())) {
      if (!page.includes(`"${path}"`)) parts.push(["", path] as unknown as RegExpExecArray);
    }
    const sizes = { br: 0, gzip: 0 };
    for (const [, path, digest] of [[, "/j/7kq2mx"], ...parts]) {
      for (const encoding of ["br", "gzip"] as const) {
        const assets = await viewerAssets();
        const file = assets.get(path!.startsWith("/j/") ? "/j" : path!)!;
        assert.ok(file, `${path} is not served`);
        sizes[encoding] += file.encoded![encoding].length;
      }
      const plain = new Uint8Array(
        await (await fetch(road.url + path, { headers: { "accept-encoding": "identity" } })).arrayBuffer(),
      );
      for (const encoding of ["br", "gzip"]) {
        const answer = await fetch(road.url + path, { headers: { "accept-encoding": encoding } });
        assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), plain, `${path} as ${encoding}`);
      }
      if (digest) assert.equal(createHash("sha384").update(plain).digest("base64"), digest);
    }
    assert.ok(sizes.gzip < LIMIT && sizes.br < LIMIT, `${JSON.stringify(sizes)} bytes`);
    // Nothing inline, nothing from another origin.
    assert.ok(!/<style|\sstyle=|\son[a-z]+=|<script>/.test(page));
    assert.ok(!/https?:\/\//.test(page));
    const { headers } = await fetch(`${road.url}/j/7kq2mx`, { method: "HEAD" });
    const policy = headers.get("content-security-policy") ?? "";
    assert.ok(!policy.includes("unsafe-inline") && !policy.includes("'unsafe-eval'"), policy);
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    const script = await fetch(`${road.url}/beach.js`, { method: "HEAD" });
    assert.equal(script.headers.get("access-control-allow-origin"), "*");
    const tag = script.headers.get("etag")!;
    assert.equal((await fetch(`${road.url}/beach.js`, { headers: { "if-none-match": tag } })).status, 304);
  }));
