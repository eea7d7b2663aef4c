/**
 * Packs the WebAssembly module that a bundled package contains as base64. Compression of the page gains little on base64, so the module is
 * deflated first (RFC 1951), and the browser inflates it: 42 KB of 400 saved.
 */
import { deflateRawSync } from "node:zlib";

/** A call with the module's text (it begins with `\0asm`) as its last argument, whose result is a promise of the compiled module (`@serenity-kit/opaque`). */
const CALL = /[\w$]+\(0,\s*null,\s*(["'`])(AGFzbQ[\w+/=]+)\1\)/g;

/**
 * `code` with the module packed.
 * @throws {Error} if it contains none, or several: then the package has changed and must be inspected
 */
export function packWasm(code: string): string {
  const found = [...code.matchAll(CALL)];
  if (found.length !== 1) {
    throw new Error(`the bundle has ${found.length} WebAssembly modules in base64, not one`);
  }
  const [call, , base64] = found[0]!;
  const packed = deflateRawSync(Uint8Array.fromBase64(base64!), { level: 9 }).toString("base64");
  return code.replace(
    call!,
    () => `(async()=>WebAssembly.compile(await new Response(${unpacked(packed)}).arrayBuffer()))()`,
  );
}

function unpacked(packed: string): string {
  const bytes = `Uint8Array.from(atob("${packed}"),(c)=>c.charCodeAt(0))`;
  return `new Blob([${bytes}]).stream().pipeThrough(new DecompressionStream("deflate-raw"))`;
}
