/**
 * `deno task ok` and, with `--all`, `deno task test`: every check of the project, quick ones first. It stops at the
 * first that fails, installs nothing, lists at the end what it had to leave out and why, and closes with
 * `N passed, N failed, N skipped`. With `BEACH_REQUIRE_ALL=1` what was left out counts as failed.
 */
import { ROOT } from "./files.ts";
import { closingLine, type Outcome, readOutcome, sum } from "./outcome.ts";
import { type Check, checks } from "./checks.ts";

/** Runs one check, showing its output as it comes. A check that runs past its time is ended and has failed. */
async function run(check: Check): Promise<Outcome> {
  console.log(`\n── ${check.name}`);
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...check.args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const limit = setTimeout(() => {
    console.error(`${check.name}: still running after ${check.minutes} minutes, ended`);
    child.kill();
  }, check.minutes * 60_000);
  const [out, err, { code }] = await Promise.all([
    show(child.stdout, Deno.stdout),
    show(child.stderr, Deno.stderr),
    child.status,
  ]);
  clearTimeout(limit);
  console.log(`── ${check.name}: ${code === 0 ? "passed" : "FAILED"} in ${seconds(started)} s`);
  return readOutcome(out + err, code === 0);
}

/** Copies a stream to ours and returns its text. */
async function show(
  from: ReadableStream<Uint8Array>,
  to: { writeSync(bytes: Uint8Array): number },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of from) {
    text += decoder.decode(bytes, { stream: true });
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  }
  return text;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

const started = performance.now();
const all = Deno.args.includes("--all");
const outcomes: Outcome[] = [];
let failed: string | undefined;
for (const check of await checks(ROOT, all)) {
  outcomes.push(await run(check));
  if (outcomes.at(-1)!.failed > 0) {
    failed = check.name;
    break;
  }
}

const total = sum(outcomes);
if (total.missing.length > 0) {
  console.log("\nLeft out, for want of something on this machine:");
  for (const line of total.missing) console.log(`  ${line}`);
}
const refused = Deno.env.get("BEACH_REQUIRE_ALL") === "1" && total.missing.length > 0;
if (failed !== undefined) {
  console.log(`\n${failed} failed; what comes after it was not run. Mend it and run this again.`);
} else if (refused) console.log("\nBEACH_REQUIRE_ALL=1 and something is missing: see above.");
else console.log(`\nAll fine in ${seconds(started)} s.`);
console.log(closingLine(total, refused));
if (failed !== undefined || refused) Deno.exitCode = 1;
