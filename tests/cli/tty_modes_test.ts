import assert from "node:assert/strict";
import fc from "fast-check";
import { TtyModes } from "../../cli/tty_modes.ts";

/** What is sent always: shift in, no link, no attributes. */
const ALWAYS = "\x0f\x1b]8;;\x1b\\\x1b[0m";

function restore(...pieces: string[]): string {
  const modes = new TtyModes();
  for (const piece of pieces) modes.read(new TextEncoder().encode(piece));
  const text = modes.restore();
  assert.ok(text.endsWith(ALWAYS));
  return text.slice(0, -ALWAYS.length);
}

const CASES: readonly [name: string, written: string, wanted: string][] = [
  ["plain text", "hello\r\n\x1b[31mred\x1b[2J\x1b[3;4H", ""],
  ["hidden cursor", "\x1b[?25l", "\x1b[?25h"],
  ["a cursor hidden and shown", "\x1b[?25l\x1b[?25h", ""],
  ["mouse and paste in one sequence", "\x1b[?1002;1006;2004h", "\x1b[?1002l\x1b[?1006l\x1b[?2004l"],
  ["no autowrap", "\x1b[?7l", "\x1b[?7h"],
  ["insert mode", "\x1b[4h", "\x1b[4l"],
  ["modes that are not known", "\x1b[?9999h\x1b[99h", ""],
  ["alternate screen", "\x1b[?1049h", "\x1b[?1049l"],
  ["alternate screen left", "\x1b[?1049h\x1b[?1049l", ""],
  ["scroll region: the cursor stays", "\x1b[3;9r", "\x1b7\x1b[?6l\x1b[r\x1b8"],
  ["scroll region reset", "\x1b[3;9r\x1b[r", ""],
  ["saved modes are no region", "\x1b[?1r", ""],
  ["kitty's keyboard", "\x1b[>1u\x1b[>5u", "\x1b[=0u\x1b[<2u"],
  ["kitty's keyboard popped", "\x1b[>1u\x1b[<u", ""],
  ["kitty's query is no mode", "\x1b[?u", ""],
  [
    "kitty's keyboard on each screen",
    "\x1b[>1u\x1b[?1049h\x1b[>3u",
    "\x1b[=0u\x1b[<1u\x1b[?1049l\x1b[=0u\x1b[<1u",
  ],
  ["xterm's other keys", "\x1b[>4;2m", "\x1b[>4m"],
  ["keypad", "\x1b=", "\x1b>"],
  ["line drawing", "\x1b(0", "\x1b(B\x1b)B"],
  ["US-ASCII is no other set", "\x1b(B", ""],
  ["cursor shape", "\x1b[5 q", "\x1b[0 q"],
  ["cursor shape back", "\x1b[5 q\x1b[0 q", ""],
  ["colours", "\x1b]11;#000000\x07", "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\"],
  ["a title is no colour, nor is what it holds", "\x1b]2;\x1b\\title\x1b]0;[?25l\x07", ""],
  ["soft reset", "\x1b[?25l\x1b[3;9r\x1b[4h\x1b[?2004h\x1b[!p", "\x1b[?2004l"],
  ["full reset", "\x1b[?25l\x1b[?1049h\x1b[>1u\x1bc", ""],
  ["cut in a sequence", "\x1b[?25", "\x18\x1b\\"],
  ["cut in a string", "\x1b]52;c;aGVsbG8", "\x18\x1b\\"],
  ["a sequence cancelled", "\x1b[?25\x18l", ""],
];

for (const [name, written, wanted] of CASES) {
  Deno.test(`terminal modes: ${name}`, () => {
    assert.equal(restore(written), wanted);
    assert.equal(restore(...written), wanted);
  });
}

Deno.test("terminal modes: how the bytes are cut makes no difference, and any bytes are taken", () => {
  const token = fc.oneof(
    fc.constantFrom(
      "\x1b",
      "[",
      "?",
      "25",
      "1049",
      ";",
      "h",
      "l",
      "u",
      ">",
      "<",
      "]",
      "\x07",
      "\x1b\\",
      "q",
      " ",
      "r",
      "(",
      "0",
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
    assert.equal(restore(...tokens), restore(tokens.join("")));
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
    const modes = new TtyModes();
    modes.read(array);
    modes.restore();
  }));
});
