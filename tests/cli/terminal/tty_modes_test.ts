import assert from "node:assert/strict";
import fc from "fast-check";
import { RESET_COLOURS } from "../../../session/render/terminal_modes.ts";
import { TtyModes } from "../../../cli/terminal/tty_modes.ts";

/** What is sent always: shift in, no link, no attributes. */
const ALWAYS = "\x0f\x1b]8;;\x1b\\\x1b[0m";

function restore(...pieces: string[]): string {
  const modes = new TtyModes();
  for (const piece of pieces) modes.read(new TextEncoder().encode(piece));
  const text = modes.restore(20);
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
  ["origin mode, which a saved cursor would keep", "\x1b[3;9r\x1b[?6h", "\x1b[?6l\x1b[r\x1b[9999H"],
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
  [
    "what belongs to the alternate screen, once that is left",
    "\x1b[?47h\x1b[>3u\x1b7\x1b[?47l",
    "\x1b[?47h\x1b[=0u\x1b[<1u\x1b[?6l\x1b[r\x1b[m\x1b(B\x1b)B\x1b*B\x1b+B\x0f\x1b[H\x1b7\x1b[?47l",
  ],
  ["xterm's other keys", "\x1b[>4;2m", "\x1b[>4m"],
  ["keypad", "\x1b=", "\x1b>"],
  ["line drawing", "\x1b(0", "\x1b(B\x1b)B\x1b*B\x1b+B\x0f"],
  ["US-ASCII is no other set", "\x1b(B", ""],
  ["line drawing as G2 or G3", "\x1b*0\x1bn\x1b+0", "\x1b(B\x1b)B\x1b*B\x1b+B\x0f"],
  ["tab stops", "\x1b[3g", "\x1b7\r\x1b[3g\x1bH\x1b[8C\x1bH\x1b[8C\x1bH\x1b8\x1b[?5W"],
  ["a tab stop", "ab\x1bH", "\x1b7\r\x1b[3g\x1bH\x1b[8C\x1bH\x1b[8C\x1bH\x1b8\x1b[?5W"],
  ["blinking", "\x1b[?12h", "\x1b[?12l\x1b[0 q"],
  ["the wheel's arrows", "\x1b[?1007h", "\x1b[?1007l"],
  ["what Meta sends", "\x1b[?1034h\x1b[?1036l", "\x1b[?1034l\x1b[?1036h"],
  ["what a bell does", "\x1b[?1042;1043h", "\x1b[?1042l\x1b[?1043l"],
  ["no repeat, Backspace, 132 columns", "\x1b[?8l\x1b[?67;3h", "\x1b[?8h\x1b[?67l\x1b[?3l"],
  ["reports by themselves", "\x1b[?2031;2048;5522;9001h", "\x1b[?2031l\x1b[?2048l\x1b[?5522l\x1b[?9001l"],
  ["keyboard locked, local echo", "\x1b[2h\x1b[12l", "\x1b[2l\x1b[12h"],
  ["eight bits, no UTF-8, printer", "\x1b G\x1b%@\x1b[5i", "\x1b F\x1b%G\x1b[4i"],
  ["the same, undone by the program", "\x1b G\x1b%@\x1b[5i\x1b F\x1b%G\x1b[4i", ""],
  ["programmed keys", "\x1bP1;1|17/6c730d\x1b\\", "\x1bP0;1|\x1b\\"],
  ["progress, pointer", "\x1b]9;4;1;50\x07\x1b]22;wait\x07", "\x1b]9;4;0\x1b\\\x1b]22;\x1b\\"],
  ["progress, pointer gone", "\x1b]9;4;1;50\x07\x1b]22;wait\x07\x1b]9;4;0\x07\x1b]22;\x07", ""],
  ["pointer hiding, title modes", "\x1b[>2p\x1b[>1;3t", "\x1b[>1p\x1b[>T"],
  ["saved titles", "\x1b[22;0t\x1b]0;a\x07\x1b[22t\x1b[23t", "\x1b[23;0t"],
  ["protected text", '\x1b[1"q', '\x1b[0"q'],
  ["protected text ended", '\x1b[1"q\x1b[0"q', ""],
  ["xterm's keys, several", "\x1b[>1;1m\x1b[>4;2m\x1b[>4m", "\x1b[>1m"],
  ["cursor shape", "\x1b[5 q", "\x1b[0 q"],
  ["cursor shape back", "\x1b[5 q\x1b[0 q", ""],
  ["colours", "\x1b]11;#000000\x07", `\x1b]105\x1b\\${RESET_COLOURS}`],
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
    modes.restore(20);
  }));
});

Deno.test("however many modes and resources are told, what undoes them stays short", () => {
  const modes = new TtyModes();
  for (let i = 0; i < 100_000; i++) {
    modes.read(new TextEncoder().encode(`\x1b[>${i};1m\x1b[?${i}h\x1b[${i}h\x1b[>1u\x1b[22;0t`));
  }
  assert.ok(modes.restore(80).length < 2000, `${modes.restore(80).length} characters`);
});
