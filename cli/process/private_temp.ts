/**
 * A temp folder that nobody else can write to. The executable's native code has to lie in a file to be loaded, and Deno unpacks it into
 * the temp folder, under a name that can be known, or compares what lies there and opens it again: in a shared folder somebody else could
 * put their own code in between.
 */
import { dirname, join } from "node:path";
import { Failure } from "./failure.ts";

/** Write permission of the group and of all others. */
const OTHERS_WRITE = 0o022;
/** In such a folder only its owner renames or removes a file. */
const STICKY = 0o1000;
/** Root, and whoever has no name in our user namespace: in there root of the machine is one. */
const TRUSTED = [0, 65534];

/** The variable that names the temp folder. */
export const TEMP_VARIABLE = "TMPDIR";

/**
 * From here on our own temp files, and what is unpacked, lie in a private folder; the same one each time, so that native code is unpacked
 * once. Disposing removes what could not be used again. Not on Windows, where a person's temp folder is theirs alone. Throws Failure where no
 * such folder can be made.
 */
export function usePrivateTemp(): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  const temp = privateTemp(Deno.env.get(TEMP_VARIABLE) || "/tmp", Deno.env.get("HOME"));
  Deno.env.set(TEMP_VARIABLE, temp.path);
  return temp;
}

/**
 * Makes or finds a folder in `temp`, or, where somebody else may swap what is in there, in the cache below `home`: 0700, ours, and no folder
 * above it in which others may rename. One of a new name is the last resort, and is removed in the end. Unix only.
 */
export function privateTemp(temp: string, home: string | undefined): { readonly path: string } & Disposable {
  const name = `beach-${Deno.uid()}`;
  const cache = home === undefined ? undefined : join(home, ".cache");
  const path = usable(() => make(temp, name)) ?? (cache && usable(() => make(cache, name)));
  if (path !== undefined) return { path, [Symbol.dispose]() {} };
  const fresh = usable(() => Deno.makeTempDirSync({ dir: temp, prefix: `${name}-` }));
  if (fresh !== undefined) {
    const dispose = () => {
      try {
        Deno.removeSync(fresh, { recursive: true });
      } catch {
        // It stays; the program's own end matters more.
      }
    };
    return { path: fresh, [Symbol.dispose]: dispose };
  }
  throw new Failure({
    what: "No private folder for native code can be made in the temp folder",
    value: temp,
    hint: `Set ${TEMP_VARIABLE} to a folder that only you can write to`,
  });
}

/** The path of the folder that `get` returns, if it can be had and is private. */
function usable(get: () => string): string | undefined {
  try {
    const path = Deno.realPathSync(get());
    return isPrivate(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function make(parent: string, name: string): string {
  const folder = join(parent, name);
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // A link may lead to where its owner says, later.
  if (!Deno.lstatSync(folder).isDirectory) throw new Error(`${folder} is no folder`);
  return folder;
}

function isPrivate(folder: string): boolean {
  const { uid, mode } = Deno.lstatSync(folder);
  if (uid !== Deno.uid() || (mode! & 0o777) !== 0o700) return false;
  for (let above = dirname(folder);; above = dirname(above)) {
    const { uid, mode } = Deno.lstatSync(above);
    if (uid !== Deno.uid() && !TRUSTED.includes(uid!)) return false;
    if ((mode! & OTHERS_WRITE) !== 0 && (mode! & STICKY) === 0) return false;
    if (above === dirname(above)) return true;
  }
}
