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

/** What a `deno test` printed. */
interface Report {
  readonly failures: readonly Failure[];
  /** The files that it came to, from the root. */
  readonly begun: readonly string[];
  /** Whether it came to its end: otherwise a test ended the process, it was ended, or a file could not be loaded. */
  readonly whole: boolean;
}

function readReport(output: string, root: string): Report {
  const failures: Failure[] = [];
  const begun: string[] = [];
  /** The test that has begun and not ended. */
  let running: string | undefined;
  let printing = false;
  for (const line of output.split(/\r?\n/)) {
    // What is told from here on was told before.
    if (line === " ERRORS " || line.startsWith("ok | ")) return { failures, begun, whole: true };
    // What a test itself prints is no report, whatever it looks like.
    if (/^-{7} (?:(?:pre|post)-test )?output -{7}$/.test(line)) printing = true;
    else if (/^-{5} (?:(?:pre|post)-test )?output end -{5}$/.test(line)) printing = false;
    if (printing) continue;
    const uncaught = UNCAUGHT.exec(line)?.[1];
    if (uncaught !== undefined) failures.push({ file: uncaught });
    const next = FILE.exec(line)?.[1];
    if (next !== undefined) begun.push(next);
    const file = begun.at(-1);
    const [, name, result] = TEST.exec(line) ?? [];
    if (name === undefined || file === undefined) continue;
    running = result === undefined ? name : undefined;
    if (result === "FAILED") failures.push({ file, ...(name.startsWith("file://") ? {} : { test: name }) });
  }
  const last = begun.at(-1);
  const unloaded = UNLOADED.exec(output)?.[1];
  if (last !== undefined) {
    failures.push(running === undefined ? { file: last } : { file: last, test: running });
  } else if (unloaded?.startsWith(root)) {
    failures.push({ file: decodeURIComponent(unloaded.slice(root.length)) });
  }
  return { failures, begun, whole: false };
}

/**
 * The tests that failed, from the output of a `deno test` that ended with an error in the folder `root` (a `file:` URL that ends with
 * `/`); empty where it names no file.
 */
export function readFailures(output: string, root: string): readonly Failure[] {
  return readReport(output, root).failures;
}

/** Those of the files `paths` that a run which was cut off did not come to; empty where it is not known in which it was. */
export function notReached(output: string, root: string, paths: readonly string[]): string[] {
  const { failures, begun, whole } = readReport(output, root);
  const gone = [...begun, ...failures.map(({ file }) => file)];
  return whole || gone.length === 0 ? [] : paths.filter((path) => !gone.includes(path));
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
