import assert from "node:assert/strict";
import fc from "fast-check";
import { EscapeParser, type Typed } from "../../cli/escape.ts";
import { escapeName } from "../../cli/escape_key.ts";

const KEY = 0x1e;
const bytes = (text: string) => new TextEncoder().encode(text);

/** `"abc" leave help`: what came out, pieces that follow each other put together. */
function read(pieces: readonly string[], key: number | null = KEY): string[] {
  const parser = new EscapeParser(key);
  return show(pieces.flatMap((piece) => parser.read(bytes(piece))));
}

function show(typed: readonly Typed[]): string[] {
  const words: string[] = [];
  for (const one of typed) {
    if (one.kind !== "send") words.push(one.kind);
    else {
      const text = JSON.stringify(new TextDecoder("latin1").decode(one.bytes));
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
  ["nothing after leaving", ["\x1e.rm -rf\r"], ["leave"]],
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

Deno.test("escape: while the command is awaited it says so", () => {
  const parser = new EscapeParser(KEY);
  parser.read(bytes("\x1e"));
  assert.ok(parser.pending);
  parser.read(bytes("x"));
  assert.ok(!parser.pending);
});

Deno.test("escape: input without the key goes through unchanged, however it is cut", () => {
  const piece = fc.uint8Array({ maxLength: 40 }).map((array) => array.map((b) => b === KEY ? 0x61 : b));
  // The key's other forms hold no byte that random bytes are likely to make.
  fc.assert(fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
    const parser = new EscapeParser(KEY);
    const sent = pieces.flatMap((one) => parser.read(one)).flatMap((one) =>
      one.kind === "send" ? [...one.bytes] : [-1]
    );
    assert.deepEqual(sent, pieces.flatMap((one) => [...one]));
  }));
});
