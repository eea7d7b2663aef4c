/**
 * `deno task ok` and, with `--all`, `deno task test`: every check of the project, quick ones first, and all of them whatever fails.
 * It installs nothing, lists at the end what it had to leave out and why, then each test that failed with its file and the command
 * that runs it alone, and closes with `N passed, N failed, N skipped`. With `BEACH_REQUIRE_ALL=1` what was left out counts as failed.
 */
import { ROOT } from "./files.ts";
import { commandAlone, notReached } from "./runner/failures.ts";
import { closingLine, type Outcome, readOutcome, sum } from "./runner/outcome.ts";
import { type Check, checks } from "./runner/checks.ts";
import { CheckProcess, endWithRunner } from "./runner/check_process.ts";

/** How a person started Deno: `npx` sets this variable. */
const DENO = Deno.env.has("npm_command") ? `npx -y deno@${Deno.version.deno}` : "deno";
const ROOT_URL = new URL("..", import.meta.url).href;

/** How long to wait for the output of a check after its process has ended, in ms: a process that a test left running may hold it open. */
const LAST_OUTPUT = 5000;

/** Runs one check; if it was cut off in one file, also the files after that. */
async function run(check: Check, shown: Promise<unknown> = Promise.resolve()): Promise<Outcome> {
  const { output, outcome } = await runOnce(check, shown);
  const paths = check.args.filter((arg) => arg.endsWith("_test.ts"));
  const rest = outcome.failed === 0 ? [] : notReached(output, ROOT_URL, paths);
  if (rest.length === 0) return outcome;
  const args = check.args.filter((arg) => !paths.includes(arg));
  return sum([
    outcome,
    await run({ ...check, name: `${check.name}, the rest`, args: [...args, ...rest] }, shown),
  ]);
}

/** Runs one check, showing its output as it comes, or once `shown` settles. A check that exceeds its time is ended, with all that it started, and has failed. */
async function runOnce(check: Check, shown: Promise<unknown>): Promise<{ output: string; outcome: Outcome }> {
  const title = shown.then(() => console.log(`\n── ${check.name}`));
  const started = performance.now();
  const child = new CheckProcess(check.args, ROOT, check.minutes * 60_000, () => {
    console.error(`${check.name}: still running after ${check.minutes} minutes, ended`);
  });
  const held = new AbortController();
  const outputs = Promise.all([
    show(child.stdout, Deno.stdout, title, held.signal),
    show(child.stderr, Deno.stderr, title, held.signal),
  ]);
  const succeeded = await child.succeeded;
  const took = seconds(started);
  const last = setTimeout(() => held.abort(), LAST_OUTPUT);
  const output = (await outputs).join("");
  clearTimeout(last);
  await title;
  console.log(`── ${check.name}: ${succeeded ? "passed" : "FAILED"} in ${took} s`);
  return { output, outcome: readOutcome(output, succeeded, ROOT_URL) };
}

/** Copies a stream to ours, once `begin` settles, and returns its text; output after `held` aborts is dropped. */
async function show(
  from: ReadableStream<Uint8Array>,
  to: { writeSync(bytes: Uint8Array): number },
  begin: Promise<unknown>,
  held: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let early: Uint8Array[] | undefined = [];
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  };
  const release = begin.then(() => {
    early?.forEach(write);
    early = undefined;
  });
  const reader = from.getReader();
  held.addEventListener("abort", () => void reader.cancel(), { once: true });
  for (let bytes; (bytes = (await reader.read()).value) !== undefined;) {
    text += decoder.decode(bytes, { stream: true });
    if (early) early.push(bytes);
    else write(bytes);
  }
  await release;
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
const beside: { readonly check: Check; readonly show: () => void; readonly outcome: Promise<Outcome> }[] = [];
const noteBeside = async () => {
  for (const { check, show, outcome } of beside.splice(0)) {
    show();
    note(check, await outcome);
  }
};
for (const check of await checks(ROOT, all)) {
  if (check.beside) {
    const { promise, resolve: show } = Promise.withResolvers<void>();
    beside.push({ check, show, outcome: run(check, promise) });
    continue;
  }
  note(check, await run(check));
  await noteBeside();
}
await noteBeside();

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
