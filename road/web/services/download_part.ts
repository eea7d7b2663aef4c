/** What is here of files that are got from a host: kept until they are whole, where the browser has a place that outlives the page. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** The folder of the page's origin (File System, "origin private file system") with a folder for each part. */
const FOLDER = "beach-parts";
/** A part that nobody went on with for so long is removed; ms. */
const STALE = 7 * 24 * 3600 * 1000;

/** Parts in memory; the oldest go. */
const MOST_HERE = 8;

/** The begin of one file, in pieces. */
export interface Part {
  /** In order, each a blob on the browser's disk or in its memory. */
  readonly pieces: readonly Blob[];
  add(piece: Blob): Promise<void>;
  clear(): Promise<void>;
}

/** Whether parts outlive the page: on an https address, or the loopback, in a browser that has such a place. */
export function partsLast(): boolean {
  return typeof navigator.storage?.getDirectory === "function" && navigator.locks !== undefined &&
    "createWritable" in FileSystemFileHandle.prototype;
}

/** Parts of a page, by the paths of their files. */
export class Parts {
  readonly #here = new Map<string, Part>();

  /** Does `work` with the part of the file at `path`; nobody else writes to it meanwhile. */
  async with<T>(path: string, work: (part: Part) => Promise<T>): Promise<T> {
    if (!partsLast()) return await work(this.#inMemory(path));
    const name = bytesToHex(sha256(new TextEncoder().encode(path))).slice(0, 32);
    return await navigator.locks.request(`${FOLDER}/${name}`, { ifAvailable: true }, async (lock) => {
      // Another page gets the same file; or the browser keeps nothing, as in a private window.
      const stored = lock && await StoredPart.open(name).catch(() => undefined);
      return await work(stored ?? this.#inMemory(path));
    });
  }

  #inMemory(path: string): Part {
    const part = this.#here.get(path) ?? memoryPart();
    this.#here.delete(path);
    this.#here.set(path, part);
    if (this.#here.size > MOST_HERE) this.#here.delete(this.#here.keys().next().value!);
    return part;
  }
}

/** A part that is gone with the page. */
export function memoryPart(): Part {
  const pieces: Blob[] = [];
  return {
    pieces,
    add: (piece) => Promise.resolve(void pieces.push(piece)),
    clear: () => Promise.resolve(void (pieces.length = 0)),
  };
}

/** A part in a folder of its own: a file for each piece, named by its number, so that each is whole or not there. */
class StoredPart implements Part {
  private constructor(
    private readonly folder: FileSystemDirectoryHandle,
    readonly pieces: Blob[],
  ) {}

  static async open(name: string): Promise<StoredPart> {
    const root = await navigator.storage.getDirectory();
    const parts = await root.getDirectoryHandle(FOLDER, { create: true });
    await removeStale(parts, name);
    const folder = await parts.getDirectoryHandle(name, { create: true });
    const pieces: Blob[] = [];
    for (;;) {
      const file = await fileIn(folder, pieces.length);
      // A piece that was made and not written is empty.
      if (!file || file.size === 0) return new StoredPart(folder, pieces);
      pieces.push(file);
    }
  }

  async add(piece: Blob): Promise<void> {
    const handle = await this.folder.getFileHandle(`${this.pieces.length}`, { create: true });
    const writable = await handle.createWritable();
    await writable.write(piece);
    await writable.close();
    this.pieces.push(await handle.getFile());
  }

  async clear(): Promise<void> {
    // The last first: what is left of an interrupted clearing still is a begin.
    while (this.pieces.length > 0) {
      await this.folder.removeEntry(`${this.pieces.length - 1}`);
      this.pieces.pop();
    }
  }
}

async function fileIn(folder: FileSystemDirectoryHandle, number: number): Promise<File | undefined> {
  const handle = await folder.getFileHandle(`${number}`).catch(() => undefined);
  return await handle?.getFile();
}

async function removeStale(parts: FileSystemDirectoryHandle, except: string): Promise<void> {
  const names: string[] = [];
  for await (const name of parts.keys()) if (name !== except) names.push(name);
  for (const name of names) {
    const first = await fileIn(await parts.getDirectoryHandle(name), 0);
    if (first && Date.now() - first.lastModified < STALE) continue;
    // One that another page begins has no piece yet, and its name is locked.
    await navigator.locks.request(`${FOLDER}/${name}`, { ifAvailable: true }, async (lock) => {
      if (lock) await parts.removeEntry(name, { recursive: true });
    });
  }
}
