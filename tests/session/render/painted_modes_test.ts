// deno-lint-ignore-file no-control-regex -- terminal output is made of them
/** What a painted terminal gets besides the picture: modes, and what a program says once. */
import assert from "node:assert/strict";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import { ViewerFilter } from "../../../session/vt/viewer_filter.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const passes = (text: string) => new QueryFilter().string(text);

Deno.test("mouse modes are set as the program asked for them, painted and from a snapshot: a terminal may lack the last", () => {
  const screen = makeScreen(20, 8);
  const renderer = new Renderer(screen, 20, 8, passes);
  renderer.render();
  screen.write(encode("\x1b[?1000h\x1b[?1003h\x1b[?1002h\x1b[?1003h\x1b[?1006h"));
  const inOrder = /\x1b\[\?1000h.*\x1b\[\?1002h.*\x1b\[\?1003h.*\x1b\[\?1006h/;
  assert.match(decode(renderer.render()), inOrder);
  assert.match(decode(screen.snapshot().data), inOrder);
  const viewer = makeScreen(20, 8);
  viewer.load(screen.snapshot());
  assert.deepEqual(viewer.shadow.mouse, [1000, 1002, 1003]);
  screen.write(encode("\x1b[?1003l"));
  assert.match(decode(renderer.render()), /\x1b\[\?1006l.*\x1b\[\?1000l.*\x1b\[\?1002l.*\x1b\[\?1003l/);
  assert.doesNotMatch(decode(screen.snapshot().data), /\?100[0-3]/);
});

Deno.test("what a program says once reaches a painted viewer as far as it may, and only while it is painted", () => {
  const screen = makeScreen(20, 3);
  const filter = new ViewerFilter(() => "");
  const renderer = new Renderer(screen, 20, 3, (text) => filter.string(text));
  screen.write(encode("\x1b]9;before\x07"));
  renderer.render();
  const allowed = [
    "7;file://host/tmp",
    "9;done",
    "9;4;1;50",
    "22;pointer",
    "99;i=1:d=1;hello",
    "133;A",
    "777;notify;a;b",
  ];
  const others = [
    "7;file:///tmp",
    "9;7;cmd",
    "22;?",
    "99;i=1:a=report;x",
    "777;x;y",
    "1337;OpenURL=:aGk=",
    "50;#1",
  ];
  for (const text of [...allowed, ...others]) screen.write(encode(`\x1b]${text}\x07`));
  const out = decode(renderer.render());
  for (const text of allowed) assert.ok(out.includes(`\x1b]${text}\x1b\\`), text);
  for (const text of [...others, "9;before"]) assert.ok(!out.includes(`\x1b]${text}`), text);
  screen.write(encode("\x1b]8;;file:///etc/passwd\x07a\x1b]8;;https://example.org\x07b\x1b]8;;\x07"));
  const links = decode(renderer.render());
  assert.ok(links.includes("https://example.org") && !links.includes("file:"), links);
});

Deno.test("a painted terminal has what the program set for keys, wheel, cursor and colours, and loses it with the program", () => {
  const all: readonly (readonly [set: string, unset: string])[] = [
    ...[1, 5, 1004, 1007, 2004].map((mode) => [`\x1b[?${mode}h`, `\x1b[?${mode}l`] as const),
    ["\x1b=", "\x1b>"],
    ["\x1b[3 q", "\x1b[0 q"],
    ["\x1b[>5u", "\x1b[<u"],
    ["\x1b[>4;2m", "\x1b[>4m"],
  ];
  for (const [set, unset] of all) {
    const screen = makeScreen(20, 3);
    const renderer = new Renderer(screen, 20, 3, passes);
    renderer.render();
    screen.write(encode(set));
    assert.ok(decode(renderer.render()).includes(set), JSON.stringify(set));
    screen.write(encode("\x1bc"));
    assert.ok(decode(renderer.render()).includes(unset), JSON.stringify(unset));
  }
});
