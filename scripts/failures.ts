/** Which tests failed, read from what `deno test` prints as people see it: a run that crashed or was ended leaves no other report. */

/** A test that failed. Without a name the whole file did: at its top level, outside of any test, or by ending the process. */
export interface Failure {
  /** From the root. */
  readonly file: string;
  readonly test?: string;
}

/** E.g. `running 4 tests from ./tests/a_test.ts`; of an example in a comment `… from ./frames/codec.ts#10-15.ts`. */
const FILE = /^running \d+ tests? from \.\/(.+?)(?:[#$][\d-]+\.\w+)?$/;
/** E.g. `joins ... ok (2ms)`, or `joins ...` while it runs. Steps are indented: they fail with their test. */
const TEST = /^(\S.*) \.\.\.(?: (ok|FAILED|ignored|cancelled)\b.*)?$/;
/** The tests of that file that had not run are cancelled. */
const UNCAUGHT = /^Uncaught error from \.\/(.+) FAILED$/;
/** A file that could not even be loaded: nothing of the run was started. */
const UNLOADED = /^ +at (file:\/\/\S+_test\.ts):\d+:\d+$/m;

/** Reads the output of a `deno test` that ended with an error in the folder `root` (a `file:` URL that ends with `/`); empty where it names no file. */
export function readFailures(output: string, root: string): Failure[] {
  const failures: Failure[] = [];
  let file: string | undefined;
  /** The test that has begun and not ended. */
  let running: string | undefined;
  let printing = false;
  for (const line of output.split(/\r?\n/)) {
    // The run came to its end: what is told from here on was told before.
    if (line === " ERRORS " || line.startsWith("ok | ")) return failures;
    // What a test itself prints is no report, whatever it looks like.
    if (/^-{7} (?:(?:pre|post)-test )?output -{7}$/.test(line)) printing = true;
    else if (/^-{5} (?:(?:pre|post)-test )?output end -{5}$/.test(line)) printing = false;
    if (printing) continue;
    const uncaught = UNCAUGHT.exec(line)?.[1];
    if (uncaught !== undefined) failures.push({ file: uncaught });
    file = FILE.exec(line)?.[1] ?? file;
    const [, name, result] = TEST.exec(line) ?? [];
    if (name === undefined || file === undefined) continue;
    running = result === undefined ? name : undefined;
    if (result === "FAILED") failures.push({ file, ...(name.startsWith("file://") ? {} : { test: name }) });
  }
  if (failures.length > 0) return failures;
  if (file !== undefined) return [running === undefined ? { file } : { file, test: running }];
  const unloaded = UNLOADED.exec(output)?.[1];
  return unloaded?.startsWith(root) ? [{ file: decodeURIComponent(unloaded.slice(root.length)) }] : [];
}

/**
 * The command line that runs one failed test alone, or all of a check (`args` for `deno`) where no test is known. `deno` is
 * how Deno is started here: `npx -y deno@2.9.6`, say.
 */
export function commandAlone(deno: string, args: readonly string[], failure?: Failure): string {
  if (failure === undefined) return [deno, ...args].join(" ");
  const flags = args.filter((arg, at) => at === 0 || arg.startsWith("-"));
  const filter = failure.test === undefined ? [] : ["--filter", quoted(failure.test)];
  return [deno, ...flags, failure.file, ...filter].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
