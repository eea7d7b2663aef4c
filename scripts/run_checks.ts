/**
 * `deno task ok` and, with `--all`, `deno task test`: every check of the project, quick ones first, and all of them whatever fails.
 * It installs nothing, lists at the end what it had to leave out and why, then each test that failed with its file and the command
 * that runs it alone, and closes with `N passed, N failed, N skipped`. With `BEACH_REQUIRE_ALL=1` what was left out counts as failed.
 */
import { ROOT } from "./files.ts";
import { commandAlone, notReached } from "./runner/failures.ts";
import { closingLine, type Outcome, readOutcome, sum } from "./runner/outcome.ts";
import { type Check, checks, inGroups } from "./runner/checks.ts";
import { HeldOutput, type Output, SCREEN } from "./runner/output.ts";
import { CheckProcess, endWithRunner } from "./runner/check_process.ts";

/** How a person started Deno: `npx` sets this variable. */
const DENO = Deno.env.has("npm_command") ? `npx -y deno@${Deno.version.deno}` : "deno";
const ROOT_URL = new URL("..", import.meta.url).href;

/** How long to wait for the output of a check after its process has ended, in ms: a process that a test left running may hold it open. */
const LAST_OUTPUT = 5000;

/** Runs one check; if it was cut off in one file, also the files after that. */
async function run(check: Check, output: Output = SCREEN): Promise<Outcome> {
  const { text, outcome } = await runOnce(check, output);
  const paths = check.args.filter((arg) => arg.endsWith("_test.ts"));
  const rest = outcome.failed === 0 ? [] : notReached(text, ROOT_URL, paths);
  if (rest.length === 0) return outcome;
  const args = check.args.filter((arg) => !paths.includes(arg));
  const more = { ...check, name: `${check.name}, the rest`, args: [...args, ...rest] };
  return sum([outcome, await run(more, output)]);
}

/** Runs one check. One that exceeds its time is ended, with all that it started, and has failed. */
async function runOnce(check: Check, output: Output): Promise<{ text: string; outcome: Outcome }> {
  output.line(`\n── ${check.name}`);
  const started = performance.now();
  const child = new CheckProcess(check.args, ROOT, check.minutes * 60_000, () => {
    console.error(`${check.name}: still running after ${check.minutes} minutes, ended`);
  });
  const held = new AbortController();
  const texts = Promise.all([
    show(child.stdout, (bytes) => output.write(bytes, false), held.signal),
    show(child.stderr, (bytes) => output.write(bytes, true), held.signal),
  ]);
  const succeeded = await child.succeeded;
  const took = seconds(started);
  const last = setTimeout(() => held.abort(), LAST_OUTPUT);
  const text = (await texts).join("");
  clearTimeout(last);
  output.line(`── ${check.name}: ${succeeded ? "passed" : "FAILED"} in ${took} s`);
  return { text, outcome: readOutcome(text, succeeded, ROOT_URL) };
}

/** Passes a stream on to `write`, and returns its text; output after `held` aborts is dropped. */
async function show(
  from: ReadableStream<Uint8Array>,
  write: (bytes: Uint8Array) => void,
  held: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = from.getReader();
  held.addEventListener("abort", () => void reader.cancel(), { once: true });
  for (let bytes; (bytes = (await reader.read()).value) !== undefined;) {
    text += decoder.decode(bytes, { stream: true });
    write(bytes);
  }
  return text;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

endWithRunner();
const started = performance.now();
const all = Deno.args.includes("--all");
const outcomes: Outcome[] = [];
const failed: { readonly check: Check; readonly outcome: Outcome }[] = [];
const note = (check: Check, outcome: Outcome) => {
  outcomes.push(outcome);
  if (outcome.failed > 0) failed.push({ check, outcome });
};
/** Runs checks one after the other. */
async function lane(some: readonly Check[], output?: Output): Promise<void> {
  for (const check of some) note(check, await run(check, output));
}
for (const group of inGroups(await checks(ROOT, all))) {
  const held = new HeldOutput();
  const side = lane(group.filter(({ beside }) => beside), held);
  await lane(group.filter(({ beside }) => !beside));
  held.release();
  await side;
}

const total = sum(outcomes);
if (total.missing.length > 0) {
  console.log("\nLeft out, for want of something on this machine:");
  for (const line of total.missing) console.log(`  ${line}`);
}
const refused = Deno.env.get("BEACH_REQUIRE_ALL") === "1" && total.missing.length > 0;
if (failed.length > 0) {
  console.log("\nFailed, each with the command that runs it alone:");
  for (const { check, outcome: { failures } } of failed) {
    if (failures.length === 0) console.log(`  ${check.name}\n    ${commandAlone(DENO, check.args)}`);
    for (const failure of failures) {
      const { file, test } = failure;
      console.log(`  ${file}${test === undefined ? "" : `: ${test}`}`);
      console.log(`    ${commandAlone(DENO, check.args, failure)}`);
    }
  }
} else if (refused) console.log("\nBEACH_REQUIRE_ALL=1 and something is missing: see above.");
else console.log(`\nAll fine in ${seconds(started)} s.`);
console.log(closingLine(total, refused));
if (failed.length > 0 || refused) Deno.exitCode = 1;
