/** Finds a command's file before the command is started: a failed `exec` in the PTY's child could only be reported on the shared screen. */
import { Failure } from "../process/failure.ts";

/** The search path if PATH is not set (`confstr(_CS_PATH)`). */
const DEFAULT_PATH = "/usr/bin:/bin";

export interface Lookup {
  readonly path: string | undefined;
  readonly cwd: string;
}

/**
 * The path of `command`'s file. Throws {@link Failure} if there is none that can be executed. On Windows the system searches itself
 * (PATHEXT), so the command is returned unchanged.
 */
export function findCommand(command: string, { path, cwd }: Lookup): string {
  if (Deno.build.os === "windows") return command;
  if (command.includes("/")) {
    const fault = faultOf(command.startsWith("/") ? command : `${cwd}/${command}`);
    if (fault === null) return command;
    throw failure(command, fault, fault === "missing" ? "Check the path" : undefined);
  }
  let worst: Fault = "missing";
  for (const folder of (path || DEFAULT_PATH).split(":")) {
    const file = `${folder || cwd}/${command}`;
    const fault = faultOf(file);
    if (fault === null) return file;
    if (fault !== "missing") worst = fault;
  }
  const spaced = /\s/.test(command)
    ? "Leave the quotes out, or use: -- sh -c '…'"
    : "Check its spelling and PATH";
  throw failure(command, worst, worst === "missing" ? spaced : undefined);
}

type Fault = "missing" | "folder" | "not executable";

function faultOf(file: string): Fault | null {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(file);
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? "not executable" : "missing";
  }
  if (info.isDirectory) return "folder";
  return info.mode !== null && (info.mode & 0o111) === 0 ? "not executable" : null;
}

function failure(command: string, fault: Fault, hint?: string): Failure {
  switch (fault) {
    case "missing":
      return new Failure({ what: "Command not found", value: command, hint });
    case "folder":
      return new Failure({
        what: "The command is a folder",
        value: command,
        wanted: "a program",
        hint,
      });
    case "not executable":
      return new Failure({
        what: "The command can't be executed",
        value: command,
        wanted: "an executable file",
        hint: hint ?? `Try: chmod +x ${command}`,
      });
  }
}

/**
 * The person's shell: `$SHELL`, else the one that every such system has. On Windows `%ComSpec%`, in any spelling of that name: there SHELL
 * belongs to programs from elsewhere (Git's bash), as a path that Windows does not know.
 */
export function defaultShell(
  environment: Readonly<Record<string, string | undefined>>,
  os: typeof Deno.build.os = Deno.build.os,
): string {
  if (os !== "windows") return environment.SHELL || "/bin/sh";
  const named = Object.entries(environment).find(([name]) => name.toUpperCase() === "COMSPEC")?.[1];
  return named || "cmd.exe";
}
