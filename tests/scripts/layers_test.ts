import assert from "node:assert/strict";
import { checkArrows, checkLayers } from "../../scripts/check_layers.ts";
import { moduleGraph } from "../../scripts/graph/module_graph.ts";
import { TempDir } from "../support/temp_dir.ts";

/** What the rules forbid, and the one line that says so. */
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
  [
    "transport/a.ts",
    `import { n } from "./native/node_datachannel.ts";`,
    /transport may not import transport\/native\/node_datachannel\.ts/,
  ],
  [
    "transport/a.ts",
    `import { n } from "./native/native_peer.ts";`,
    /transport may not import transport\/native\/native_peer\.ts/,
  ],
  [
    "cli/a.ts",
    `import { n } from "../transport/native/native_peer.ts";`,
    /cli may not import transport\/native\/native_peer\.ts/,
  ],
  ["road/a.ts", `import { x } from "../cli/x.ts";`, /road may not import cli/],
  ["road/a.ts", `import { x } from "../transport/pake.ts";`, /road may not import transport\/pake\.ts/],
  ["road/a.ts", `import { x } from "../session/x.ts";`, /road may not import session/],
  ["road/web/a.ts", `import { x } from "../sessions.ts";`, /road\/web may not import road\/sessions\.ts/],
  [
    "road/web/a.ts",
    `await import("../../transport/native/node_datachannel.ts");`,
    /road\/web may not import transport\/native\/node_datachannel\.ts/,
  ],
  ["cli/a.ts", `import { x } from "../road/x.ts";`, /cli may not import road/],
  ["cli/a.ts", `import { x } from "../main.ts";`, /cli may not import main\.ts/],
  ["cli/a.ts", `import { x } from "../tests/x.ts";`, /cli may not import tests/],
  [
    "cli/a.ts",
    `const path = import.meta.resolve("../road/x.ts");`,
    /cli may not import road\/x\.ts/,
  ],
  ["cli/a.ts", `let x: import("../road/x.ts").X;`, /cli may not import road/],
  ["scripts/a.ts", `import { x } from "../cli/x.ts";`, /scripts may not import cli/],
];

/** What it allows. */
const ALLOWED: readonly (readonly [path: string, source: string])[] = [
  ["frames/a.ts", `import { b } from "./b.ts"; import { Packr } from "msgpackr";`],
  ["session/a.ts", `import { a } from "../frames/a.ts"; import { s } from "../transport/token_bucket.ts";`],
  ["session/a.ts", `import type { Link } from "../transport/link.ts";`],
  [
    "transport/native/node_datachannel.ts",
    `import ndc from "node-datachannel"; import type { R } from "../webrtc/rtc.ts";`,
  ],
  [
    "cli/a.ts",
    `import { n } from "../transport/native/node_datachannel.ts"; import pty from "@lydell/node-pty";`,
  ],
  [
    "road/a.ts",
    `import { s } from "../transport/schema/signal.ts"; new URL("../session/x.txt", import.meta.url);`,
  ],
  ["road/web/a.ts", `import { s } from "../../session/s.ts"; import { Terminal } from "@xterm/xterm";`],
  ["main.ts", `import { h } from "./cli/host.ts"; import { r } from "./road/road.ts";`],
];

/** A folder of files in which the n-th has `n` in its name, so that two of one path can be looked at together. */
async function numbered(files: readonly (readonly [path: string, source: string, ...unknown[]])[]) {
  const dir = await TempDir.create();
  const names = files.map(([path], at) => path === "main.ts" ? path : path.replace(/(?=\.ts$)/, `${at}`));
  await dir.write(Object.fromEntries(files.map(([path, source], at) => {
    return [path === "transport/native/node_datachannel.ts" ? path : names[at]!, source];
  })));
  return { dir, names };
}

Deno.test("layers: what is forbidden is named, in one line each", async () => {
  const { dir, names } = await numbered(FORBIDDEN);
  await using _dir = dir;
  const found = checkArrows(await moduleGraph(dir.path, names));
  for (const [at, [path, source, says]] of FORBIDDEN.entries()) {
    const lines = found.filter((line) => line.startsWith(`${names[at]}:`));
    assert.equal(lines.length, 1, `${path} with ${source.trim()}: ${lines.join("\n")}`);
    assert.match(lines[0]!.replace(names[at]!, path), says);
  }
  assert.equal(found.length, FORBIDDEN.length, found.join("\n"));
});

Deno.test("layers: what is allowed passes", async () => {
  const { dir, names } = await numbered(ALLOWED);
  await using _dir = dir;
  const paths = names.map((name) =>
    name.startsWith("transport/native/") ? "transport/native/node_datachannel.ts" : name
  );
  assert.deepEqual(checkArrows(await moduleGraph(dir.path, paths)), []);
});

Deno.test("layers: comments and strings don't count, and don't hide what follows", async () => {
  await using dir = await TempDir.create();
  await dir.write({
    "session/a.ts": [
      `// import "../cli/a.ts"`,
      `/** {@link import("../cli/b.ts")}; new Worker(new URL("../cli/b.ts", import.meta.url)) */`,
      `const fields = [["from", 1], ["../cli/c.ts", 2]];`,
      `const pattern = /["'/]/; const half = 4 / 2; const t = \`import "../cli/d.ts"\`;`,
      `class Typed { constructor(private readonly path: string) {} }`,
      `const u = 'new URL("../cli/e.ts", import.meta.url)';`,
      `import { x } from "../cli/f.ts";`,
      `const worker = new URL("../cli/g.ts", import.meta.url);`,
    ].join("\n"),
  });
  const found = checkArrows(await moduleGraph(dir.path, ["session/a.ts"]));
  assert.deepEqual(found.map((line) => line.replace(/;.*/, "")), [
    "session/a.ts:7: session may not import cli/f.ts",
    "session/a.ts:8: session may not import cli/g.ts",
  ]);
});

Deno.test("layers: a whole tree is walked; tests may import anything", async () => {
  await using dir = await TempDir.create();
  await dir.write({
    "frames/a.ts": `import "../cli/x.ts";\n`,
    "cli/x.ts": `import type { Y } from "./y.ts";\n`,
    "cli/y.ts": `import "./x.ts";\n`,
    "tests/cli/x_test.ts": `import "../../cli/x.ts"; import "some-package"; await import(name);\n`,
  });
  assert.match(
    (await checkLayers(dir.path)).join("\n"),
    /^frames\/a\.ts:1: [^\n]+\ncli\/x\.ts: imports itself in a circle: [^\n]+$/,
  );
});
