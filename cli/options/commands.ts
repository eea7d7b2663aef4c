/** Each command with its flags and arguments, as the parser knows them. */
import type { Command } from "commander";
import type { Invocation } from "./invocation.ts";
import { BOTH_FLAGS } from "./options_both.ts";
import {
  checkCall,
  checkCopy,
  checkDesktop,
  checkDoctor,
  checkHost,
  checkJoin,
  checkRoad,
  checkServices,
  checkSharedDesktop,
} from "./options_check.ts";
import { checkControl, CONTROL_FLAGS, DOCTOR_FLAGS } from "./options_control.ts";
import { DESKTOP_FLAGS } from "./options_desktop.ts";
import { HOST_BOTH_FLAGS, HOST_FLAGS } from "./options_host.ts";
import { JOIN_FLAGS } from "./options_join.ts";
import { ROAD_FLAGS } from "./options_road.ts";
import { AUDIT_FLAGS, checkShell, PLAY_FLAGS, SHELLS } from "./options_records.ts";
import { CALL_FLAGS, CP_FLAGS, SERVICE_FLAGS } from "./options_services.ts";
import { addFlags, type Env, readFlags } from "./parse_flags.ts";
import { EXAMPLES, FOOTER } from "./usage.ts";

interface Commands {
  readonly program: Command;
  readonly env: Env;
  readonly warning: string | undefined;
  readonly found: (invocation: Invocation) => void;
}

/** What is known besides the command line's flags. */
interface Given {
  readonly env: Env;
  /** The host's command, if one was given. */
  readonly words: readonly string[] | undefined;
  readonly warning: string | undefined;
}

/**
 * Tells `program` about all commands.
 * @param found gets what the person asked for
 */
export function addCommands(
  program: Command,
  { env, words, warning }: Given,
  found: (invocation: Invocation) => void,
): void {
  const to: Commands = { program, env, warning, found };
  const commands = [
    addHost(to, words),
    addJoin(to),
    addCall(to),
    addCp(to),
    addControl(to),
    addList(to),
    addDesktop(to),
    addRoad(to),
    addDoctor(to),
    addAudit(to),
    addPlay(to),
    addCompletions(to),
  ];
  for (const command of commands) {
    command.addHelpText("after", `\n${FOOTER}\n${EXAMPLES[command.name() as keyof typeof EXAMPLES]}`);
    command.copyInheritedSettings(program);
  }
}

function addHost({ program, env, warning, found }: Commands, words: readonly string[] | undefined): Command {
  const host = program.command("host").usage("[flags] [-- command…]")
    .description("share a terminal: start a command (or your shell) and print one join code");
  const hostBoth = addFlags(host, "Both ends:", HOST_BOTH_FLAGS);
  const hostOwn = addFlags(host, "Host:", HOST_FLAGS);
  const services = addFlags(host, "Services:", SERVICE_FLAGS);
  const desktops = addFlags(host, "Desktop:", DESKTOP_FLAGS);
  return host.action(() => {
    const both = readFlags(HOST_BOTH_FLAGS, hostBoth, env);
    const own = readFlags(HOST_FLAGS, hostOwn, env).values;
    const offered = checkServices(readFlags(SERVICE_FLAGS, services, env).values);
    const desktop = checkSharedDesktop(readFlags(DESKTOP_FLAGS, desktops, env), words);
    found({ command: "host", options: { ...checkHost(both, own, words), ...offered, ...desktop, warning } });
  });
}

function addJoin({ program, env, warning, found }: Commands): Command {
  const join = program.command("join").argument("[code]", "the join code, or its URL; - reads it from stdin")
    .usage("[flags] [code|URL|-]")
    .description("see a shared terminal and type in it");
  const joinBoth = addFlags(join, "Both ends:", BOTH_FLAGS);
  const joinOwn = addFlags(join, "Join:", JOIN_FLAGS);
  return join.action((code: string | undefined) => {
    const both = readFlags(BOTH_FLAGS, joinBoth, env);
    const { values } = readFlags(JOIN_FLAGS, joinOwn, env);
    found({ command: "join", options: { ...checkJoin(both, values, code), warning } });
  });
}

function addCall({ program, env, warning, found }: Commands): Command {
  const call = program.command("call").usage("[flags] <code|URL|-> [NAME] [JSON|-]")
    .argument("[code]", "the join code, or its URL; - reads it from stdin")
    .argument("[words...]", "the service's name, if the host offers several, and the message")
    .description("ask a program or an HTTP service that a host offers, and print the answer");
  const both = addFlags(call, "Both ends:", BOTH_FLAGS);
  const own = addFlags(call, "Call:", CALL_FLAGS);
  return call.action((code: string | undefined, words: readonly string[]) => {
    if (words.length > 2) call.error("error: too many arguments", { code: "commander.excessArguments" });
    const { values } = readFlags(CALL_FLAGS, own, env);
    const options = checkCall(readFlags(BOTH_FLAGS, both, env), values, code, words);
    found({ command: "call", options: { ...options, warning } });
  });
}

