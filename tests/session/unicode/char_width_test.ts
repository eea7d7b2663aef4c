import assert from "node:assert/strict";
import { charWidth, graphemeClass } from "../../../session/unicode/char_width.ts";
import { GraphemeClass } from "../../../session/unicode/grapheme_class.ts";
import { glibc, testWith } from "../../support/needs.ts";

const LAST = 0x10ffff;
const hex = (code: number) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** Of another width since Unicode 15 or 16, which later C libraries have; here as before (`scripts/make_unicode.ts`). */
const CHANGED = (code: number) =>
  (code >= 0x2630 && code <= 0x2637) || (code >= 0x268a && code <= 0x268f) || code === 0x1171e ||
  (code >= 0x1d300 && code <= 0x1d376);
/** The C library whose widths those were: of Unicode 14. */
const OLDER = "2.36";

testWith([glibc], "every code point that the C library knows has the width that it gives it", () => {
  const CTYPE = 0;
  const library = Deno.dlopen("libc.so.6", {
    setlocale: { parameters: ["i32", "buffer"], result: "pointer" },
    gnu_get_libc_version: { parameters: [], result: "pointer" },
    wcwidth: { parameters: ["i32"], result: "i32" },
  });
  const set = library.symbols.setlocale(CTYPE, new TextEncoder().encode("C.UTF-8\0"));
  assert.ok(set, "there is no C.UTF-8 here");
  const version = Deno.UnsafePointerView.getCString(library.symbols.gnu_get_libc_version()!);
  const older = version.localeCompare(OLDER, "en", { numeric: true }) <= 0;
  const wrong: string[] = [];
  for (let code = 0; code <= LAST; code++) {
    const theirs = library.symbols.wcwidth(code);
    if (theirs < 0 || (!older && CHANGED(code)) || theirs === charWidth(code)) continue;
    wrong.push(`${hex(code)}: ${charWidth(code)}, not ${theirs}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("emoji that are younger than most C libraries are wide, and what is not assigned is narrow", () => {
  for (const code of [0x1fae8, 0x1fa75, 0x1f6dc, 0x1fadc, 0x1fae9, 0x1fac6]) {
    assert.equal(charWidth(code), 2, hex(code));
  }
  for (const code of [0x378, 0xe000, 0xfffd, 0x2630, 0x268a, 0x10ffff, 0xd800]) {
    assert.equal(charWidth(code), 1, hex(code));
  }
  for (const code of [0x00, 0x1b, 0x7f, 0x85, 0x200b, 0xe0100, 0xe0020]) {
    assert.equal(charWidth(code), 0, hex(code));
  }
  // Kept for ideographs, assigned or not.
  for (const code of [0x2fffd, 0x33480, 0x3fffd]) assert.equal(charWidth(code), 2, hex(code));
});

Deno.test("grapheme classes are those by which the engine breaks text", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  const together = (text: string) => [...segmenter.segment(text)].length === 1;
  const wrong: string[] = [];
  for (let code = 0xa0; code < 0x20000; code++) {
    const char = String.fromCodePoint(code);
    // The engine's Unicode may be older; since then what is no emoji was taken out of the pictographs, and a mark from what joins the next.
    if (code === 0x11a3a) continue;
    if (/[\p{Cn}\p{Cs}]/u.test(char) || /(?!\p{Emoji})\p{Extended_Pictographic}/u.test(char)) continue;
    const kind = graphemeClass(code);
    const expected = together(`a${char}`)
      ? [GraphemeClass.Extend, GraphemeClass.SpacingMark, GraphemeClass.Joiner] as number[]
      : together(`${char}a`)
      ? [GraphemeClass.Prepend]
      : together(`👩\u200d${char}`)
      ? [GraphemeClass.Pictographic]
      : together(`🇩${char}`)
      ? [GraphemeClass.RegionalIndicator]
      : together(`${char}\u11a8`)
      ? [GraphemeClass.HangulV, GraphemeClass.HangulT, GraphemeClass.HangulLV, GraphemeClass.HangulLVT]
      : together(`\u1100${char}`)
      ? [GraphemeClass.HangulL]
      : [GraphemeClass.Other];
    if (!(expected as number[]).includes(kind)) wrong.push(`${hex(code)}: ${kind}, not ${expected}`);
  }
  assert.deepEqual(wrong, []);
});
