/** Loads the web viewer for a road: from the executable, or from source, where it is built first if it is missing or outdated. */
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import type { Asset } from "../config/options.ts";
import { sourceHash, type WebBundle } from "./web_bundle.ts";

let loaded: Promise<ReadonlyMap<string, Asset>> | undefined;

/** The viewer's files by path. Rejects with an Error that has the build's output if they cannot be built; the next call tries again. */
export function viewerAssets(): Promise<ReadonlyMap<string, Asset>> {
  loaded ??= load().catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<ReadonlyMap<string, Asset>> {
  const { files } = await bundle();
  return new Map(files.map(({ path, type, etag, shared, ...bodies }) => {
    const gzip = new Uint8Array(Buffer.from(bodies.gzip, "base64"));
    const br = new Uint8Array(Buffer.from(bodies.br, "base64"));
    const asset: Asset = {
      body: new Uint8Array(gunzipSync(gzip)),
      type,
      etag,
      shared,
      encoded: { br, gzip },
    };
    return [path, asset];
  }));
}

async function bundle(): Promise<WebBundle> {
  const file = new URL("./viewer.assets", import.meta.url);
  if (Deno.build.standalone) return JSON.parse(await Deno.readTextFile(file));
  const root = `${import.meta.dirname}/../..`;
  const hash = await sourceHash(root);
  const read = async (): Promise<WebBundle | undefined> => {
    try {
      const found: WebBundle = JSON.parse(await Deno.readTextFile(file));
      return found.hash === hash ? found : undefined;
    } catch {
      return undefined; // missing or incomplete
    }
  };
  const found = await read();
  if (found) return found;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "scripts/build_web.ts"],
    cwd: root,
    stdin: "null",
    stdout: "null",
  }).output();
  const built = success ? await read() : undefined;
  if (!built) {
    throw new Error(`the web viewer could not be built:\n${new TextDecoder().decode(stderr).trim()}`);
  }
  return built;
}
