/** What tests of `beach cp` share: folders, large files, and how far a copy is. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { pollAsync } from "../../support/deadline.ts";
import type { Spawned } from "../../support/spawned.ts";
import type { Scene } from "../scene.ts";

export const MB = 1024 * 1024;
/** Of a file that takes long enough to be broken off. */
export const LARGE = 160 * MB;
/** Of a large file on a busy machine; ms. */
export const LONG = 120_000;
/** A break in the middle: so much is there. */
export const SOME = 4 * MB;

/** A new folder of the scene. */
export async function folder(scene: Scene, name: string): Promise<string> {
  const path = scene.dir.join(name);
  await Deno.mkdir(path);
  return path;
}

/** What is below `root`, by path: mode, time and what files hold. */
export async function tree(
  root: string,
  at = "",
  found = new Map<string, string>(),
): Promise<Map<string, string>> {
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(root + at)) {
    const path = `${at}/${name}`;
    if (isSymlink) found.set(path, "link");
    else {
      const { mode, mtime } = await Deno.stat(root + path);
      const about = `${(mode! & 0o777).toString(8)} ${mtime!.getTime()}`;
      found.set(path, isDirectory ? about : `${about} ${await Deno.readTextFile(root + path)}`);
      if (isDirectory) await tree(root, path, found);
    }
  }
  return found;
}

/** Settles when the part in `folder` has `bytes`. */
export async function partOf(folder: string, copy: Spawned, bytes: number): Promise<void> {
  await pollAsync(
    async () => {
      assert.equal(copy.status, undefined, copy.tail());
      return await partSize(folder) >= bytes;
    },
    LONG,
    "the middle of the copy",
    2,
  );
}

/** The size of what there is of a file in `folder`; 0 if there is nothing. */
export async function partSize(folder: string): Promise<number> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(".beach-")) {
      return (await Deno.stat(`${folder}/${name}`).catch(() => undefined))?.size ?? 0;
    }
  }
  return 0;
}

/** Writes `size` bytes, of which no two blocks are alike. Returns its SHA-256. */
export async function writeLarge(path: string, size = LARGE): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path, { write: true, create: true });
  const block = new Uint32Array(MB / 4);
  for (let at = 0; at < size; at += MB) {
    for (let i = 0; i < block.length; i++) block[i] = Math.imul(at + i, 2_654_435_761);
    const bytes = new Uint8Array(block.buffer);
    hash.update(bytes);
    for (let from = 0; from < MB;) from += await file.write(bytes.subarray(from));
  }
  return hash.digest("hex");
}

/** A file's SHA-256. */
export async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const bytes of file.readable) hash.update(bytes);
  return hash.digest("hex");
}
