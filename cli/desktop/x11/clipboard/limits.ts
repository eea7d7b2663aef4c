/** Limits of the clipboard. */
import { Failure } from "../../../process/failure.ts";

/** The largest content that is given or read, in bytes: a 4K screenshot as PNG has some 10 MB. */
export const MAX_CONTENT = 16 * 1024 * 1024;

/** Throws Failure for content above {@link MAX_CONTENT}. */
export function checkSize(what: string, bytes: number): void {
  if (bytes <= MAX_CONTENT) return;
  throw new Failure({
    what: `${what} is too large for the clipboard`,
    value: `${bytes} bytes`,
    wanted: `at most ${MAX_CONTENT / 1024 / 1024} MiB`,
  });
}
