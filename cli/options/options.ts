/** Converts the command line and the environment to a command's options. Pure, except for files that flags name. */
import { Command, CommanderError } from "commander";
import { Failure, USAGE } from "../process/failure.ts";
import { addCommands } from "./commands.ts";
import type { Invocation } from "./invocation.ts";
import type { Env } from "./parse_flags.ts";
import { commanderFailure, EXAMPLES } from "./usage.ts";

/** Variables that contain secrets; they are removed so that child processes do not inherit them. */
export const SECRET_VARIABLES = ["BEACH_PASSPHRASE", "BEACH_ICE_SERVER", "BEACH_REDIS"] as const;

/** All commands with their flags, to be looked at: nothing is to be parsed with it. */
export function commandLine(): Command {
  const program = newProgram();
  addCommands(program, { env: {}, words: undefined, warning: undefined }, () => {});
  return program;
}

function newProgram(): Command {
  return new Command("beach")
    .description("Share a live terminal, peer to peer.")
    .option("-V, --version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", EXAMPLES.beach);
}

/**
 * Parses `argv` (without the program's name); the command prints `warning` first. Throws {@link Failure} with exit code 2 for anything
 * invalid.
 */
export function parse(argv: readonly string[], env: Env, warning?: string): Invocation {
  let invocation: Invocation | undefined;
  let help = "";
  // Everything after the first `--` is the host's command, whatever it contains.
  const dashes = argv[0] === "host" ? argv.indexOf("--") : -1;
  const own = dashes < 0 ? argv : argv.slice(0, dashes);
  const words = dashes < 0 ? undefined : argv.slice(dashes + 1);

  const program = newProgram();
  program.configureOutput({ writeOut: (text) => help += text, writeErr: (text) => help += text });
  program.exitOverride();
  // A command's flags follow its name: `host --version` is an unknown flag, not the program's.
  program.enablePositionalOptions();
  addCommands(program, { env, words, warning }, (given) => invocation = given);

  try {
    program.parse(own, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: "help", text: help, code: 0 };
    // Help that nobody requested: `beach` alone.
    if (error.code === "commander.help") return { command: "help", text: help, code: USAGE };
    throw commanderFailure(error, own);
  }
  if (invocation === undefined) {
    throw new Failure({ what: "No command was given", hint: "Try: beach --help", code: USAGE });
  }
  return invocation;
}
