/** The command line as shells complete it, from the parser that the commands themselves use. */
import type { Command, Option } from "commander";

/** What stands after a flag, or as an argument: nothing, a file, a folder, or what no shell knows. */
export type Value = "none" | "file" | "folder" | "other";

export interface FlagShape {
  /** With its dashes. */
  readonly long: string;
  /** With its dash. */
  readonly short?: string;
  readonly help: string;
  /** After a flag whose value may be left out nothing is completed. */
  readonly value: Value;
}

export interface CommandShape {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly FlagShape[];
  readonly words: Words;
}

/** The arguments of a command: one of these, files, or another program with its own. */
export type Words =
  | { readonly kind: "these"; readonly words: readonly string[] }
  | { readonly kind: "files" | "program" | "none" };

/** Placeholders of values that are paths. */
const PATHS: Readonly<Record<string, Value>> = { FILE: "file", F: "file", DIR: "folder" };

/** The shapes of all commands of `program`; `words`: the arguments of those that take any. */
export function shapes(program: Command, words: Readonly<Record<string, Words>>): CommandShape[] {
  const commands = program.commands.map((command): CommandShape => ({
    name: command.name(),
    help: firstPart(command.description()),
    flags: [...command.options.filter(({ hidden }) => !hidden).map(flagShape), HELP],
    words: words[command.name()] ?? { kind: "none" },
  }));
  const names = commands.map(({ name }) => name);
  return [...commands, {
    name: "help",
    help: "show the help of a command",
    flags: [],
    words: { kind: "these", words: names },
  }];
}

const HELP: FlagShape = { long: "--help", short: "-h", help: "display help for command", value: "none" };

function flagShape({ long, short, description, flags, required }: Option): FlagShape {
  // `DIR|none` is a folder first of all.
  const metavar = /<([^>|]*)[^>]*>$/.exec(flags)?.[1] ?? "";
  const value = required ? PATHS[metavar] ?? "other" : "none";
  return { long: long!, ...(short && { short }), help: firstPart(description), value };
}

/** What shells show beside a name is one line, and short. */
function firstPart(text: string): string {
  return text.split(/[;:(]/)[0]!.trim();
}
