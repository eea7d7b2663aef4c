/** `deno task extension`: bundles the browser extension of `road/web/extension/` into `dist/extension`, which Chromium loads unpacked. */
import { ROOT } from "./files.ts";
import { bundle } from "./build_web.ts";
import { packWasm } from "./pack_wasm.ts";

const SOURCE = `${ROOT}road/web/extension`;
const SCRIPTS = ["background", "connect", "offscreen", "options"];
const AS_IS = ["manifest.json", "offscreen.html", "options.html"];

/** Builds all files of the extension into `folder`. */
export async function buildExtension(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const name of AS_IS) await Deno.copyFile(`${SOURCE}/${name}`, `${folder}/${name}`);
  for (const name of SCRIPTS) await bundle(`extension/${name}.ts`, "--output", `${folder}/${name}.js`);
  // It alone holds the session, and so what proves the secret.
  const session = `${folder}/offscreen.js`;
  await Deno.writeTextFile(session, packWasm(await Deno.readTextFile(session)));
}

if (import.meta.main) {
  const folder = `${ROOT}dist/extension`;
  await buildExtension(folder);
  console.log(`Load ${folder} at chrome://extensions (developer mode, "Load unpacked").`);
}
