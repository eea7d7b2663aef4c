/**
 * The web viewer as one file, `road/http/viewer.assets`: which sources it is built from, and how it is read. `scripts/build_web.ts` builds
 * it; it is embedded in the executable, and rebuilt from source when a source has changed.
 */
import { createHash } from "node:crypto";

/** One file of the viewer; bodies are base64. */
export interface BundledFile {
  readonly path: string;
  /** The media type with its charset. */
  readonly type: string;
  readonly etag: string;
  /** Pages of any origin may load it. */
  readonly shared: boolean;
  readonly gzip: string;
  readonly br: string;
}

export interface WebBundle {
  /** {@link sourceHash} of the sources that it was built from. */
  readonly hash: string;
  readonly files: readonly BundledFile[];
}

/** The sources of the viewer, as paths from the project's root; folders with all their files. */
const SOURCES = [
  "road/web",
  "frames",
  "session",
  "transport",
  "scripts/build_web.ts",
  "scripts/pack_wasm.ts",
  "road/http/web_bundle.ts",
  "deno.lock",
];

/** The hash of all sources of the viewer under `root`, in hex. */
export async function sourceHash(root: string): Promise<string> {
  const paths: string[] = [];
  const walk = async (path: string): Promise<void> => {
    const { isDirectory } = await Deno.stat(`${root}/${path}`);
    if (!isDirectory) return void paths.push(path);
    for await (const { name } of Deno.readDir(`${root}/${path}`)) {
      if (!/\.(?:md|png)$/.test(name) || name.startsWith("icon")) await walk(`${path}/${name}`);
    }
  };
  for (const source of SOURCES) await walk(source);
  const hash = createHash("sha256");
  for (const path of paths.sort()) {
    const bytes = await Deno.readFile(`${root}/${path}`);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
