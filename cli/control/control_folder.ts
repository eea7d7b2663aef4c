/**
 * Where the hosts of this machine's person have their control sockets: `$XDG_RUNTIME_DIR/beach`, or, where there is no such folder, one in `/tmp`
 * or the cache. It has mode 0700 and is ours, so that no other user reaches a socket, nor puts one there that we would take for a host's.
 */
import { join } from "node:path";
import { existingPrivate, privateFolder } from "../process/private_temp.ts";

/** The variables that say where it is. */
export type FolderEnvironment = Readonly<Record<string, string | undefined>>;

/** Unix: what bounds the path of a socket (`sun_path`), bytes with the zero at its end; macOS has the least. */
const MAX_PATH = 104;

function candidates(env: FolderEnvironment): { readonly parent: string; readonly name: string }[] {
  const { XDG_RUNTIME_DIR: run, HOME: home } = env;
  const own = `beach-run-${Deno.uid()}`;
  return [
    ...(run ? [{ parent: run, name: "beach" }] : []),
    // Not the variable's temp folder: each of a person's shells may have another.
    { parent: "/tmp", name: own },
    ...(home ? [{ parent: join(home, ".cache"), name: own }] : []),
  ];
}

/** Makes or finds the folder for a new socket; undefined if none is private. Not for Windows. */
export function controlFolder(env: FolderEnvironment): string | undefined {
  for (const { parent, name } of candidates(env)) {
    const folder = privateFolder(parent, name);
    if (folder !== undefined) return folder;
  }
}

/** A path for this host's socket in `folder`; undefined if it is longer than a socket's may be. */
export function socketPath(folder: string, random: string): string | undefined {
  const path = join(folder, `${Deno.pid}-${random}.sock`);
  return new TextEncoder().encode(path).length < MAX_PATH ? path : undefined;
}

/** The sockets in all private folders that are there, newest first; some may be of hosts that were killed. */
export function socketsHere(env: FolderEnvironment): string[] {
  if (Deno.build.os === "windows") return [];
  const found: { path: string; at: number }[] = [];
  for (const { parent, name } of candidates(env)) {
    const folder = existingPrivate(join(parent, name));
    if (folder === undefined) continue;
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.endsWith(".sock")) continue;
      const path = join(folder, name);
      try {
        found.push({ path, at: Deno.lstatSync(path).mtime?.getTime() ?? 0 });
      } catch (error) {
        // A host that ended in this moment.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return found.sort((one, other) => other.at - one.at).map(({ path }) => path);
}
