/** What came of a check, read from what it printed. */
import { type Failure, readFailures } from "./failures.ts";

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What a test could not do here: `name: reason`. */
  readonly missing: readonly string[];
  /** The tests that failed, as far as they are known. */
  readonly failures: readonly Failure[];
}

/** How a test says that it was left out and why (`tests/support/needs.ts` prints it). */
const MISSING = /^skipped: (.+)$/gm;
/** The last line of `deno test`, e.g. `ok | 8 passed (2 steps) | 1 failed | 3 ignored (26s)`. */
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

/**
 * A check that runs no tests counts as one. One that failed counts at least one failure, whatever it printed. `root`: the folder that it
 * ran in, as a `file:` URL that ends with `/`.
 */
export function readOutcome(output: string, succeeded: boolean, root: string): Outcome {
  const missing = [...output.matchAll(MISSING)].map((match) => match[1]!.trim());
  const failures = succeeded ? [] : readFailures(output, root);
  const summaries = [...output.matchAll(SUMMARY)];
  if (summaries.length === 0) {
    return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, missing, failures };
  }
  const [passed, failed, skipped] = [1, 2, 3].map((group) => {
    return summaries.reduce((total, match) => total + Number(match[group] ?? 0), 0);
  }) as [number, number, number];
  return { passed, failed: succeeded ? failed : Math.max(1, failed), skipped, missing, failures };
}

/** The totals of several outcomes. */
export function sum(outcomes: readonly Outcome[]): Outcome {
  const total = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((all, outcome) => all + count(outcome), 0);
  return {
    passed: total((outcome) => outcome.passed),
    failed: total((outcome) => outcome.failed),
    skipped: total((outcome) => outcome.skipped),
    missing: outcomes.flatMap((outcome) => outcome.missing),
    failures: outcomes.flatMap((outcome) => outcome.failures),
  };
}

/** `N passed, N failed, N skipped`; where nothing may be missing, what is counts as failed. */
export function closingLine(total: Outcome, missingFails: boolean): string {
  const failed = total.failed + (missingFails ? total.missing.length : 0);
  return `${total.passed} passed, ${failed} failed, ${total.skipped} skipped`;
}
