/**
 * A temporary folder that no other user can write to. The executable's native code must be in a file to be loaded, and Deno unpacks it into
 * the temporary folder, under a predictable name, or compares an existing file and opens it again: in a shared folder another user could
 * place their own code in between.
 */
import { dirname, join } from "node:path";
import { Failure } from "./failure.ts";

/** Write permission of the group and of all others. */
const OTHERS_WRITE = 0o022;
/** In such a folder only a file's owner can rename or remove it. */
const STICKY = 0o1000;
/** Root, and the id of users that have no name in our user namespace: root of the machine is one of them. */
const TRUSTED = [0, 65534];

/** The variable that names the temporary folder. */
export const TEMP_VARIABLE = "TMPDIR";

/**
 * From now on our temporary files, and unpacked code, are in a private folder; the same one each time, so that native code is unpacked
 * once. Disposing removes what cannot be used again. Not on Windows, where a person's temporary folder is private already. Throws Failure
 * if no such folder can be made.
 */
export function usePrivateTemp(): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  const temp = privateTemp(Deno.env.get(TEMP_VARIABLE) || "/tmp", Deno.env.get("HOME"));
  Deno.env.set(TEMP_VARIABLE, temp.path);
  return temp;
}

/**
 * Makes or finds a folder in `temp`, or, where other users could replace it there, in the cache below `home`: mode 0700, owned by us, and
 * without a folder above it in which others may rename. A folder with a new name is the last resort, and is removed at the end. Unix only.
 */
export function privateTemp(temp: string, home: string | undefined): { readonly path: string } & Disposable {
  const name = `beach-${Deno.uid()}`;
  const cache = home === undefined ? undefined : join(home, ".cache");
  const path = privateFolder(temp, name) ?? (cache && privateFolder(cache, name));
  if (path !== undefined) return { path, [Symbol.dispose]() {} };
  const fresh = usable(() => Deno.makeTempDirSync({ dir: temp, prefix: `${name}-` }));
  if (fresh !== undefined) {
    const dispose = () => {
      try {
        Deno.removeSync(fresh, { recursive: true });
      } catch {
        // The folder stays; the program's own end is more important.
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

/**
 * Makes or finds the folder `name` in `parent`: mode 0700, owned by us, and without a folder above it in which others may rename; undefined if it
 * is otherwise. Unix only.
 */
export function privateFolder(parent: string, name: string): string | undefined {
  return usable(() => make(parent, name));
}

/** The path of such a folder that is there; undefined if there is none, or it is not private. Unix only. */
export function existingPrivate(folder: string): string | undefined {
  return usable(() => {
    if (!Deno.lstatSync(folder).isDirectory) throw new Error(`${folder} is no folder`);
    return folder;
  });
}

/** The path of the folder that `get` returns, if it can be made and is private. */
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
  // The owner of a link could change its target later.
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