function addCp({ program, env, warning, found }: Commands): Command {
  const cp = program.command("cp").usage("[flags] FILE… CODE:PATH, or CODE:PATH… DIR")
    .argument("[places...]", "files here, and CODE:PATH at the host; -:PATH reads the code from stdin")
    .description("copy files to a host's shared folder, and back");
  const both = addFlags(cp, "Both ends:", BOTH_FLAGS);
  const own = addFlags(cp, "Copy:", CP_FLAGS);
  return cp.action((places: readonly string[]) => {
    const { values } = readFlags(CP_FLAGS, own, env);
    const options = checkCopy(readFlags(BOTH_FLAGS, both, env), values, places);
    found({ command: "cp", options: { ...options, warning } });
  });
}

function addControl({ program, env, warning, found }: Commands): Command {
  const control = program.command("ctl").usage("[flags] [NAME] VERB [words]")
    .argument("[words...]", "a session, if several are shared from here, and what to do")
    .description("see and change a session that runs here: who may do what, the door, the codes");
  const own = addFlags(control, "Control:", CONTROL_FLAGS);
  return control.action((words: readonly string[]) => {
    const { values } = readFlags(CONTROL_FLAGS, own, env);
    found({ command: "ctl", options: { ...checkControl(values, words), warning } });
  });
}

function addList({ program, env, warning, found }: Commands): Command {
  const list = program.command("list").usage("[flags]")
    .description("show the sessions that this machine shares, and how they are");
  const own = addFlags(list, "List:", CONTROL_FLAGS);
  return list.action(() => {
    const { values } = readFlags(CONTROL_FLAGS, own, env);
    found({ command: "list", options: { ...values, warning } });
  });
}

function addDesktop({ program, warning, found }: Commands): Command {
  const desktop = program.command("desktop").usage("install|remove|status|licence|encoders")
    .argument("<verb>", "what to do with the encoder's pack")
    .argument("[encoder]", "the one encoder to try, with encoders")
    .description("install or remove the encoder that sharing a desktop needs, and say what it is");
  return desktop.action((verb: string, encoder: string | undefined) => {
    found({ command: "desktop", options: { ...checkDesktop(verb, encoder), warning } });
  });
}

function addRoad({ program, env, warning, found }: Commands): Command {
  const road = program.command("road").usage("[flags]")
    .description("run the server that introduces the two ends, and gives browsers their page");
  const own = addFlags(road, "Road:", ROAD_FLAGS);
  return road.action(() => {
    const { values } = readFlags(ROAD_FLAGS, own, env);
    found({ command: "road", options: { ...checkRoad(values), warning } });
  });
}

function addDoctor({ program, env, warning, found }: Commands): Command {
  const doctor = program.command("doctor").usage("[flags]")
    .description("say which ways to others work from here, and why a join would fail");
  const own = addFlags(doctor, "Doctor:", DOCTOR_FLAGS);
  return doctor.action(() => {
    const { values } = readFlags(DOCTOR_FLAGS, own, env);
    found({ command: "doctor", options: { ...checkDoctor(values), warning } });
  });
}

function addAudit({ program, env, warning, found }: Commands): Command {
  const audit = program.command("audit").usage("[flags] FILE").argument("<file>", "what host --audit wrote")
    .description("say whether a host's audit is whole, and if not, which lines are missing or were changed");
  const own = addFlags(audit, "Audit:", AUDIT_FLAGS);
  return audit.action((file: string) => {
    found({ command: "audit", options: { file, ...readFlags(AUDIT_FLAGS, own, env).values, warning } });
  });
}

function addPlay({ program, env, warning, found }: Commands): Command {
  const play = program.command("play").usage("[flags] FILE|URL|-")
    .argument("<source>", "a recording: a file, an http(s) URL, or - for stdin")
    .description("play a recording of a terminal (asciicast 2 or 3)");
  const own = addFlags(play, "Play:", PLAY_FLAGS);
  return play.action((source: string) => {
    found({ command: "play", options: { source, ...readFlags(PLAY_FLAGS, own, env).values, warning } });
  });
}

function addCompletions({ program, warning, found }: Commands): Command {
  const completions = program.command("completions").usage(SHELLS.join("|"))
    .argument("<shell>", "the shell that is to complete beach's commands and flags")
    .description("print what makes a shell complete commands and flags");
  return completions.action((shell: string) => {
    found({ command: "completions", options: { shell: checkShell(shell), warning } });
  });
}
