/** A hostile host rings and notifies: the person hears a few, and sees the newest in the end. */
import assert from "node:assert/strict";
import { AttentionPacer } from "../../../session/vt/attention_pacer.ts";
import { ViewerFilter } from "../../../session/vt/viewer_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bells = (text: string) => text.split("\x07").length - 1;

/** A clock, the pacer on it, and filters that share it as those of one viewer do. */
function paced() {
  const clock = { now: 0 };
  const pacer = new AttentionPacer(() => clock.now);
  return { clock, pacer, filter: () => new ViewerFilter(() => "", pacer) };
}

Deno.test("of a flood of bells five ring, then two a second, inside of sequences and in a new filter too", () => {
  const { clock, filter } = paced();
  assert.equal(bells(decode(filter().push(encode("\x07a\x1b[\x07m".repeat(500))))), 5);
  assert.equal(bells(decode(filter().push(encode("\x07".repeat(500))))), 0);
  clock.now += 1000;
  assert.equal(bells(decode(filter().push(encode("\x07".repeat(500))))), 2);
});

for (const form of ["]9;", "]777;notify;Title;", "]99;i=1;"]) {
  Deno.test(`of a flood of notifications ${form} five pass at once, and the newest a second later`, () => {
    const { clock, pacer, filter } = paced();
    const all = Array.from({ length: 1000 }, (_, i) => `\x1b${form}number ${i}\x1b\\`);
    const passed = decode(filter().push(encode(all.join("")))).replaceAll("\0", "");
    assert.equal(passed, all.slice(0, 5).join(""));
    assert.equal(pacer.late(), "");
    clock.now += 1000;
    assert.equal(pacer.late(), all.at(-1));
    assert.equal(pacer.late(), "");
    // Progress is no notification.
    const progress = "\x1b]9;4;1;50\x1b\\".repeat(20);
    assert.equal(decode(filter().push(encode(progress))), progress);
  });
}

Deno.test("what a painted viewer rings and is notified of is paced as well", () => {
  const { pacer, filter } = paced();
  const screen = makeScreen(20, 3);
  const passing = filter();
  const renderer = new Renderer(screen, 20, 3, (text) => passing.string(text));
  renderer.enter();
  renderer.render();
  let shown = "";
  for (let i = 0; i < 100; i++) {
    screen.write(encode(`\x07\x1b]9;number ${i}\x1b\\`));
    shown += decode(renderer.render());
  }
  assert.equal(bells(shown), 5);
  assert.equal(shown.split("\x1b]9;number").length - 1, 5);
  assert.equal(pacer.late(), "");
});
