/**
 * `deno task web`: bundles the browser viewer from `road/web/` and what it shares with the binary into `road/viewer.assets`. A road
 * run from source does it by itself when a source has changed; `deno task compile` puts the file into the executable.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type BundledFile, sourceHash, type WebBundle } from "../road/web_bundle.ts";
import { ROOT } from "./files.ts";

const WEB = `${ROOT}road/web`;
const OUTPUT = `${ROOT}road/viewer.assets`;
/** xterm.js's own rules, then ours. */
const STYLES = ["base.css", "viewer.css", "phone.css"];

interface Built {
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array;
  readonly shared?: boolean;
}

/** Builds all files of the viewer. */
export async function buildWeb(): Promise<WebBundle> {
  const hash = await sourceHash(ROOT);
  const stage = await Deno.makeTempDir({ prefix: "beach-web-" });
  try {
    await bundleScripts(stage);
    const viewer = await Deno.readFile(`${stage}/viewer.js`);
    const styles = new TextEncoder().encode(await readStyles());
    const page = (await Deno.readTextFile(`${WEB}/index.html`))
      .replace('src="/viewer.js"', `src="/viewer.js" integrity="${integrity(viewer)}"`)
      .replace('href="/viewer.css"', `href="/viewer.css" integrity="${integrity(styles)}"`);
    const html = { type: "text/html; charset=utf-8", body: new TextEncoder().encode(page) };
    const script = "text/javascript; charset=utf-8";
    const files: Built[] = [
      { path: "/j", ...html },
      { path: "/", ...html },
      { path: "/viewer.js", type: script, body: viewer },
      { path: "/beach.js", type: script, body: await Deno.readFile(`${stage}/beach.js`), shared: true },
      { path: "/viewer.css", type: "text/css; charset=utf-8", body: styles },
      await asIs("manifest.webmanifest", "application/manifest+json"),
      await asIs("icon.svg", "image/svg+xml"),
      await asIs("icon-192.png", "image/png"),
      await asIs("icon-512.png", "image/png"),
    ];
    return { hash, files: files.map(pack) };
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

async function bundleScripts(stage: string): Promise<void> {
  const flags = ["--quiet", "--platform", "browser", "--minify", "--config", `${ROOT}deno.json`];
  for (const name of ["viewer", "beach"]) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", ...flags, "--output", `${stage}/${name}.js`, `${WEB}/${name}.ts`],
      cwd: ROOT,
      stdin: "null",
    }).output();
    if (!success) throw new Error(`deno bundle road/web/${name}.ts:\n${new TextDecoder().decode(stderr)}`);
  }
}

async function readStyles(): Promise<string> {
  const xterm = createRequire(import.meta.url).resolve("@xterm/xterm/css/xterm.css");
  const files = [xterm, ...STYLES.map((name) => `${WEB}/${name}`)];
  return (await Promise.all(files.map((path) => Deno.readTextFile(path)))).join("\n");
}

async function asIs(name: string, type: string): Promise<Built> {
  return { path: `/${name}`, type, body: await Deno.readFile(`${WEB}/${name}`) };
}

function pack({ path, type, body, shared = false }: Built): BundledFile {
  const br = brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  });
  return {
    path,
    type,
    etag: `"${digest("sha256", body).slice(0, 22)}"`,
    shared,
    gzip: gzipSync(body, { level: 9 }).toString("base64"),
    br: br.toString("base64"),
  };
}

function integrity(body: Uint8Array): string {
  return `sha384-${digest("sha384", body)}`;
}

function digest(algorithm: string, body: Uint8Array): string {
  return createHash(algorithm).update(body).digest("base64");
}

if (import.meta.main) {
  const built = await buildWeb();
  // Renamed into place: two roads that build at once both find a whole file.
  const part = `${OUTPUT}.${Deno.pid}`;
  await Deno.writeTextFile(part, JSON.stringify(built));
  await Deno.rename(part, OUTPUT);
  for (const { path, br, gzip } of built.files) {
    const kilobytes = (base64: string) => `${Math.ceil(base64.length * 0.75 / 1024)} KB`;
    console.log(`${path}: ${kilobytes(br)} (br), ${kilobytes(gzip)} (gzip)`);
  }
}
