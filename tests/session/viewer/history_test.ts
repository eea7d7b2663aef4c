import assert from "node:assert/strict";
import fc from "fast-check";
import { HistoryStore } from "../../../session/viewer/history_store.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
/** `count` numbered rows; the cursor ends on a row below. */
const rows = (from: number, count: number) =>
  encode(Array.from({ length: count }, (_, i) => `row ${from + i}\r\n`).join(""));
const texts = (lines: { rows: readonly (readonly [string, boolean])[] }) => lines.rows.map(([text]) => text);

Deno.test("row numbers survive trimming, scroll regions and a cleared scrollback", () => {
  const screen = makeScreen(20, 4, 10);
  screen.write(rows(0, 100));
  assert.deepEqual([screen.history.first, screen.history.top, screen.history.end], [87, 97, 101]);
  assert.deepEqual(texts(screen.lines(95, 99)), ["row 95", "row 96", "row 97", "row 98"]);
  assert.deepEqual(screen.lines(0, 90).from, 87);
  assert.deepEqual(texts(screen.lines(0, 50)), []);
  screen.write(encode("\x1b[1;3r\x1b[3;1Hin\r\nthe region\r\n\x1b[r"));
  assert.deepEqual(texts(screen.lines(97, 99)), ["row 97", "row 98"]);
  screen.write(encode("\x1b[3J"));
  assert.equal(screen.history.first, screen.history.top);
  assert.equal(screen.history.era, 0);
});

Deno.test("reflow and a reset start a new era", () => {
  const screen = makeScreen(20, 4, 10);
  screen.write(rows(0, 8));
  screen.resize(20, 6);
  assert.equal(screen.history.era, 0);
  assert.deepEqual(texts(screen.lines(0, 2)), ["row 0", "row 1"]);
  screen.resize(10, 6);
  assert.equal(screen.history.era, 1);
  screen.write(encode("\x1bcfresh\r\n"));
  assert.deepEqual([screen.history.era, screen.history.first], [2, 0]);
  assert.deepEqual(texts(screen.lines(0, 1)), ["fresh"]);
});

Deno.test("rows carry their looks and whether they go on", () => {
  const screen = makeScreen(10, 3, 10);
  screen.write(
    encode(
      "\x1b[1;31mred\x1b[m plain and long\r\n\x1b[42m  \x1b[m\r\n\x1b]8;;http://a\x07link\x1b]8;;\x07 \r\n\r\n\r\n",
    ),
  );
  assert.deepEqual(screen.lines(0, 5).rows, [
    ["\x1b[0;1;31mred\x1b[m plain ", true],
    ["and long", false],
    ["\x1b[0;42m  \x1b[m", false],
    ["\x1b]8;;http://a\x1b\\\x1b[mlink\x1b]8;;\x1b\\\x1b[m ", false],
    ["", false],
  ]);
});

