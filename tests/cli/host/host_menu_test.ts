/** The host's menu, key by key, in windows of 80 and 40 columns. */
import assert from "node:assert/strict";
import { HostMenu } from "../../../cli/host/host_menu.ts";
import { rowCells } from "../../../session/render/row_cells.ts";
import { Controlled } from "../control/controlled.ts";

const [UP, DOWN, ESC] = ["\x1b[A", "\x1b[B", "\x1b"];

/** What the menu shows, row by row, up to its last one. */
function rows(menu: HostMenu, cols = 80, height = 24): string[] {
  const view = menu.view({ cols, rows: height });
  const shown: string[] = [];
  for (let n = 0; view.row(n) !== undefined; n++) shown.push(view.row(n)![0]);
  assert.ok(shown.length < height, `${shown.length} rows in ${height}`);
  for (const row of shown) assert.ok(rowCells(row, Infinity).length <= cols, `${row} in ${cols}`);
  return shown;
}

const chosen = (menu: HostMenu) => rows(menu).find((row) => row.startsWith(">"));

Deno.test("the menu lists who is here, and says its keys, at 80 and at 40 columns", () => {
  using host = new Controlled();
  const menu = new HostMenu(host.controls);
  assert.match(rows(menu)[1]!, /7kq2mx: nobody has joined/);
  menu.key("k");
  assert.equal(menu.words, "Nobody has joined");
  host.join("aaaaaaaa", "Ada", "write");
  host.join("bbbbbbbb", '日本\u202e"语', "view");
  host.join("cccccccc", "", "view");
  for (const cols of [80, 40, 20]) {
    const text = rows(menu, cols).join("\n");
    assert.match(text, /^>1 "Ada"/m);
    assert.doesNotMatch(text, /\u202e/);
    for (const key of ["p lets type", "k kicks", "e ends"]) {
      assert.ok(text.includes(key), `${key} at ${cols}`);
    }
  }
  assert.match(rows(menu, 40).join("\n"), /"Ada" +types +no link/);
  assert.match(rows(menu).join("\n"), /^ 3 cccccccc/m);
});

Deno.test("the menu: a viewer is chosen, may type, may watch only, is shown out after a second press", () => {
  using host = new Controlled();
  host.join("aaaaaaaa", "Ada", "write");
  host.join("bbbbbbbb", "Bob", "view");
  const menu = new HostMenu(host.controls);
  assert.match(chosen(menu)!, /Ada/);
  menu.key(UP);
  assert.match(chosen(menu)!, /Ada/);
  menu.key(DOWN);
  assert.match(chosen(menu)!, /Bob/);
  menu.key("p");
  assert.equal(menu.words, '"Bob" types now');
  menu.key("1");
  menu.key("m");
  assert.equal(menu.words, '"Ada" watches, forwards, files now; there is a new code');
  menu.key("v");
  assert.equal(menu.words, '"Ada" watches now');
  assert.equal(host.story.length, 1);
  assert.equal(menu.key("k"), "stays");
  // Another key in between takes it back.
  menu.key("2");
  menu.key("k");
  assert.match(menu.words, /Press k again: "Bob"/);
  host.runtime.leave("bbbbbbbb", "left");
  // The one who was meant has gone: nobody else is shown out in its place.
  menu.key("k");
  assert.match(menu.words, /Press k again: "Ada"/);
  menu.key("k");
  assert.match(menu.words, /"Ada" was shown out/);
});

Deno.test("the menu: the door, new codes and the end; Esc leaves", () => {
  using host = new Controlled();
  const menu = new HostMenu(host.controls);
  menu.key("l");
  assert.match(rows(menu)[1]!, /the door is locked/);
  menu.key("l");
  assert.ok(!host.door.peers.locked);
  assert.equal(menu.key("c"), "stays");
  assert.deepEqual(host.story, []);
  assert.equal(menu.key("c"), "codes");
  assert.match(host.story[0]!, /^write and view replaced/);
  menu.key("e");
  assert.equal(menu.key("e"), "leaves");
  assert.equal(host.story[1], "ended");
  for (const key of [ESC, "q", "\r"]) assert.equal(menu.key(key), "leaves");
});

Deno.test("the menu of many viewers keeps the chosen one in the window", () => {
  using host = new Controlled();
  for (let n = 0; n < 50; n++) host.join(`peer${n}`, `Viewer ${n}`, "view");
  const menu = new HostMenu(host.controls);
  for (let n = 0; n < 40; n++) menu.key(DOWN);
  assert.match(chosen(menu)!, /Viewer 40/);
  for (let n = 0; n < 60; n++) menu.key(DOWN);
  assert.match(chosen(menu)!, /Viewer 49/);
  menu.key("s");
  assert.match(rows(menu).join("\n"), /no link/);
});

Deno.test("the menu at a host that lets nobody type says so", () => {
  using host = new Controlled(true);
  host.join("aaaaaaaa", "Ada", "view");
  const menu = new HostMenu(host.controls);
  menu.key("p");
  assert.match(menu.words, /^Not done: nobody who joins may type/);
});
