/** How many files and folders are on their way at once. Pure. */
import { SMALL_FILE } from "../../session/services/file_client.ts";
import type { PoolSize } from "./pool.ts";

/**
 * Small files at once, and folders. Each takes a round trip, so a long way needs many: 10,000 of them over 100 ms take 8 s besides their bytes.
 * A host has 256 streams for one viewer, of which some are ending.
 */
const SMALL = 128;
/** Larger files at once: a break leaves so many parts. */
const LARGE = 16;

/** Files by their size, in bytes. */
export function filesAtOnce<T>(size: (file: T) => number): PoolSize<T> {
  return { most: SMALL, weight: (file) => size(file) > SMALL_FILE ? SMALL / LARGE : 1 };
}

/** Folders: none is in another. */
export const FOLDERS_AT_ONCE = { most: SMALL };

/** `folders` by how deep they are: those of one level are in none of each other, and what they are in is in a level before. */
export function levels<T>(folders: Iterable<T>, path: (folder: T) => string): T[][] {
  const found: T[][] = [];
  for (const folder of folders) {
    const whole = path(folder);
    (found[whole === "" ? 0 : whole.split("/").length] ??= []).push(folder);
  }
  return found.filter((level) => level !== undefined);
}
