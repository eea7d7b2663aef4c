import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_COLOURS } from "../../../session/vt/colours.ts";
import { MAX_HELD, QueryFilter } from "../../../session/vt/query_filter.ts";
import { answerQueries } from "../../../session/screen/query_replies.ts";
import { makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";
import { assertSameMeaning } from "./same_meaning.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const filter = (text: string) => decode(new QueryFilter().push(encode(text)));
const RUNS = Number(Deno.env.get("BEACH_PROPERTY_RUNS") ?? 300);

const QUERIES = [
  ..."[c [0c [>c [>0c [=c [5n [6n [?6n [?15n [?996n [4$p [?2026$p [x [1x [>q [>0q [?u [?4m Z [18t [14t [16;2t [21t"
    .split(" "),
  ..."[?2;1;0S [#| [#R [1;1;1;1;1;1*y [&u [1$w [1$u ['| [?2048h [?2031h".split(" "),
  "[6\x0en",
  "[00000000000006n",
  "]4;1;?\x07",
  "]4;1;rgb:0/0/0;2;?\x1b\\",
  "]10;?\x07",
  "]11;?\x1b\\",
  "]10;red;?\x07",
  "]12;?\x07",
  "]17;?\x07",
  "]21;foreground=?\x07",
  "]22;?__current__\x07",
  "]50;?\x07",
  "]52;c;?\x07",
  "]52;;?\x1b\\",
  "]60\x07",
  "]99;i=1:p=?;\x1b\\",
  "]1337;ReportCellSize\x07",
  "]5522;type=read;dGV4dA==\x07",
  "P$qm\x1b\\",
  "P+q544e;436f\x1b\\",
  "P@kitty-cmd{}\x1b\\",
  "_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\",
];

Deno.test("queries are taken out, whole or byte by byte, and the text around them stays", () => {
  for (const query of QUERIES) {
    const bytes = encode(`before\x1b${query}after`);
    const controls = query.includes("\x0e") ? "\x0e" : "";
    assert.equal(decode(new QueryFilter().push(bytes)), `before${controls}\0after`, JSON.stringify(query));
    const slow = new QueryFilter();
    const out = Array.from(bytes, (byte) => decode(slow.push(Uint8Array.of(byte)))).join("");
    assert.equal(out, `before${controls}\0after`, `byte by byte: ${JSON.stringify(query)}`);
  }
  assert.equal(filter("a\x05b\u009b6nc\u009ad"), "a\0b\0c\0d");
});

Deno.test("what is no query passes byte for byte", () => {
  const passes = [
    ..."[m [1;31m [2J [?25l [?1049h [2 q [!p [8;24;80t [22;2t [>4;2m [>1u [=1u [<u [?1;2$x [u [1;2H 7 8 c ="
      .split(" "),
    "]0;title?\x07",
    "]2;?\x1b\\",
    "]8;;https://a/?\x1b\\",
    "]4;1;rgb:1/2/3\x07",
    "]52;c;aGVsbG8=\x07",
    "]52;c;\x07",
    "]1337;File=name=x:AAAA\x07",
    "]777;notify;?;?\x07",
    "Pq#0!5~-\x1b\\",
    "_Gq=2,i=1,f=100;AAAA\x1b\\",
    "_free form äö\x1b\\",
    "Xsos\x1b\\",
    "[3\x1b[4m",
    "[12\x18",
    "[3\n1m",
  ].map((s) => `\x1b${s}`);
  for (const sequence of passes) {
    assert.equal(filter(`ü${sequence}中`), `ü${sequence}中`, JSON.stringify(sequence));
  }
  assert.equal(filter("\x1b[?2004;2031;1h"), "\x1b[?2004;1h");
});

Deno.test("a string that was passed on is ended even where a query ended it", () => {
  assert.equal(filter("\x1b]0;title\x1b[6nx"), "\x1b]0;title\x1b\\\0x");
  assert.equal(filter("\x1b]52;c;?\x1b[31mx"), "\0\x1b[31mx");
  // A sequence that another one aborted must not come to life when that one is taken out.
  assert.equal(filter("\x1b[3\x1b[6nAx"), "\0Ax");
});

Deno.test("long strings stream through, nothing long is held, and length hides no query", () => {
  const passing = new QueryFilter();
  const image = "A".repeat(1 << 20);
  const out = passing.push(encode(`\x1bPq${image}`));
  assert.equal(out.length, image.length + 3);
  const padded = [`\x1b[${"0".repeat(MAX_HELD)}6n`, `\x1b]4;${"1;red;".repeat(MAX_HELD)}1;?\x07`];
  for (const query of padded) {
    const filter = new QueryFilter();
    assert.equal(decode(filter.push(encode(`a${query}b`))), "a\0b");
  }
});

Deno.test("cutting the stream anywhere changes nothing, and what is left means the same without any answer", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (bytes, at) => {
      assertSameMeaning(bytes, at, () => new QueryFilter(), /\\u001b\[\?2031[hl]/g);
    }),
    { numRuns: RUNS },
  );
});

Deno.test("random bytes never break it", () => {
  const byte = fc.oneof(
    fc.constantFrom(0x1b, 0x5b, 0x5d, 0x50, 0x5f, 0x07, 0x5c, 0xc2, 0x9b, 0x3f, 0x36, 0x6e, 0x18),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 200 }), (list) => {
      const screen = makeScreen(20, 8);
      const answers: string[] = [];
      answerQueries(screen, () => NO_COLOURS, (reply) => answers.push(decode(reply)));
      screen.write(new QueryFilter().push(new Uint8Array(list)));
      assert.deepEqual(answers, []);
    }),
    { numRuns: RUNS },
  );
});
