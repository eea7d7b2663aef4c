import assert from "node:assert/strict";
import fc from "fast-check";
import { EscapeParser, type Typed } from "../../../cli/terminal/escape.ts";
import { escapeName } from "../../../cli/terminal/key_press.ts";

const KEY = 0x1e;
const bytes = (text: string) => new TextEncoder().encode(text);

const COMMANDS = { ".": "leave", "?": "help", "[": "scroll", S: "numbers" } as const;
type Command = (typeof COMMANDS)[keyof typeof COMMANDS];
const MOMENT = 500;

const parser = (key: number | null = KEY) =>
  new EscapeParser<Command>(key, () => ({ keys: COMMANDS, moment: MOMENT }));

/** `"abc" leave help`: what came out, pieces that follow each other put together. Each piece is a read of its own, 100 ms after the last. */
function read(pieces: readonly string[], key: number | null = KEY): string[] {
  const one = parser(key);
  return show(pieces.flatMap((piece, i) => one.read(bytes(piece), i * 100)));
}

function show(typed: readonly Typed<Command>[]): string[] {
  const words: string[] = [];
  for (const one of typed) {
    if (one.kind === "command") words.push(one.command);
    else {
      const text = JSON.stringify(
        one.inputs.map((input) => new TextDecoder("latin1").decode(input.bytes)).join(""),
      );
      if (words.at(-1)?.endsWith('"')) words.push((words.pop()! + text).replace('""', ""));
      else words.push(text);
    }
  }
  return words;
}

const CASES: readonly [name: string, pieces: string[], wanted: string[]][] = [
  ["plain keys", ["ls -la\r"], ['"ls -la\\r"']],
  ["leave", ["ab\x1e."], ['"ab"', "leave"]],
  ["leave, in two pieces", ["\x1e", "."], ["leave"]],
  ["what is typed after", ["\x1e.ls\r"], ["leave", '"ls\\r"']],
  ["typed ahead", ["exit 1\r\x1e."], ['"exit 1\\r"', "leave"]],
  ["typed ahead, in two pieces", ["exit 1\r\x1e", "."], ['"exit 1\\r"', "leave"]],
  ["numbers", ["a\x1esb"], ['"a"', "numbers", '"b"']],
  ["help, then more", ["\x1e?x"], ["help", '"x"']],
  ["the key itself, by its character", ["\x1e^"], ['"\\u001e"']],
  ["the key itself, twice", ["\x1e\x1e."], ['"\\u001e."']],
  ["another key takes the escape key along", ["\x1ex"], ['"\\u001ex"']],
  ["an arrow takes the escape key along", ["\x1e\x1b[A"], ['"\\u001e\\u001b[A"']],
  ["a lone Esc is not held", ["\x1b"], ['"\\u001b"']],
  ["kitty's Ctrl-^", ["\x1b[94;5u."], ["leave"]],
  ["kitty's Ctrl-Shift-6, keys let go", ["\x1b[54:94;6u\x1b[54:94;6:3u\x1b[46u"], ["leave"]],
  ["kitty's question mark", ["\x1b[94;5u\x1b[47:63;2u"], ["help"]],
  ["xterm's modifyOtherKeys", ["\x1b[27;5;94~."], ["leave"]],
  ["kitty's other key takes it along as it came", ["\x1b[94;5u\x1b[97u"], ['"\\u001b[94;5u\\u001b[97u"']],
  ["a dot with Ctrl is another key", ["\x1e\x1b[46;5u"], ['"\\u001e\\u001b[46;5u"']],
];

for (const [name, pieces, wanted] of CASES) {
  Deno.test(`escape: ${name}`, () => assert.deepEqual(read(pieces), wanted));
}

Deno.test("escape: another key, and none", () => {
  assert.deepEqual(read(["\x1e.\x01."], 1), ['"\\u001e."', "leave"]);
  assert.deepEqual(read(["\x01a"], 1), ['"\\u0001"']);
  assert.deepEqual(read(["\x1b[97;5u."], 1), ["leave"]);
  assert.deepEqual(read(["\x1e."], null), ['"\\u001e."']);
  assert.equal(escapeName(KEY), "Ctrl-^");
});

Deno.test("escape: nothing of a paste is a command, with brackets and without", () => {
  const rows: [name: string, pieces: string[]][] = [
    ["bracketed", ["\x1b[200~\x1e.\x1b[201~"]],
    ["bracketed, cut anywhere", ["\x1b[20", "0~a\x1e", ".b\x1e[\x1b[2", "01~"]],
    ["bracketed, with what looks like its begin", ["\x1b[200~\x1b[200~\x1e.\x1b[201~"]],
    ["many keys in one read", ["rec1\x1e.rec2"]],
    ["a JSON text sequence", ['\x1e{"a":1}\n\x1e[1]\n\x1e"s"\n']],
  ];
  for (const [name, pieces] of rows) assert.deepEqual(read(pieces), [JSON.stringify(pieces.join(""))], name);
  // The last read of a long paste is short, and soon.
  const one = parser();
  const typed = [...one.read(bytes("x".repeat(4095)), 0), ...one.read(bytes("\x1e."), 10)];
  assert.equal(show(typed)[0]?.length, 4097 + '""\\u001e'.length - 1);
  assert.deepEqual(show(one.read(bytes("\x1e."), 200)), ["leave"]);
  assert.deepEqual(read(["\x1b[200~a\x1b[201~", "\x1e."]), ['"\\u001b[200~a\\u001b[201~"', "leave"]);
});

Deno.test("escape: a bracketed paste whose end never came takes the keys for two seconds", () => {
  const one = parser();
  one.read(bytes("\x1b[200~half"), 0);
  assert.deepEqual(show(one.read(bytes("\x1e."), 1000)), ['"\\u001e."']);
  assert.deepEqual(show(one.read(bytes("\x1e."), 3500)), ["leave"]);
});

Deno.test("escape: without a command within the moment the key is the program's", () => {
  const one = parser();
  assert.deepEqual(one.read(bytes("\x1e"), 1000), []);
  assert.equal(one.until, 1000 + MOMENT);
  assert.deepEqual(show(one.expire()), ['"\\u001e"']);
  assert.equal(one.until, Infinity);
  assert.deepEqual(show(one.read(bytes("."), 1600)), ['"."']);
});

Deno.test("escape: what nobody typed passes while a command is awaited, and ends no wait", () => {
  assert.deepEqual(read(["\x1e", "\x1b[I", "\x1b[<35;3;4M", "."]), ['"\\u001b[I\\u001b[<35;3;4M"', "leave"]);
  assert.deepEqual(read(["\x1b[94;5u", "\x1b[57441;2u", "\x1b[47:63;2u"]), ["help"]);
  assert.deepEqual(read(["\x1e", "\x1b]11;rgb:0/0/0\x07", "."]), ["leave"]);
});

Deno.test("escape: input without the key goes through unchanged, however it is cut", () => {
  const piece = fc.uint8Array({ maxLength: 40 }).map((array) => array.map((b) => b === KEY ? 0x61 : b));
  // The key's other forms and answers hold bytes that random ones are not likely to make together.
  fc.assert(fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
    const one = parser();
    const typed = [...pieces.flatMap((part, i) => one.read(part, i)), ...one.flush(9)];
    const sent = typed.flatMap((part) =>
      part.kind === "send" ? part.inputs.flatMap((input) => [...input.bytes]) : [-1]
    );
    assert.deepEqual(sent, pieces.flatMap((part) => [...part]));
  }));
});
