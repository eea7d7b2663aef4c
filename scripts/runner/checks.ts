/** The list of checks, quick ones first. */
import { listFiles } from "../files.ts";
import { nativeTests } from "./native_tests.ts";

export interface Check {
  readonly name: string;
  /** Arguments for `deno`. */
  readonly args: readonly string[];
  /** The time limit on a machine with two busy cores. */
  readonly minutes: number;
  /** Of a group of checks: those beside run one after the other at the same time as the others, and are shown after them. */
  readonly beside?: boolean;
  /** The group begins with it: nothing of what stands before it runs any more. */
  readonly first?: boolean;
}

/** `all` in groups, in their order. */
export function inGroups(all: readonly Check[]): Check[][] {
  const groups: Check[][] = [];
  for (const check of all) {
    if (check.first || groups.length === 0) groups.push([]);
    groups.at(-1)!.push(check);
  }
  return groups;
}

/** Examples are in comments of all code except the page's, which runs in browsers only. */
const WITH_EXAMPLES = /^(?:frames|session|transport|cli|road(?!\/web\/))\/.*\.ts$|^main\.ts$/;
/** Tests that need no network, browser or terminal programs, and the tests of the helpers. */
const QUICK =
  /^tests\/(?:frames|session|transport|road|cli|scripts|support)\/.*_test\.ts$|^tests\/net\/link_test\.ts$/;
/** Those that start no process and wait for nothing: one core is theirs, while the other quick tests have the second. */
const PURE = /^tests\/(?:frames|session)\/.*_test\.ts$/;
/** Tests in Chromium, or with a sleeping end: they run beside the rest. */
const BESIDE = /^tests\/e2e\/(?:(?:web|desktop)\/.*|network\/suspended)_test\.ts$/;
/** Small loads, which measure memory, and the network lab's own, which measure fractions of a ms: nothing runs beside them. */
const ALONE = /^tests\/(?:load\/.*|net\/lab)_test\.ts$/;
/** Whole paths over real parts. Benches (`tests/bench/`) are a separate task. */
const SLOW = /^tests\/(?:net|e2e)\/.*_test\.ts$/;

/** The checks for the tree at `root`; with `all`, the end-to-end tests too. Tests have been type-checked when they run. */
export async function checks(root: string, all: boolean): Promise<Check[]> {
  const files = await listFiles(root);
  const chosen = (pattern: RegExp) => files.filter((path) => pattern.test(path));
  const test = (name: string, minutes: number, paths: readonly string[], ...flags: string[]): Check[] => {
    return paths.length === 0
      ? []
      : [{ name, minutes, args: ["test", "-A", "--no-check", ...flags, ...paths] }];
  };
  const quick = chosen(QUICK);
  const [beside, alone] = [chosen(BESIDE), chosen(ALONE)];
  const slow = chosen(SLOW).filter((path) => ![...quick, ...beside, ...alone].includes(path));
  const native = await nativeTests(root, [...quick, ...slow, ...beside]);
  const bare = quick.filter((path) => !native.has(path));
  const [pure, others] = [bare.filter((path) => PURE.test(path)), bare.filter((path) => !PURE.test(path))];
  /** Files that load the native library have a process each. */
  const tests = (name: string, minutes: number, paths: readonly string[]): Check[] => [
    ...paths.filter((path) => native.has(path)).flatMap((path) => test(path, minutes, [path])),
    ...test(name, minutes, paths.filter((path) => !native.has(path))),
  ];
  return [
    { name: "tree", minutes: 1, args: ["run", "-A", "scripts/check_tree.ts"] },
    { name: "layers", minutes: 1, args: ["run", "-A", "scripts/check_layers.ts"] },
    { name: "unused", minutes: 1, args: ["run", "-A", "scripts/check_unused.ts"] },
    { name: "format", minutes: 1, args: ["fmt", "--check", "--quiet"] },
    { name: "lint", minutes: 1, args: ["lint", "--quiet"] },
    { name: "types", minutes: 5, args: ["check", "--quiet", "."] },
    { name: "browser types", minutes: 5, args: ["run", "-A", "scripts/check_browser_types.ts"] },
    ...group(
      test("unit and property tests", 15, others),
      [
        ...tests("unit and property tests of frames and session", 10, [
          ...quick.filter((path) => native.has(path)),
          ...pure,
        ]),
        ...test("examples in comments", 5, chosen(WITH_EXAMPLES), "--doc", "--permit-no-files"),
      ],
    ),
    ...(all
      ? [
        ...group(tests("loads, and the network lab", 5, alone), []),
        ...group(
          tests("end-to-end tests", 25, slow),
          tests("browser tests, desktops, and long sleeps", 25, beside),
        ),
      ]
      : []),
  ];
}

/** Checks that run at the same time as others. */
function group(main: readonly Check[], side: readonly Check[]): Check[] {
  const all = [...main, ...side.map((check) => ({ ...check, beside: true }))];
  return all.map((check, i) => i === 0 ? { ...check, first: true } : check);
}
