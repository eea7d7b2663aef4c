import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import fc from "fast-check";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { ViewerFilter } from "../../../session/vt/viewer_filter.ts";
import { describe, makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const bytesOf = (latin1: string) => Uint8Array.from(latin1, (c) => c.charCodeAt(0));

/** Parts of characters, and bytes that begin none. */
const pieces = fc.constantFrom(
  ...[
    "\xff",
    "\xc3",
    "\xe6",
    "\xe6\x97",
    "\xf0\x9f",
    "\xf0\x9f\x99",
    "\xc0",
    "\xc0\x80",
    "\xed\xa0\x80",
    "\x80",
    "\xbf",
  ],
  ...["\xe0\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8", "\xe0\xa0", "\xef\xbf", "\x9b", "\xc2"],
  ...["a", " ", "|", "\xc3\xa4", "\xe6\x97\xa5", "\xf0\x9f\x99\x82", "\xef\xbf\xbd"],
);
// Two pieces may be a mark (U+081B), which needs a letter before it.
const broken = fc.array(pieces, { minLength: 1, maxLength: 20 }).map((all) => bytesOf(`a${all.join("")}.`))
  // Two of them may be a whole control.
  .filter((bytes) => !/[\x80-\x9f]/.test(new TextDecoder().decode(bytes)));

/** A screen's first row, in one write and byte by byte. */
function row(bytes: Uint8Array): string {
  const [whole, each] = [makeScreen(200, 3), makeScreen(200, 3)];
  whole.write(bytes);
  for (const byte of bytes) each.write(Uint8Array.of(byte));
  assert.equal(describe(each), describe(whole));
  assert.equal(whole.faults, 0);
  return (whole.terminal as xterm.Terminal).buffer.active.getLine(0)!.translateToString(true);
}

Deno.test("bytes that are no UTF-8 show as U+FFFD in every view, as a text decoder has them", () => {
  fc.assert(fc.property(broken, fc.nat(60), (bytes, cut) => {
    const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    assert.equal(row(bytes), expected);
    for (const filter of [new QueryFilter(), new ViewerFilter(() => "")]) {
      const out = [...filter.push(bytes.subarray(0, cut)), ...filter.push(bytes.subarray(cut))];
      assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(out)), expected);
    }
  }));
});

Deno.test("a snapshot inside of a character that breaks goes on as at the host", () => {
  const bytes = bytesOf("a\xe6\x97b\xf0\x9f\x99\xff\xe6\x97\xa5\xc3.");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const [host, viewer] = [makeScreen(40, 3), makeScreen(7, 3)];
    host.write(bytes.subarray(0, cut));
    viewer.load(host.snapshot());
    viewer.write(bytes.subarray(cut));
    host.write(bytes.subarray(cut));
    assert.equal(describe(viewer), describe(host), `at ${cut}`);
  }
});

Deno.test("inside of sequences and strings they are left out", () => {
  const screen = makeScreen(40, 3);
  screen.write(bytesOf("\x1b]2;a\xffb\xe6\x97c\x07\x1b[3\xff1mred\x1b[\xe6\x971mx"));
  assert.equal(screen.emulator._inputHandler._windowTitle, "abc");
  assert.equal(screen.lines(0, 1).rows[0]![0], "\x1b[0;31mred\x1b[0;1;31mx\x1b[m");
  for (const filter of [new QueryFilter(), new ViewerFilter(() => "")]) {
    const out = new TextDecoder().decode(filter.push(bytesOf("\x1b]2;a\xffb\x07\x1b[3\xff1mred")));
    assert.equal(out.replace("\x1b\\", "\x07"), "\x1b]2;ab\x07\x1b[31mred");
  }
  assert.equal(row(encode("\ufeffa\u{ffff}b")), "a\u{ffff}b");
});
