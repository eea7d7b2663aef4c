/** The command that a host shares: found before anything else, run in the shared terminal, and waited for, with those who watch its end. */
import type { ExitStatus } from "../../frames/screen_state.ts";
import type { Log } from "../../transport/log.ts";
import { Stopped } from "../process/io.ts";
import { aborted, within } from "../process/wait.ts";
import { defaultShell, findCommand } from "../pty/find_command.ts";
import type { Pty } from "../pty/pty.ts";
import type { HostTerminal } from "./host_terminal.ts";

/** How long the end waits for viewers that are heard to show the last bytes, ms: a slow link takes its time. */
const LAST_BYTES = 20_000;
/** The same where a signal ends us, ms: below the patience of `stop.ts`. */
const LAST_BYTES_STOPPED = 3000;

/** The command's words: `command`, or the person's shell. Throws {@link Failure} if it is not there. */
export function commandOf(
  command: readonly string[] | undefined,
  environment: Readonly<Record<string, string>>,
): [string, ...string[]] {
  const argv = (command ?? [defaultShell(environment)]) as [string, ...string[]];
  findCommand(argv[0], { path: environment.PATH ?? Deno.env.get("PATH"), cwd: Deno.cwd() });
  return argv;
}

/** Runs it to its end, which `stop` brings about; throws what `stop` was aborted with if that is an error of ours. */
export async function runCommand(pty: Pty, terminal: HostTerminal, stop: AbortSignal): Promise<ExitStatus> {
  const exited = terminal.run(pty);
  await Promise.race([exited, aborted(stop)]);
  if (stop.aborted && !(stop.reason instanceof Stopped)) throw stop.reason;
  // A signal to us ends the command as a closing window would.
  if (stop.aborted) await pty.close();
  return await exited;
}

/** Lets viewers show the end, as long as that is worth waiting for. */
export async function lastBytes(shown: Promise<void>, stop: AbortSignal, log: Log): Promise<void> {
  const [patience, hurry] = stop.aborted
    ? [LAST_BYTES_STOPPED, new AbortController().signal]
    : [LAST_BYTES, stop];
  await within(shown, patience, "Not all viewers have shown the end", hurry)
    .catch((error) => log("warn", String(error)));
}
