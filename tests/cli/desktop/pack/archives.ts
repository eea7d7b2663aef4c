/** Archives as npm makes them, and others that it never would. */
import { createHash } from "node:crypto";
import type { PinnedPackage } from "../../../../cli/desktop/pack/pins.ts";

const BLOCK = 512;

/** One entry of an archive; `type` as in ustar's header ("0" a file, "2" a link). `size` may lie. */
export interface Entry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly type?: string;
  readonly size?: number;
  readonly prefix?: string;
  readonly link?: string;
}

/** A tar archive with `entries`, in order, and the two empty blocks at its end. */
export function tarOf(entries: readonly Entry[], end = true): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((entry) => {
    const bytes = entry.bytes ?? new Uint8Array();
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
    padded.set(bytes);
    return [headerOf(entry, bytes.length), padded];
  });
  return joined(end ? [...parts, new Uint8Array(2 * BLOCK)] : parts);
}

function headerOf({ path, type = "0", size, prefix = "", link = "" }: Entry, length: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
  put(path, 0);
  put("0000644\0", 100);
  put((size ?? length).toString(8).padStart(11, "0"), 124);
  put("00000000000", 136);
  put(" ".repeat(8), 148);
  put(type, 156);
  put(link, 157);
  put("ustar\0" + "00", 257);
  put(prefix, 345);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `bytes` through gzip. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What the program would know of the package `name` whose file is `archive`. */
export function pinOf(name: string, archive: Uint8Array): PinnedPackage {
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  return { name, version: "1.2.3", integrity, bytes: archive.length };
}
