import assert from "node:assert/strict";
import { withoutOutside } from "../../scripts/compile/outside_modules.ts";

/** As `deno bundle` writes it. */
const HEAD = `import { createRequire as __deno_internal_createRequire } from "node:module";
var __require = __deno_internal_createRequire(import.meta.url);
`;
const seal = (code: string) => withoutOutside(HEAD + code, ["native-package"]);

Deno.test("outside modules: what is not in the bundle is not found, and nobody looks for it", async () => {
  const { code, absent } = seal(`
var require2;
require2 = __deno_internal_createRequire("/");
export const found = [];
for (
  const ask of [
    () => __require("planted"),
    () => require2("planted/other"),
    () => { const load = __require; return load("planted/renamed"); },
    () => import("@planted/later"),
    () => { throw Error("require('in a text')"); }, // require("in a comment")
  ]
) {
  try { await ask(); } catch (error) { found.push(error.code ?? error.message); }
}
export const own = [__require("node:path").sep, require2("worker_threads").isMainThread !== undefined, typeof (() => import("native-package"))];
`);
  assert.deepEqual(absent, ["planted", "planted/other", "planted/renamed", "@planted/later"]);
  const run = await import(
    `data:text/javascript,${encodeURIComponent(code.replace("import.meta.url", '"/"'))}`
  );
  assert.deepEqual(run.found, [...Array(4).fill("MODULE_NOT_FOUND"), "require('in a text')"]);
  assert.deepEqual(run.own.slice(1), [true, "function"]);
  assert.deepEqual(withoutOutside(code, ["native-package"]), { code, absent: [] });
});

Deno.test("outside modules: a bundle of which nobody can say what it loads is refused", () => {
  const refused = {
    "const name = `plan${1}`; __require(name);": /made at run time in line 3/,
    "import(globalThis.name);": /made at run time/,
    "import(`${globalThis.name}`);": /made at run time/,
    "import(`https://${globalThis.name}`);": /made at run time/,
    "import(`file:${globalThis.name}`);": /made at run time/,
    "const load = __require; load(globalThis.name);": /made at run time/,
    "const load = __require; globalThis.load = load;": /hands a require on/,
    "const { resolve } = __require;": /takes a require apart/,
    "globalThis.load = __require;": /hands a require on/,
    "load(__deno_internal_createRequire);": /hands createRequire on/,
    "__require.resolve('planted');": /hands a require on/,
    "const o = {}; o.load = __deno_internal_createRequire('/');": /keeps a require in a property/,
    'import all from "node:module";': /takes all of node:module/,
    'import planted from "planted";': /imports "planted", which is not in it/,
    'export * from "planted";': /imports "planted"/,
  };
  for (const [code, why] of Object.entries(refused)) assert.throws(() => seal(code), why, code);
});

Deno.test("outside modules: a file by its whole path is left as it is", () => {
  const code = "await import(`file://${globalThis.path}`);";
  const sealed = seal(code);
  assert.ok(sealed.code.includes(code));
  assert.deepEqual(sealed.absent, []);
});
