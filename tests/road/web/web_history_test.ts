import assert from "node:assert/strict";
import type { HistoryRow, LinesFrame, PackedLines } from "../../../frames/history_frames.ts";
import { HistoryFill } from "../../../road/web/terminal/history_fill.ts";
import { HistoryServer } from "../../../session/host/history_server.ts";
import { unpackLines } from "../../../frames/packed_lines.ts";
import { deadline } from "../../support/deadline.ts";

/** Fills rows `[first, end)` of a host, served by the real server, into a viewer whose own rows begin at `end`. */
async function fill(
  first: number,
  end: number,
  width: number,
  limit = 10_000,
  room = Infinity,
): Promise<string[]> {
  const server = new HistoryServer({
    now: () => 0,
    log: (words) => assert.fail(words),
    lines: (from, to) => {
      const start = Math.max(from, first);
      const rows = Array.from(
        { length: Math.max(0, Math.min(to, end) - start) },
        (_, i): HistoryRow => [`${start + i}`.padStart(width, "."), false],
      );
      return Promise.resolve({ era: 1, first, end, from: start, rows });
    },
  });
  const done = Promise.withResolvers<string[]>();
  const all: string[] = [];
  const history = new HistoryFill<string>({
    first: () => end - all.length,
    limit,
    weigh: () => 1000,
    room: () => room,
    busy: () => false,
    parse: (rows) => rows.map(([text]) => text.slice(-4)),
    done: (rows) => {
      all.unshift(...rows);
      // A filling that goes on does so at once.
      queueMicrotask(() => history.filled && done.resolve(all));
    },
    ask: (id, era, from, to) => {
      const tell = (answer: LinesFrame | PackedLines) => {
        queueMicrotask(() => history.receive(answer.type === "Lines" ? answer : unpackLines(answer)));
        return true;
      };
      void server.serve(
        { type: "LinesRequest", id, era, from, to },
        { link: { buffered: () => 0 }, tell } as never,
      );
      return true;
    },
  });
  history.replaced();
  return await deadline(done.promise, 10_000, "the rows");
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`.padStart(4, "."));

Deno.test("a viewer's scrollback is filled whole, however long its rows are", async () => {
  for (const width of [10, 300, 20_000]) {
    assert.deepEqual(await fill(0, 1234, width), rows(0, 1234), `rows of ${width}`);
  }
});

Deno.test("no more than the host holds, and the viewer keeps", async () => {
  assert.deepEqual(await fill(900, 1234, 100), rows(900, 1234));
  assert.deepEqual(await fill(0, 1234, 100, 250), rows(984, 1234));
  assert.deepEqual(await fill(1234, 1234, 100), []);
  // Put in a portion at a time, the bound is the same.
  assert.deepEqual((await fill(0, 40_000, 10, 35_000)).length, 35_000);
  assert.deepEqual((await fill(6000, 40_000, 10, 35_000)).length, 34_000);
});

Deno.test("no more than there is room for: what a tab may hold is counted in bytes", async () => {
  // Each row weighs 1,000, and those of an answer come together.
  const found = await fill(0, 3000, 100, 10_000, 900_000);
  assert.ok(found.length >= 900 && found.length < 1400, `${found.length} rows`);
  assert.deepEqual(found, rows(3000 - found.length, 3000));
});
