import assert from "node:assert/strict";
import { Grid } from "../../../session/render/grid.ts";
import { StatusLine } from "../../../session/render/status_line.ts";

/** The first and the last row of a grid that the line is drawn on, with the cursor in row `cursor`. */
function rows(line: StatusLine, cursor: number | null): string[] {
  const grid = new Grid(20, 4);
  line.compose(grid, cursor === null ? null : { row: cursor });
  return [0, 3].map((y) =>
    Array.from({ length: 20 }, (_, x) => grid.at(y, x).chars || " ").join("").trimEnd()
  );
}

Deno.test("a line over the screen stands where the cursor is not, and stays where it went", () => {
  const line = new StatusLine();
  line.text = "help";
  assert.deepEqual(rows(line, 1), ["", " help"]);
  assert.deepEqual(rows(line, 3), [" help", ""], "at the prompt in the last row");
  assert.deepEqual(rows(line, 2), [" help", ""]);
  assert.deepEqual(rows(line, 0), ["", " help"]);
  assert.deepEqual(rows(line, 3), [" help", ""]);
  assert.deepEqual(rows(line, null), ["", " help"], "no cursor to cover");
  line.text = null;
  assert.deepEqual(rows(line, 3), ["", ""]);
  line.text = "more";
  assert.deepEqual(rows(line, 2), ["", " more"]);
});
