// deno-lint-ignore-file no-control-regex -- what it reads are control sequences
/** `session/PROTOCOL.md` says what a snapshot, a row of history and a viewer's terminal may get: what second implementations must keep to. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { TERMINAL_STATE } from "../../../session/screen/terminal_state.ts";
import { PRIVATE_MODES } from "../../../session/vt/allowed_controls.ts";
import { charWidth } from "../../../session/unicode/char_width.ts";
import { makeScreen } from "../vt_state.ts";
import { stream } from "../vt_stream.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../session/PROTOCOL.md", import.meta.url));
/** A control sequence with its prefix and intermediates, a string with its number, an escape sequence, a control. */
const FUNCTION = new RegExp(
  "\\x1b\\[([<=>?]?)[0-9;:]*([ -/]?)([@-~])|\\x1b\\]([0-9]+);[^\\x07\\x1b]*(?:\\x1b\\\\)|\\x1b([ -/]?[0-~])|([\\x00-\\x1f])",
  "g",
);
const CONTROLS: Readonly<Record<string, string>> = { "\x0e": "SO", "\x0f": "SI" };

/** The functions that `text` uses, as the page writes them. */
function functionsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(FUNCTION)].map(([, prefix, between, final, osc, escape, control]) => {
      if (osc !== undefined) return `OSC ${osc}`;
      if (control !== undefined) return CONTROLS[control] ?? `control ${control.charCodeAt(0)}`;
      if (escape !== undefined) return `ESC ${/[()*+]/.test(escape) ? escape[0] : escape}`;
      return ["CSI", prefix, between === " " ? "SP" : between, final].filter((part) => part !== "").join(" ");
    }),
  );
}

const encode = (text: string) => new TextEncoder().encode(text);

/** What a screen of so many columns and rows has for a snapshot after `bytes`, of which no sequence is unfinished. */
function snapshotOf(bytes: Uint8Array, cols: number, rows: number): string {
  const screen = makeScreen(cols, rows);
  screen.write(bytes);
  screen.write(Uint8Array.of(0x18));
  return new TextDecoder().decode(screen.snapshot().data);
}

const section = PAGE.split(/^#+ /m).find((part) => part.startsWith("What a snapshot may use\n"))!;
const LISTED = new Set(
  [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => {
    const names = [...cell!.matchAll(/`(\S+(?: [^`]+)?)`/g)].map(([, name]) => name!);
    return /`OSC 10` to `OSC 19`/.test(cell!)
      ? [...names, ...Array.from({ length: 10 }, (_, i) => `OSC ${10 + i}`)]
      : names;
  }),
);

Deno.test("a snapshot uses the functions that PROTOCOL.md lists, and no others", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      for (const used of functionsOf(snapshotOf(bytes, 20, 8))) assert.ok(LISTED.has(used), used);
    }),
    { numRuns: 200 },
  );
});

Deno.test("each function that PROTOCOL.md lists for snapshots is used by one", () => {
  const pending = "\x1b[80Gx";
  const texts = [
    ...TERMINAL_STATE.map(({ set }) => set),
    "\x1bn",
    "\x1bo",
    `\x1b[4h${pending}`,
    "\x1b[41mab\x1b[K",
    "a\x1b[9Cb",
    "\x1b]0;both\x1b\\",
    `\x1b]10;${"red;".repeat(9)}red\x1b\\`,
    // A row that goes on from one that is blank, further down and in the first row.
    `${"x".repeat(81)}\x1b[H\x1b[K`,
    `${"x".repeat(81)}\x1b[24H\n\x1b[H`,
    "\x1b[?2027h👨‍👩‍👧\x1b[?2027l🇩🇪🇩",
  ];
  const used = new Set(texts.flatMap((text) => [...functionsOf(snapshotOf(encode(text), 80, 24))]));
  assert.deepEqual([...LISTED].filter((name) => !used.has(name)), []);
});

Deno.test("the widths are those of which PROTOCOL.md has the SHA-256", async () => {
  const widths = Uint8Array.from({ length: 0x110000 }, (_, code) => charWidth(code));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", widths));
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assert.ok(PAGE.includes(`\`${hex}\``), `it is ${hex}`);
});

const ROW =
  /^(?:\x1b\[(?:0[\d;:]*)?m|\x1b\]8;[^\x00-\x1f\x7f-\x9f]{0,4200}\x1b\\|\x1b\\|[^\x00-\x1f\x7f-\x9f])*$/u;

Deno.test("a row of history follows the grammar of PROTOCOL.md, and ends with default attributes", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const screen = makeScreen(20, 8);
      screen.write(bytes);
      const { history } = screen;
      for (const [text] of history.lines(history.first, history.end).rows) {
        assert.match(text, ROW);
        assert.ok(
          !/\x1b\[[^m]+m(?:(?!\x1b\[m).)*$/.test(text),
          `attributes stay set: ${JSON.stringify(text)}`,
        );
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("the private modes that reach a viewer's terminal are those that PROTOCOL.md lists", () => {
  const listed = /^\| `CSI \? h`, `l` \| ([\d ]+);/m.exec(PAGE)![1]!.split(" ").map(Number);
  const screens = [47, 1047, 1048, 1049];
  assert.deepEqual(listed, [...PRIVATE_MODES.keys(), ...screens].sort((a, b) => a - b));
});
