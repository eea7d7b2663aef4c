/**
 * The command that a host shares: found before anything else, run in the shared terminal, and waited for until viewers have seen its end.
 */
import type { ExitStatus } from "../../frames/screen_state.ts";
import type { Log } from "../../transport/log.ts";
import { Stopped } from "../process/io.ts";
import { aborted, within } from "../process/wait.ts";
import { defaultShell, findCommand } from "../pty/find_command.ts";
import type { Pty } from "../pty/pty.ts";
import type { HostTerminal } from "./host_terminal.ts";

/** How long the end waits for viewers that still answer to show the last bytes, in ms: enough for a slow link. */
const LAST_BYTES = 20_000;
/** The same if a signal ends the host, in ms: below the time limit of `stop.ts`. */
const LAST_BYTES_STOPPED = 3000;

/** The command's words: `command`, or the person's shell. Throws {@link Failure} if it does not exist. */
export function commandOf(
  command: readonly string[] | undefined,
  environment: Readonly<Record<string, string>>,
): [string, ...string[]] {
  const argv = (command ?? [defaultShell(environment)]) as [string, ...string[]];
  findCommand(argv[0], { path: environment.PATH ?? Deno.env.get("PATH"), cwd: Deno.cwd() });
  return argv;
}

/** Runs it to its end, which `stop` can cause; throws the reason of `stop` if that is an error of Beach. */
export async function runCommand(pty: Pty, terminal: HostTerminal, stop: AbortSignal): Promise<ExitStatus> {
  const exited = terminal.run(pty);
  await Promise.race([exited, aborted(stop)]);
  if (stop.aborted && !(stop.reason instanceof Stopped)) throw stop.reason;
  // A signal to the host ends the command as a closing window would.
  if (stop.aborted) await pty.close();
  return await exited;
}

/** Waits for what ends a host without a command. A code of 1: that was an error of Beach, which is thrown once viewers know of the end. */
export async function untilStopped(stop: AbortSignal): Promise<ExitStatus> {
  await aborted(stop);
  return { code: stop.reason instanceof Stopped ? 0 : 1, signal: 0 };
}

/** Lets viewers show the end, within the time limit. */
export async function lastBytes(shown: Promise<void>, stop: AbortSignal, log: Log): Promise<void> {
  const [patience, hurry] = stop.aborted
    ? [LAST_BYTES_STOPPED, new AbortController().signal]
    : [LAST_BYTES, stop];
  await within(shown, patience, "Not all viewers have shown the end", hurry)
    .catch((error) => log("warn", String(error)));
}
