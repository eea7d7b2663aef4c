import assert from "node:assert/strict";
import type { LinesFrame, PackedLines } from "../../../frames/history_frames.ts";
import type { Lines } from "../../../frames/screen_state.ts";
import { HistoryFetcher } from "../../../session/viewer/history_fetcher.ts";
import { HistoryStore } from "../../../session/viewer/history_store.ts";
import { HistoryServer } from "../../../session/host/history_server.ts";
import { unpackLines } from "../../../frames/packed_lines.ts";

/** A host with rows `[first, end)`, served through the real server. */
function wire(first: number, end: number, width = 10) {
  const era = 1;
  const server = new HistoryServer({
    log: (words) => assert.fail(words),
    now: () => 0,
    lines: (from, to) => {
      const start = Math.max(from, first);
      const rows = Array.from(
        { length: Math.max(0, Math.min(to, end) - start) },
        (_, i) => [`${start + i}`.padStart(width, "."), false] as const,
      );
      return Promise.resolve<Lines>({ era, first, end, from: start, rows });
    },
  });
  const answers: LinesFrame[] = [];
  const conversation = {
    link: { buffered: () => 0 },
    tell: (frame: LinesFrame | PackedLines) =>
      answers.push(frame.type === "PackedLines" ? unpackLines(frame) : frame),
  };
  const store = new HistoryStore(10_000);
  let requests = 0;
  const fetcher = new HistoryFetcher(store, (id, era, from, to) => {
    requests++;
    void server.serve({ type: "LinesRequest", id, era, from, to }, conversation as never);
    return true;
  });
  const run = async () => {
    fetcher.poll(0);
    for (let now = 1; now < 2000; now++) {
      await new Promise((resolve) => setTimeout(resolve));
      const answer = answers.shift();
      if (!answer) break;
      fetcher.receive(answer, now);
    }
    return requests;
  };
  return { store, run };
}

Deno.test("all history is fetched, newest first, in requests that fit a message", async () => {
  for (const width of [10, 300, 20_000]) {
    const { store, run } = wire(0, 450, width);
    store.reached(1, 450);
    await run();
    assert.equal(store.size, 450, `rows of ${width}`);
    assert.equal(store.row(449)?.[0].slice(-3), "449");
    assert.deepEqual(store.gaps(0, 450), []);
  }
});

Deno.test("rows that the host no longer has are not asked for for ever", async () => {
  const { store, run } = wire(300, 450);
  store.reached(1, 450);
  const requests = await run();
  assert.equal(store.size, 150);
  assert.ok(requests < 10, `${requests} requests`);
});

Deno.test("while a flood scrolls on, history is asked for once a second, and at once when it is over", async () => {
  const store = new HistoryStore(10_000);
  const asked: number[] = [];
  let now = 10_000;
  const fetcher = new HistoryFetcher(store, (id, era, from, to) => {
    asked.push(now);
    const rows = Array.from({ length: to - from }, () => ["x", false] as const);
    queueMicrotask(() => fetcher.receive({ id, era, first: 0, end: store.end, from, rows }, now));
    return true;
  });
  for (const over = now + 3000; now < over; now += 20) {
    store.reached(1, now);
    fetcher.scrolled(now);
    fetcher.poll(now);
    await Promise.resolve();
  }
  assert.equal(asked.length, 3);
  const flood = now;
  for (const over = now + 400; now < over; now += 20) {
    fetcher.poll(now);
    await Promise.resolve();
  }
  const [next, after] = asked.filter((at) => at > flood);
  assert.ok(next! - flood <= 200 && after! - next! <= 20, `asked at ${asked}, the flood ended at ${flood}`);
});
