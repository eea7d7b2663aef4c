import assert from "node:assert/strict";
import { checkBrowserTypes, isShared } from "../../scripts/check_browser_types.ts";
import {
  checkFolders,
  checkLength,
  checkTopLevel,
  checkTree,
  checkWords,
  MAX_FILES,
  MAX_LINES,
} from "../../scripts/check_tree.ts";
import { ROOT } from "../../scripts/files.ts";
import { checkListed, checkNames } from "../../scripts/names.ts";
import { TempDir } from "../support/temp_dir.ts";

Deno.test("tree: unknown names at the top, long files, full folders and words of unfinished work are named", () => {
  assert.deepEqual(checkTopLevel(["cli", "main.ts", ".github", "dist"], ["dist/"]), []);
  assert.match(checkTopLevel(["utils"])[0]!, /^utils: has no place at the top/);
  assert.deepEqual(checkLength("a.ts", "x\n".repeat(MAX_LINES)), []);
  assert.match(checkLength("a.css", "x\n".repeat(MAX_LINES + 1))[0]!, /^a\.css: has 251 lines/);
  assert.match(checkLength("a.mjs", "x\n".repeat(MAX_LINES + 1))[0]!, /^a\.mjs: has 251 lines/);
  assert.deepEqual(checkLength("README.md", "x\n".repeat(1000)), []);
  const files = (count: number) => Array.from({ length: count }, (_, n) => `cli/host/${n}.ts`);
  assert.deepEqual(checkFolders([...files(MAX_FILES), "cli/a.ts"]), []);
  assert.match(checkFolders(files(MAX_FILES + 1))[0]!, /^cli\/host: has 21 files/);
  assert.match(checkWords("a.ts", `ok\n// ${"TO" + "DO"}: later`)[0]!, /^a\.ts:2: says/);
  assert.deepEqual(checkWords("a.ts", "a mastodon"), []);
});

Deno.test("the tree's checker walks it and finds what is wrong in it", async () => {
  await using dir = await TempDir.create();
  const root = dir.tmp;
  await Deno.mkdir(`${root}/frames`);
  await Deno.mkdir(`${root}/lib`);
  await Deno.writeTextFile(`${root}/frames/b.ts`, "\n".repeat(300));
  const tree = (await checkTree(root)).join("\n");
  assert.match(tree, /^lib: has no place/m);
  assert.match(tree, /^frames\/b\.ts: has 300 lines/m);
});

Deno.test("names: files and sections that pages and comments name are there", () => {
  const texts = (entries: Record<string, string>) =>
    new Map(
      Object.entries({ "a/b/c.ts": "", "a/PAGE.md": "# Page\n\n## One thing\n\n**Bold.** More", ...entries }),
    );
  const found = (path: string, text: string) => checkNames(path, texts({ [path]: text }));
  const good =
    "`b/c.ts`, `c.ts`, `../a/b/c.ts`, `*.ts`, `/x.css`, [it](../a/PAGE.md#one), [all](b/), [away](https://a.b/c.md)";
  assert.deepEqual(found("a/R.md", good), []);
  assert.match(found("a/R.md", "`b/gone.ts`")[0]!, /^a\/R\.md: names b\/gone\.ts/);
  assert.match(found("a/R.md", "[it](c.ts)")[0]!, /names c\.ts/);
  assert.match(found("a/R.md", "[it](c/)")[0]!, /names c\//);
  assert.deepEqual(found("a/R.md", '`PAGE.md`, "One thing"; `PAGE.md` ("Bold" and "Page")'), []);
  assert.match(found("R.md", '`a/PAGE.md`, "Another thing"')[0]!, /no such heading/);
  assert.deepEqual(found("a/d.ts", '/** `PAGE.md`, "One\n * thing" */'), []);
  assert.match(found("a/d.ts", '/** `PAGE.md`, "Two\n * things" */')[0]!, /"Two things"/);
});

Deno.test("names: each source is in a table of its folder's page", () => {
  const texts = new Map([["session/README.md", "| `a/b.ts` | it |"], ["session/a/b.ts", ""], [
    "road/web/page.ts",
    "",
  ]]);
  assert.deepEqual(checkListed(texts), []);
  assert.match(
    checkListed(texts.set("session/a/c.ts", ""))[0]!,
    /^session\/a\/c\.ts: is in no table of session\/README\.md/,
  );
});

Deno.test("browser types: Deno and node are unknown there, the DOM is not", async () => {
  assert.ok(isShared("road/web/page.ts") && isShared("transport/link.ts"));
  assert.ok(
    !isShared("transport/native/node_datachannel.ts") && !isShared("road/sessions.ts") &&
      !isShared("cli/host.ts"),
  );
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
