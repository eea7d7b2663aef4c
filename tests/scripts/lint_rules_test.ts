import assert from "node:assert/strict";
import { ROOT } from "../../scripts/files.ts";
import { checks } from "../../scripts/runner/checks.ts";
import plugin from "../../scripts/lint_rules.ts";
import { TempDir } from "../support/temp_dir.ts";

/** The part of `Deno.lint` that is used: its types are among the unstable ones. */
const { lint } = Deno as unknown as {
  lint: { runPlugin(rules: typeof plugin, path: string, source: string): { id: string }[] };
};

const FORBIDDEN: readonly (readonly [path: string, source: string, rule: string])[] = [
  ["cli/a.ts", `if (bad) Deno.exit(1);`, "no-exit"],
  ["cli/a.ts", `process.exit(1);`, "no-exit"],
  ["cli/a.ts", `globalThis.Deno?.exit(1);`, "no-exit"],
  ["cli/a.ts", `process["abort"]();`, "no-exit"],
  ["cli/a.ts", `const end = Deno.exit;`, "no-exit"],
  ["cli/a.ts", `const { exit } = Deno;`, "no-exit"],
  ["road/a.ts", `import { exit as end } from "node:process";`, "no-exit"],
  ["scripts/a.ts", `Deno.exit(1);`, "no-exit"],
  ["transport/a.ts", `const began = Date.now();`, "steady-clock"],
  ["session/a/b.ts", `const now = globalThis.Date.now;`, "steady-clock"],
  ["cli/a.ts", `const date = new Date();`, "steady-clock"],
  ["cli/a.ts", `const date = new globalThis.Date();`, "steady-clock"],
  ["cli/a.ts", `const text = Date();`, "steady-clock"],
  ["cli/a.ts", `/** A file. */\nimport "./b.ts";\nexport class A {}`, "documented-export"],
  ["road/a.ts", `export async function a(): Promise<void> {}`, "documented-export"],
  ["cli/a.ts", `const m = await import(name);`, "plain-import"],
  ["road/a.ts", "await import(`./${name}.ts`);", "plain-import"],
  ["cli/a.ts", `new Worker(new URL(name, import.meta.url));`, "plain-import"],
  ["cli/a.ts", `const base = import.meta.url;`, "plain-import"],
  ["cli/a.ts", `new Worker(import.meta.resolve("./" + name));`, "plain-import"],
];

for (const [path, source, rule] of FORBIDDEN) {
  Deno.test(`lint: ${path} with ${source} is refused`, () => {
    const found = lint.runPlugin(plugin, ROOT + path, source);
    assert.deepEqual(found.map(({ id }) => id), [`beach/${rule}`]);
  });
}

Deno.test("lint: a function, a method or a closure of more than 60 lines is refused, whatever is around it", () => {
  const body = (lines: number) => `{\n${"work();\n".repeat(lines - 2)}}`;
  const forms = ["function f() ", "const f = () => ", "class A { f() ", "class A { constructor() "];
  for (const form of forms) {
    const source = (lines: number) => form + body(lines) + (form.startsWith("class") ? " }" : "");
    const found = (path: string, lines: number) =>
      lint.runPlugin(plugin, ROOT + path, source(lines)).map(({ id }) => id);
    assert.deepEqual(found("cli/a.ts", 61), ["beach/short-function"], form);
    assert.deepEqual(found("session/a/b.ts", 61), ["beach/short-function"], form);
    assert.deepEqual([found("cli/a.ts", 60), found("tests/a.ts", 61)], [[], []], form);
  }
});

Deno.test("lint: what is allowed passes", () => {
  const allowed: readonly (readonly [path: string, source: string])[] = [
    ["main.ts", `Deno.exit(await main());`],
    ["cli/a.ts", `Deno.exitCode = 1; events.exit(status); const later = new Date(0); Date.parse(text);`],
    ["cli/a.ts", `// Deno.exit(1)\nconst text = "Deno.exit(1) Date.now()"; const at = performance.now();`],
    ["road/a.ts", `const at = Date.now();`],
    ["cli/a.ts", `await import("./b.ts"); new URL("./c.ts", import.meta.url); new URL(name, base);`],
    ["cli/a.ts", `/** What. */\nexport class A {}\nclass B {}\nexport const c = 1;`],
    [
      "cli/a.ts",
      `/** What. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: number) { return x; }`,
    ],
    ["tests/a.ts", `await import(name); Deno.exit(1); Date.now();`],
  ];
  for (const [path, source] of allowed) {
    assert.deepEqual(lint.runPlugin(plugin, ROOT + path, source), [], source);
  }
});

Deno.test("a file that can't be read as a program fails lint or types, though lint alone lets some pass", async () => {
  await using dir = await TempDir.create();
  await Deno.copyFile(`${ROOT}deno.json`, `${dir.path}/deno.json`);
  await dir.write({ "scripts/lint_rules.ts": "export default { name: 'beach', rules: {} };\n" });
  const all = await checks(ROOT, false);
  const both = all.filter(({ name }) => name === "lint" || name === "types");
  const failed = async (text: string | Uint8Array) => {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    await Deno.writeFile(dir.join("scripts/a.ts"), bytes);
    const ran = await Promise.all(both.map(async ({ name, args }) => {
      const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: dir.path })
        .output();
      return success ? [] : [name];
    }));
    return ran.flat();
  };
  assert.deepEqual(await failed("export const a = 1;\n"), []);
  const broken = ["const a = ;\n", "<<<<<<< HEAD\n", 'export const a = "x\n";\n', "export const a = 1;\0\n"];
  for (const text of broken) assert.ok((await failed(text)).includes("types"), JSON.stringify(text));
  const notUtf8 = Uint8Array.from([...new TextEncoder().encode('export const a = "'), 0xff, 34, 59, 10]);
  assert.deepEqual(await failed(notUtf8), ["lint"]);
});
