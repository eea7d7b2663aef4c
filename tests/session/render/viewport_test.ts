import assert from "node:assert/strict";
import { follow, type Viewport } from "../../../session/render/viewport.ts";

const SCREEN = { cols: 80, rows: 24 };
const WINDOW = { cols: 70, rows: 20 };

/** The left column and the top row that the window shows, as the cursor goes from place to place. */
function places(cursors: readonly (readonly [row: number, col: number])[]): [top: number, left: number][] {
  let port: Viewport | null = null;
  return cursors.map(([row, col]) => {
    port = follow(port, SCREEN, WINDOW, { row, col });
    return [port.top, port.left];
  });
}

Deno.test("a window goes back to the beginning when the cursor is well within it", () => {
  // `printf '\e[999999999C'; clear; echo done`, and a prompt of 20 columns, seen in one go.
  assert.deepEqual(places([[0, 79], [1, 20]]), [[0, 10], [0, 0]]);
  // The same for rows: 5 lines after `clear`.
  assert.deepEqual(places([[23, 0], [5, 0]]), [[4, 0], [0, 0]]);
});

Deno.test("it does not go to and fro under who types or edits at its edge", () => {
  const columns = [69, 70, 71, 70, 69, 65, 60, 69, 70, 79, 60];
  assert.deepEqual(places(columns.map((col) => [0, col])).map(([, left]) => left), [
    0,
    ...columns.slice(1).map(() => 10),
  ]);
  const rows = [19, 20, 19, 16, 20];
  assert.deepEqual(places(rows.map((row) => [row, 0])).map(([top]) => top), [0, 1, 1, 1, 1]);
});

Deno.test("the cursor is always in the window", () => {
  for (let from = 0; from < SCREEN.cols; from++) {
    for (let to = 0; to < SCREEN.cols; to++) {
      const [, [top, left]] = places([[from % 24, from], [to % 24, to]]) as [unknown, [number, number]];
      assert.ok(to >= left && to < left + WINDOW.cols, `columns ${from}, ${to}`);
      assert.ok(to % 24 >= top && to % 24 < top + WINDOW.rows, `rows ${from % 24}, ${to % 24}`);
    }
  }
});