Deno.test("a viewer that is given snapshots now and then has the whole history in the end", () => {
  const burst = fc.record({ rows: fc.integer({ min: 0, max: 40 }), snapshot: fc.boolean() });
  fc.assert(
    fc.property(fc.array(burst, { minLength: 1, maxLength: 12 }), (bursts) => {
      const host = makeScreen(20, 4, 1000);
      const viewer = makeScreen(20, 4, 50);
      const store = new HistoryStore();
      viewer.load(host.snapshot());
      let written = 0;
      for (const burst of bursts) {
        const bytes = rows(written, burst.rows);
        written += burst.rows;
        host.write(bytes);
        if (!burst.snapshot) {
          viewer.write(bytes);
          continue;
        }
        store.harvest(viewer);
        const snapshot = host.snapshot();
        viewer.load(snapshot);
        store.reached(snapshot.era, snapshot.line);
      }
      store.harvest(viewer);
      // What the viewer's own scrollback trimmed and what snapshots skipped is asked for.
      for (let asked = store.missing(7); asked; asked = store.missing(7)) {
        assert.ok(asked[1] - asked[0] <= 7);
        const lines = host.lines(...asked);
        assert.equal(lines.from, asked[0]);
        store.add(lines);
      }
      assert.equal(store.end, host.history.top);
      for (let n = 0; n < host.history.top; n++) assert.equal(store.row(n)?.[0], `row ${n}`);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a store is bounded to the newest rows, and forgets an era that is over", () => {
  const store = new HistoryStore(100);
  const line = (n: number): [string, boolean] => [`row ${n}`, false];
  for (let n = 0; n < 5000; n += 50) {
    store.add({
      era: 3,
      first: 0,
      end: n + 50,
      from: n,
      rows: Array.from({ length: 50 }, (_, i) => line(n + i)),
    });
  }
  assert.ok(store.size <= 1200);
  assert.deepEqual([store.first, store.end, store.row(4999)?.[0]], [4900, 5000, "row 4999"]);
  assert.equal(store.missing(10), null);
  store.reached(3, 1_000_000);
  assert.deepEqual(store.missing(10), [999_990, 1_000_000]);
  assert.deepEqual(store.gaps(0, 1_000_000), [[999_900, 1_000_000]]);
  store.add({ era: 2, first: 0, end: 1, from: 0, rows: [line(0)] });
  assert.equal(store.era, 3);
  store.add({ era: 4, first: 5, end: 6, from: 5, rows: [line(5)] });
  assert.deepEqual([store.size, store.first, store.end, store.missing(9)], [1, 5, 6, null]);
});

Deno.test("rows that come byte by byte are all kept, though the viewer's own screen keeps fewer", () => {
  const screen = makeScreen(20, 4, 2000);
  const store = new HistoryStore();
  screen.load(makeScreen(20, 4).snapshot());
  store.reached(0, 0);
  for (let n = 0; n < 9000; n += 100) {
    screen.write(rows(n, 100));
    store.follow(screen);
  }
  assert.ok(screen.history.first > 6000);
  const held = (n: number) => n < screen.history.first ? store.row(n)?.[0] : `row ${n}`;
  for (let n = 0; n < 9000; n++) assert.equal(held(n), `row ${n}`);
  assert.equal(store.missing(10), null, "nothing is asked for that was here");
});

Deno.test("a viewer's history is bounded in bytes, whatever rows a host sends: the oldest go, and are not asked for again", () => {
  const MIB = 1024 * 1024;
  const store = new HistoryStore(100_000, 4 * MIB);
  store.reached(1, 100_000);
  const wide = (count: number) =>
    Array.from({ length: count }, () => ["\u0416".repeat(60_000), false] as const);
  for (let missing; (missing = store.missing(500));) {
    const [from, to] = missing;
    const rows = wide(Math.min(4, to - from));
    store.add({ era: 1, first: 0, end: 100_000, from: to - rows.length, rows });
    assert.ok(store.bytes <= 4.25 * MIB + 4 * 120_080, `${store.bytes} bytes`);
  }
  assert.ok(store.size >= 30, `${store.size} rows`);
  assert.ok(store.row(99_999) && !store.row(store.first - 1));
  // Rows that are sent again weigh once; those below are not taken back.
  const { bytes, first } = store;
  store.add({ era: 1, first: 0, end: 100_000, from: 99_996, rows: wide(4) });
  store.add({ era: 1, first: 0, end: 100_000, from: first - 4, rows: wide(4) });
  assert.equal(store.bytes, bytes);
  // A new era begins with nothing.
  store.reached(2, 0);
  assert.equal(store.bytes, 0);
});

Deno.test("lines at the end of all numbers are counted on, and looked for, in no time", () => {
  const beyond = Number.MAX_SAFE_INTEGER;
  const store = new HistoryStore();
  store.reached(0, 100);
  const rows = Array.from({ length: 500 }, () => ["x", false] as const);
  store.add({ era: 0, first: 0, end: 100, from: beyond, rows });
  store.add({ era: 0, first: 0, end: beyond, from: beyond - 500, rows });
  assert.deepEqual([store.size, store.end, store.missing(500)], [0, 100, [0, 100]]);
  store.reached(0, beyond);
  assert.equal(store.missing(500)![1] - store.missing(500)![0], 500);
  const screen = makeScreen(20, 4, 2000);
  screen.load({ ...makeScreen(20, 4).snapshot(), line: beyond, era: 0 });
  screen.write(new TextEncoder().encode("row\r\n".repeat(2500)));
  store.follow(screen);
  assert.ok(store.size > 0 && screen.history.top + 1 > screen.history.top);
});
