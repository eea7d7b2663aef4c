/** A command line that must be refused: the one line that its person sees. */
import assert from "node:assert/strict";
import { explain } from "../../cli/process/failure.ts";
import { parse } from "../../cli/options/options.ts";
import type { Env } from "../../cli/options/parse_flags.ts";

/** Asserts that `argv` ends with exit code 2 and one line, and returns the line. */
export function refused(argv: readonly string[], env: Env = {}): string {
  try {
    parse(argv, env);
  } catch (error) {
    const { line, code } = explain(error);
    assert.equal(code, 2, line);
    assert.ok(!line.includes("\n"));
    return line;
  }
  assert.fail(`${argv.join(" ")} was taken`);
}
