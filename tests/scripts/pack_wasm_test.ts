import assert from "node:assert/strict";
import { packWasm } from "../../scripts/pack_wasm.ts";

/** The smallest module there is: its magic and its version. */
const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]).toBase64();

Deno.test("a WebAssembly module in a bundle is packed, and compiles from the packed form", async () => {
  const packed = packWasm(`function data(imports){return load(0, null, '${EMPTY}')}`);
  assert.ok(!packed.includes(EMPTY));
  const data = new Function(`${packed}; return data()`) as () => Promise<WebAssembly.Module>;
  assert.ok(await data() instanceof WebAssembly.Module);
});

Deno.test("a bundle without one, or with two, is no bundle that we know", () => {
  assert.throws(() => packWasm("load(0,null,'')"), /has 0 WebAssembly modules/);
  assert.throws(() => packWasm(`a(0,null,"${EMPTY}");b(0,null,"${EMPTY}")`), /has 2 WebAssembly modules/);
});
