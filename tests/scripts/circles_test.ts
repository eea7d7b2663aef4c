import assert from "node:assert/strict";
import fc from "fast-check";
import { circles, fileCircles, roomCircles } from "../../scripts/graph/circles.ts";
import { type ModuleGraph, moduleGraph } from "../../scripts/graph/module_graph.ts";
import { TempDir } from "../support/temp_dir.ts";

/** The graph of a project that is made of `files`. */
async function graphOf(files: Readonly<Record<string, string>>): Promise<ModuleGraph> {
  await using dir = await TempDir.create();
  await dir.write(files);
  return await moduleGraph(dir.path, Object.keys(files));
}

Deno.test("circles: files that import each other are named, however they do it", async () => {
  for (
    const back of [
      `import { a } from "./a.ts";`,
      `import type { A } from "./a.ts";`,
      `export { a } from "./a.ts";`,
      `export * from "./a.ts";`,
      `let a: import("./a.ts").A;`,
      `const a = await import("./a.ts");`,
      `new Worker(new URL("./a.ts", import.meta.url), { type: "module" });`,
      `new Worker(import.meta.resolve("./a.ts"), { type: "module" });`,
    ]
  ) {
    const found = fileCircles(
      await graphOf({ "cli/a.ts": `import "./b.ts";`, "cli/b.ts": `import "./c.ts";`, "cli/c.ts": back }),
    );
    assert.equal(found.length, 1, back);
    assert.match(found[0]!, /^cli\/a\.ts: .*: cli\/a\.ts → cli\/b\.ts → cli\/c\.ts → cli\/a\.ts;/, back);
  }
  assert.match(fileCircles(await graphOf({ "a.ts": `import "./a.ts";` }))[0]!, /a\.ts → a\.ts/);
});

Deno.test("circles: what only looks like one is none", async () => {
  const found = await graphOf({
    "cli/a.ts": `import "./b.ts"; import "./c.ts";`,
    "cli/b.ts": `import "./d.ts";`,
    "cli/c.ts": `import "./d.ts"; new URL("./data.txt", import.meta.url);`,
    "cli/d.ts": `// import "./a.ts"\nconst text = 'import "./a.ts"';`,
  });
  assert.deepEqual(fileCircles(found), []);
});

Deno.test("circles: a worker that nobody imports is looked into", async () => {
  await using dir = await TempDir.create();
  await dir.write({
    "cli/a.ts": `new Worker(new URL("./worker.ts", import.meta.url));`,
    "cli/worker.ts": `import "./part.ts";`,
    "cli/part.ts": `import "./worker.ts";`,
  });
  const graph = await moduleGraph(dir.path, ["cli/a.ts"]);
  assert.deepEqual([...graph.keys()].sort(), ["cli/a.ts", "cli/part.ts", "cli/worker.ts"]);
  assert.equal(fileCircles(graph).length, 1);
});

Deno.test("circles: rooms import one way, though no file is in a circle; files beside rooms are rooms", async () => {
  const both = await graphOf({
    "session/sync/sender.ts": `import "../vt/utf8.ts";`,
    "session/sync/rtt.ts": "",
    "session/vt/signals.ts": `import type { R } from "../sync/rtt.ts";`,
    "session/vt/utf8.ts": "",
  });
  assert.deepEqual(fileCircles(both), []);
  assert.deepEqual(roomCircles(both).length, 1);
  assert.match(
    roomCircles(both)[0]!,
    /^session\/sync: .*: session\/sync → session\/vt → session\/sync; .*: session\/sync\/sender\.ts → session\/vt\/utf8\.ts$/,
  );
  const through = await graphOf({
    "road/server.ts": `import "./nodes/nodes.ts";`,
    "road/nodes/nodes.ts": `import "../context.ts";`,
    "road/nodes/bus.ts": "",
    "road/context.ts": "",
  });
  assert.deepEqual(roomCircles(through), []);
  const back = await graphOf({
    "road/nodes/nodes.ts": `import "../context.ts";`,
    "road/nodes/bus.ts": "",
    "road/context.ts": `import "./nodes/bus.ts";`,
  });
  assert.match(roomCircles(back)[0]!, /road\/context\.ts → road\/nodes → road\/context\.ts;/);
});

Deno.test("circles: in any graph each node that can come back to itself is in one, and only such nodes", () => {
  const node = fc.integer({ min: 0, max: 8 }).map((n) => `n${n}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(node, node), { maxLength: 16 }), (pairs) => {
      const arrows = new Map<string, Set<string>>();
      for (const [from, to] of pairs) arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
      const comesBack = (start: string) => {
        const reached = new Set(arrows.get(start));
        for (const next of reached) for (const after of arrows.get(next) ?? []) reached.add(after);
        return reached.has(start);
      };
      const found = circles(arrows);
      for (const circle of found) {
        circle.forEach((each, at) => assert.ok(arrows.get(each)!.has(circle[(at + 1) % circle.length]!)));
      }
      const named = new Set(found.flat());
      assert.deepEqual([...named].sort(), [...arrows.keys()].filter(comesBack).sort());
    }),
    { numRuns: 500 },
  );
});
