import assert from "node:assert/strict";
import fc from "fast-check";
import { checkBrowserTypes, isShared } from "../../scripts/check_browser_types.ts";
import { checkFile, checkLayers } from "../../scripts/check_layers.ts";
import { checkLength, checkTopLevel, checkTree, checkWords, MAX_LINES } from "../../scripts/check_tree.ts";
import { ROOT } from "../../scripts/files.ts";
import { dependencies, scan } from "../../scripts/source_text.ts";
import { TempDir } from "../support/temp_dir.ts";

/** What the design forbids, and the one line that says so. */
const FORBIDDEN: readonly (readonly [path: string, source: string, says: RegExp])[] = [
  [
    "frames/a.ts",
    `import { x } from "../session/x.ts";`,
    /^frames\/a\.ts:1: frames may not import session\/x\.ts/,
  ],
  [
    "frames/a.ts",
    `\nexport * from "../transport/link.ts";`,
    /^frames\/a\.ts:2: frames may not import transport/,
  ],
  ["frames/a.ts", `import "node:fs";`, /frames may not use the package node:fs/],
  [
    "session/a.ts",
    `import type { P } from "../transport/pake.ts";`,
    /session may not import transport\/pake\.ts/,
  ],
  ["session/a/b.ts", `import type { P } from "../../cli/x.ts";`, /session may not import cli\/x\.ts/],
  ["session/a.ts", `import x from "@lydell/node-pty";`, /session may not use the package @lydell\/node-pty/],
  [
    "session/a.ts",
    `new Worker(new URL("../cli/worker.ts", import.meta.url));`,
    /session may not import cli\/worker\.ts/,
  ],
  ["transport/a.ts", `import { x } from "../frames/x.ts";`, /transport may not import frames/],
  [
    "transport/a.ts",
    `import ndc from "node-datachannel";`,
    /transport may not use the package node-datachannel/,
  ],
  ["transport/a.ts", `import { n } from "./native.ts";`, /transport may not import transport\/native\.ts/],
  [
    "transport/a.ts",
    `import { n } from "./native_peer.ts";`,
    /transport may not import transport\/native_peer\.ts/,
  ],
  [
    "cli/a.ts",
    `import { n } from "../transport/native_peer.ts";`,
    /cli may not import transport\/native_peer\.ts/,
  ],
  ["road/a.ts", `import { x } from "../cli/x.ts";`, /road may not import cli/],
  ["road/a.ts", `import { x } from "../transport/pake.ts";`, /road may not import transport\/pake\.ts/],
  ["road/a.ts", `import { x } from "../session/x.ts";`, /road may not import session/],
  ["road/web/a.ts", `import { x } from "../sessions.ts";`, /road\/web may not import road\/sessions\.ts/],
  [
    "road/web/a.ts",
    `await import("../../transport/native.ts");`,
    /road\/web may not import transport\/native\.ts/,
  ],
  ["cli/a.ts", `import { x } from "../road/x.ts";`, /cli may not import road/],
  ["cli/a.ts", `import { x } from "../main.ts";`, /cli may not import main\.ts/],
  ["cli/a.ts", `const m = await import(name);`, /cli\/a\.ts:1: imports what only shows when it runs/],
  ["cli/a.ts", `import { x } from "../tests/x.ts";`, /cli may not import tests/],
  ["cli/a.ts", `if (bad) Deno.exit(1);`, /calls Deno\.exit; only main\.ts/],
  ["cli/a.ts", `process.exit(1);`, /calls process\.exit; only main\.ts/],
  ["transport/a.ts", `const began = Date.now();`, /reads the clock on the wall; .* performance\.now/],
  ["cli/a.ts", `const date = new Date();`, /reads the clock on the wall/],
  ["scripts/a.ts", `import { x } from "../cli/x.ts";`, /scripts may not import cli/],
];

for (const [path, source, says] of FORBIDDEN) {
  Deno.test(`layers: ${path} with ${source.trim()} is refused`, () => {
    const violations = checkFile(path, source);
    assert.equal(violations.length, 1, violations.join("\n"));
    assert.match(violations[0]!, says);
  });
}

Deno.test("layers: what the design allows passes", () => {
  const allowed: readonly (readonly [string, string])[] = [
    ["frames/a.ts", `import { b } from "./b.ts"; import { Packr } from "msgpackr";`],
    ["session/a.ts", `import { a } from "../frames/a.ts"; import { s } from "../transport/seal.ts";`],
    ["session/a.ts", `import type { Link } from "../transport/link.ts";`],
    ["transport/native.ts", `import ndc from "node-datachannel"; import type { R } from "./rtc.ts";`],
    ["cli/log.ts", `const stamp = new Date(); const later = new Date(0);`],
    ["cli/a.ts", `import { n } from "../transport/native.ts"; import pty from "@lydell/node-pty";`],
    ["road/a.ts", `import { s } from "../transport/signal.ts";`],
    ["road/web/a.ts", `import { s } from "../../session/s.ts"; import { Terminal } from "@xterm/xterm";`],
    [
      "tests/a.ts",
      `await import(name); Deno.exit(1);`,
    ],
    [
      "main.ts",
      `import { h } from "./cli/host.ts"; import { r } from "./road/road.ts"; Deno.exit(await h());`,
    ],
  ];
  for (const [path, source] of allowed) assert.deepEqual(checkFile(path, source), []);
});

