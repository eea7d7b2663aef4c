/** Names what there is of a copy that is not whole: the same for each try to copy the same file to the same place. */
import { createHash } from "node:crypto";

/** 32 hexadecimal digits. `from` and `to` are paths, or what stands for them. */
export function partId(from: string, size: number, time: number, to: string): string {
  return createHash("sha256").update([from, size, time, to].join("\0")).digest("hex").slice(0, 32);
}
