/** Converts the command line and the environment to a command's options. Pure, except for files that flags name. */
import { Command, CommanderError } from "commander";
import { Failure, USAGE } from "../process/failure.ts";
import { checkDoctor, checkHost, checkJoin, checkRoad } from "./options_check.ts";
import { BOTH_FLAGS } from "./options_both.ts";
import { DOCTOR_FLAGS } from "./options_doctor.ts";
import { HOST_BOTH_FLAGS, HOST_FLAGS } from "./options_host.ts";
import { JOIN_FLAGS } from "./options_join.ts";
import { ROAD_FLAGS } from "./options_road.ts";
import { addFlags, type Env, readFlags } from "./parse_flags.ts";
import { commanderFailure, EXAMPLES, FOOTER } from "./usage.ts";

/** The one-line warning that a command prints before anything else. */
interface Warned {
  readonly warning: string | undefined;
}

export type HostOptions = ReturnType<typeof checkHost> & Warned;
export type JoinOptions = ReturnType<typeof checkJoin> & Warned;
export type RoadOptions = ReturnType<typeof checkRoad> & Warned;
export type DoctorOptions = ReturnType<typeof checkDoctor> & Warned;

/** The command that the person requested. */
export type Invocation =
  | { readonly command: "host"; readonly options: HostOptions }
  | { readonly command: "join"; readonly options: JoinOptions }
  | { readonly command: "road"; readonly options: RoadOptions }
  | { readonly command: "doctor"; readonly options: DoctorOptions }
  /** Help: on stdout, or on stderr with the exit code for a bad command line if nothing was requested. */
  | { readonly command: "help"; readonly text: string; readonly code: number };

/** Variables that contain secrets; they are removed so that child processes do not inherit them. */
export const SECRET_VARIABLES = ["BEACH_PASSPHRASE", "BEACH_ICE_SERVER", "BEACH_REDIS"] as const;

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

  const program = new Command("beach")
    .description("Share a live terminal, peer to peer.")
    .option("-V, --version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", EXAMPLES.beach);
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

/** What is known besides the command line's flags. */
interface Given extends Warned {
  readonly env: Env;
  /** The host's command, if one was given. */
  readonly words: readonly string[] | undefined;
}

function addCommands(
  program: Command,
  { env, words, warning }: Given,
  found: (invocation: Invocation) => void,
): void {
  const host = program.command("host").usage("[flags] [-- command…]")
    .description("share a terminal: start a command (or your shell) and print one join code");
  const hostBoth = addFlags(host, "Both ends:", HOST_BOTH_FLAGS);
  const hostOwn = addFlags(host, "Host:", HOST_FLAGS);
  host.action(() => {
    const both = readFlags(HOST_BOTH_FLAGS, hostBoth, env);
    const { values } = readFlags(HOST_FLAGS, hostOwn, env);
    found({ command: "host", options: { ...checkHost(both, values, words), warning } });
  });

  const join = program.command("join").argument("[code]", "the join code, or its URL; - reads it from stdin")
    .usage("[flags] [code|URL|-]")
    .description("see a shared terminal and type in it");
  const joinBoth = addFlags(join, "Both ends:", BOTH_FLAGS);
  const joinOwn = addFlags(join, "Join:", JOIN_FLAGS);
  join.action((code: string | undefined) => {
    const both = readFlags(BOTH_FLAGS, joinBoth, env);
    const { values } = readFlags(JOIN_FLAGS, joinOwn, env);
    found({ command: "join", options: { ...checkJoin(both, values, code), warning } });
  });

  const road = program.command("road").usage("[flags]")
    .description("run the server that introduces the two ends, and gives browsers their page");
  const roadOwn = addFlags(road, "Road:", ROAD_FLAGS);
  road.action(() => {
    const { values } = readFlags(ROAD_FLAGS, roadOwn, env);
    found({ command: "road", options: { ...checkRoad(values), warning } });
  });

  const doctor = program.command("doctor").usage("[flags]")
    .description("say which ways to others work from here, and why a join would fail");
  const doctorOwn = addFlags(doctor, "Doctor:", DOCTOR_FLAGS);
  doctor.action(() => {
    const { values } = readFlags(DOCTOR_FLAGS, doctorOwn, env);
    found({ command: "doctor", options: { ...checkDoctor(values), warning } });
  });

  for (const command of [host, join, road, doctor]) {
    command.addHelpText("after", `\n${FOOTER}\n${EXAMPLES[command.name() as keyof typeof EXAMPLES]}`);
    command.copyInheritedSettings(program);
  }
}