Deno.test("layers: comments and strings don't count, and don't hide what follows", () => {
  const source = [
    `// import "../cli/a.ts"`,
    `/** Deno.exit(1); import { x } from "../cli/b.ts" */`,
    `const fields = [["from", 1], ["../cli/c.ts", 2]];`,
    `const pattern = /["'/]/; const half = 4 / 2; const t = \`import "../cli/d.ts"\`;`,
    `import { x } from "../cli/e.ts";`,
  ].join("\n");
  assert.deepEqual(dependencies(source), [{ specifier: "../cli/e.ts", byUrl: false, line: 5 }]);
  assert.deepEqual(checkFile("session/a.ts", source).length, 1);
});

Deno.test("layers: scanning any text keeps its length and lines", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."a/*\"'`\\\n[] {}(=$".split("")) }), (source) => {
      const { code } = scan(source);
      assert.equal(code.length, source.length);
      assert.equal(code.split("\n").length, source.split("\n").length);
    }),
    { numRuns: 2000, examples: [["`\n"], ["/*\n"]] },
  );
});

Deno.test("tree: strangers at the top, long files and words of unfinished work are named", () => {
  assert.deepEqual(checkTopLevel(["cli", "main.ts", ".github", "dist"], ["dist/"]), []);
  assert.match(checkTopLevel(["utils"])[0]!, /^utils: has no place at the top/);
  assert.deepEqual(checkLength("a.ts", "x\n".repeat(MAX_LINES)), []);
  assert.match(checkLength("a.css", "x\n".repeat(MAX_LINES + 1))[0]!, /^a\.css: has 251 lines/);
  assert.deepEqual(checkLength("README.md", "x\n".repeat(1000)), []);
  assert.match(checkWords("a.ts", `ok\n// ${"TO" + "DO"}: later`)[0]!, /^a\.ts:2: says/);
  assert.deepEqual(checkWords("a.ts", "a mastodon"), []);
});

Deno.test("checkers walk a tree and find what is wrong in it", async () => {
  await using dir = await TempDir.create();
  const root = dir.tmp;
  await Deno.mkdir(`${root}/frames`);
  await Deno.mkdir(`${root}/lib`);
  await Deno.writeTextFile(`${root}/frames/a.ts`, `import "../cli/x.ts";\n`);
  await Deno.writeTextFile(`${root}/frames/b.ts`, "\n".repeat(300));
  assert.match((await checkLayers(root)).join("\n"), /^frames\/a\.ts:1: [^\n]+$/);
  const tree = (await checkTree(root)).join("\n");
  assert.match(tree, /^lib: has no place/m);
  assert.match(tree, /^frames\/b\.ts: has 300 lines/m);
});

Deno.test("browser types: Deno and node are unknown there, the DOM is not", async () => {
  assert.ok(isShared("road/web/page.ts") && isShared("transport/link.ts"));
  assert.ok(!isShared("transport/native.ts") && !isShared("road/sessions.ts") && !isShared("cli/host.ts"));
  await using dir = await TempDir.create();
  const write = (name: string, text: string) => Deno.writeTextFile(`${dir.path}/${name}`, text);
  await Deno.copyFile(`${ROOT}/deno.json`, `${dir.path}/deno.json`);
  await Deno.copyFile(`${ROOT}/deno.lock`, `${dir.path}/deno.lock`);
  await write("good.ts", `export const socket: () => WebSocket = () => new WebSocket(document.URL);\n`);
  await write("bad.ts", `export const home = Deno.env.get("HOME");\n`);
  assert.equal(await checkBrowserTypes(dir.path, ["good.ts"]), undefined);
  assert.match(await checkBrowserTypes(dir.path, ["bad.ts"]) ?? "", /Cannot find name 'Deno'/);
});

Deno.test("packages with build scripts are denied them by name, so that a first run shows no warning", async () => {
  const { allowScripts } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const { npm } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  const scripted = Object.keys(npm)
    .filter((id) => npm[id].scripts === true)
    .map((id) => `npm:${id.slice(0, id.indexOf("@", 1))}`);
  assert.deepEqual(allowScripts, { allow: [], deny: [...new Set(scripted)] });
});
