/**
 * `deno task web`: bundles the browser viewer from `road/web/` and what it shares with the binary into `road/http/viewer.assets`. A road
 * run from source does it by itself when a source has changed; `deno task compile` puts the file into the executable.
 */
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type BundledFile, sourceHash, type WebBundle } from "../road/http/web_bundle.ts";
import { ROOT } from "./files.ts";
import { packWasm } from "./pack_wasm.ts";

const WEB = `${ROOT}road/web`;
const OUTPUT = `${ROOT}road/http/viewer.assets`;
/** xterm.js's own style rules, then ours. */
const STYLES = ["base.css", "viewer.css", "lobby.css", "over.css", "files.css", "phone.css"];
const DESKTOP_STYLES = ["desktop.css", "desktop_over.css"];

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
    const scripts = await bundleViewer(stage);
    const viewer = scripts.get("viewer.js")!;
    const preloads = [...neededAtOnce(scripts)].map((name) =>
      `<link rel="modulepreload" href="/${name}" integrity="${integrity(scripts.get(name)!)}">\n    `
    );
    const xterm = new URL(import.meta.resolve("@xterm/xterm/css/xterm.css"));
    const styles = await joined(STYLES, xterm);
    const page = (await Deno.readTextFile(`${WEB}/index.html`))
      .replace("<script ", `${preloads.join("")}<script `)
      .replace('src="/viewer.js"', `src="/viewer.js" integrity="${integrity(viewer)}"`)
      .replace('href="/viewer.css"', `href="/viewer.css" integrity="${integrity(styles)}"`);
    const html = { type: "text/html; charset=utf-8", body: new TextEncoder().encode(page) };
    const script = "text/javascript; charset=utf-8";
    const files: Built[] = [
      { path: "/j", ...html },
      { path: "/", ...html },
      ...[...scripts].map(([name, body]) => ({ path: `/${name}`, type: script, body })),
      { path: "/beach.js", type: script, body: await bundleModule(stage), shared: true },
      { path: "/viewer.css", type: "text/css; charset=utf-8", body: styles },
      // With the first desktop alone.
      { path: "/desktop.css", type: "text/css; charset=utf-8", body: await joined(DESKTOP_STYLES) },
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

/** The viewer in parts by name; the first to run is `viewer.js`. */
async function bundleViewer(stage: string): Promise<Map<string, Uint8Array>> {
  await bundle("page/viewer.ts", "--code-splitting", "--outdir", `${stage}/viewer`);
  const names = (await Array.fromAsync(Deno.readDir(`${stage}/viewer`))).map(({ name }) => name).sort();
  const scripts = new Map<string, Uint8Array>();
  for (const name of names) {
    let text = await Deno.readTextFile(`${stage}/viewer/${name}`);
    for (const other of names) text = text.replaceAll(`"./${other}"`, `"./${address(other)}"`);
    // The entry has the code that proves the secret; other parts are loaded once the screen is there.
    if (name === "viewer.js") text = packWasm(text);
    scripts.set(address(name), new TextEncoder().encode(text));
  }
  return scripts;
}

/** `/beach.js`: one file, since pages of other origins load it. */
async function bundleModule(stage: string): Promise<Uint8Array> {
  await bundle("embed/beach.ts", "--output", `${stage}/beach.js`);
  return new TextEncoder().encode(packWasm(await Deno.readTextFile(`${stage}/beach.js`)));
}

/** Bundles a script of `road/web/` for browsers. */
export async function bundle(entry: string, ...flags: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--platform", "browser", "--minify", "--config", `${ROOT}deno.json`],
      ...flags,
      `${WEB}/${entry}`,
    ],
    cwd: ROOT,
    stdin: "null",
  }).output();
  if (!success) throw new Error(`deno bundle road/web/${entry}:\n${new TextDecoder().decode(stderr)}`);
}

/** The name under which the road serves a part (`road/http/routes.ts`). */
function address(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/**
 * The parts that the first screen needs: the terminal, and what it and the page import. They are loaded with the page, not one after the
 * other.
 */
function neededAtOnce(scripts: ReadonlyMap<string, Uint8Array>): Set<string> {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const text = new TextDecoder().decode(scripts.get(name));
    for (const [, other] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) visit(other!);
  };
  visit("viewer.js");
  for (const name of scripts.keys()) if (name.startsWith("terminal-view-")) visit(name);
  needed.delete("viewer.js");
  return needed;
}

/** Style sheets of `road/web/`, one after the other. */
async function joined(names: readonly string[], ...before: readonly URL[]): Promise<Uint8Array> {
  const files = [...before, ...names.map((name) => `${WEB}/${name}`)];
  const texts = await Promise.all(files.map((path) => Deno.readTextFile(path)));
  return new TextEncoder().encode(texts.join("\n"));
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
  // Renamed into place, so that two roads that build at the same time both find a complete file.
  const part = `${OUTPUT}.${Deno.pid}`;
  await Deno.writeTextFile(part, JSON.stringify(built));
  await Deno.rename(part, OUTPUT);
  for (const { path, br, gzip } of built.files) {
    const kilobytes = (base64: string) => `${Math.ceil(base64.length * 0.75 / 1024)} KB`;
    console.log(`${path}: ${kilobytes(br)} (br), ${kilobytes(gzip)} (gzip)`);
  }
}
