/** `beach completions SHELL`: prints what makes a shell complete beach's commands and flags. */
import { CONTROL_VERBS } from "../options/options_control.ts";
import type { CompletionsOptions } from "../options/invocation.ts";
import { DESKTOP_VERBS } from "../options/options_check.ts";
import { commandLine } from "../options/options.ts";
import { SHELLS } from "../options/options_records.ts";
import { FAILED } from "../process/failure.ts";
import { print } from "../terminal/print.ts";
import { script } from "./scripts.ts";
import { shapes, type Words } from "./shape.ts";

const FILES: Words = { kind: "files" };
/** What stands after the commands that take words which a shell can know. */
const WORDS: Readonly<Record<string, Words>> = {
  host: { kind: "program" },
  cp: FILES,
  play: FILES,
  audit: FILES,
  ctl: { kind: "these", words: CONTROL_VERBS },
  desktop: { kind: "these", words: DESKTOP_VERBS },
  completions: { kind: "these", words: SHELLS },
};

/** Returns 0, or 1 if nobody reads it. */
export async function runCompletions({ shell }: CompletionsOptions): Promise<number> {
  return await print(script(shell, shapes(commandLine(), WORDS))) ? 0 : FAILED;
}
