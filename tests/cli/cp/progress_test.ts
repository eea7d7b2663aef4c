import assert from "node:assert/strict";
import { Progress } from "../../../cli/cp/progress.ts";

const MB = 1024 * 1024;

/** What is drawn `columns` wide of a copy of 10 MiB and an empty file, half a MiB a second, after 5 MiB. */
function half(columns: number) {
  let now = 0;
  let said = "";
  const progress = new Progress({ now: () => now, columns: () => columns, write: (text) => said = text });
  progress.expect(10 * MB);
  progress.expect(0);
  for (let i = 0; i < 10; i++) {
    now += 1000;
    progress.advance(MB / 2, MB / 2);
  }
  return { progress, pass: (ms: number) => now += ms, said: () => said };
}

Deno.test("cp: the line of progress says how much, how fast and how long", () => {
  const { progress, said } = half(100);
  assert.equal(said(), "\r\x1b[K████████████░░░░░░░░░░░░ 50 %  0:10 left  0/2 files  512 KiB/s  5.0 MiB");
  progress.fileDone();
  progress.finish();
  assert.equal(said(), "1 file, 5.0 MiB in 0:10 (512 KiB/s)\n");
});

Deno.test("cp: the line of progress keeps what matters most on a narrow terminal, and never wraps", () => {
  const lines = [80, 60, 50, 40, 30, 20, 6, 3].map((columns) =>
    half(columns).said().slice("\r\x1b[K".length)
  );
  assert.deepEqual(lines, [
    "████████░░░░░░░░ 50 %  0:10 left  0/2 files  512 KiB/s  5.0 MiB",
    "████████░░░░░░░░ 50 %  0:10 left  0/2 files  512 KiB/s",
    "50 %  0:10 left  0/2 files  512 KiB/s  5.0 MiB",
    "50 %  0:10 left  0/2 files  512 KiB/s",
    "50 %  0:10 left  0/2 files",
    "50 %  0:10 left",
    "50 %",
    "",
  ]);
});

Deno.test("cp: a copy that stands still says so within seconds", () => {
  const { progress, pass, said } = half(100);
  for (let i = 0; i < 6; i++) {
    pass(1000);
    progress.tick();
  }
  assert.ok(said().endsWith(" 50 %  waiting  0/2 files  0 B/s  5.0 MiB"), said());
});
