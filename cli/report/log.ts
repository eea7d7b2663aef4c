/** The log: to a file, or to stderr while that shows no session; one line per entry. Entries contain no secret. */
import { Failure, oneLine } from "../process/failure.ts";
import { STATS_WORDS } from "../../session/stats_text.ts";
import type { Log, LogLevel } from "../../transport/log.ts";

export interface LogOptions {
  readonly debugLog: string | undefined;
  readonly verbose: boolean;
  /** Also without `verbose`: the lines that tell which channel a message uses. */
  readonly channelDebug?: boolean;
  readonly json: boolean;
  /** The first entry, at level `warn`. */
  readonly warning?: string;
}

/** What the terminal at stderr shows: a session (then no log may write to it), or nothing of ours. */
export type OnScreen = "session" | "nothing";

export interface OpenLog extends Disposable {
  /** Logs an entry. A failing file is reported once: on stderr at once, or when the log is closed if a session is shown there. */
  readonly log: Log;
  /** Whether entries of level `debug` are written: otherwise their text need not be built. */
  readonly debugging: boolean;
  /** Whether the session is on the screen from now on. */
  screen(shows: OnScreen): void;
}

/** Entries that tell which channel a message uses. */
const CHANNEL = /^Routing to \w+ channel/;

/** Opens the log. Throws {@link Failure} if the file cannot be written. */
// deno-lint-ignore beach/steady-clock -- a reader of logs puts lines beside others by the time of day
export function openLog(options: LogOptions, shows: OnScreen, now: () => Date = () => new Date()): OpenLog {
  const { verbose, channelDebug = false } = options;
  const file = options.debugLog === undefined ? undefined : openFile(options.debugLog);
  let full = false;
  /** Messages to print once the terminal shows no session any more. */
  let untold = "";
  const stderrIsTerminal = Deno.stderr.isTerminal();
  let onScreen = shows;
  const wanted = (level: LogLevel, words: string) =>
    verbose || (channelDebug && CHANNEL.test(words)) || level === "warn" || level === "error" ||
    // Statistics are logged only if they were requested.
    (level === "info" && STATS_WORDS.test(words));
  const opened: OpenLog = {
    debugging: file !== undefined || verbose || channelDebug,
    screen: (shows) => void (onScreen = shows),
    log(level, words) {
      const hidden = stderrIsTerminal && onScreen === "session";
      const onStderr = wanted(level, words) && !hidden;
      if (!file && !onStderr) return;
      const line = new TextEncoder().encode(format(now(), level, words, options.json));
      if (onStderr) writeAll(Deno.stderr, line);
      const fault = file && !full ? writeAll(file, line) : undefined;
      if (fault === undefined) return;
      full = true;
      const ended = `The log file ended early: ${fault}`;
      if (hidden) untold = `beach: ${oneLine(ended)}\n`;
      else opened.log("warn", ended);
    },
    [Symbol.dispose]() {
      writeAll(Deno.stderr, new TextEncoder().encode(untold));
      file?.close();
    },
  };
  if (options.warning !== undefined) opened.log("warn", options.warning);
  return opened;
}

function format(time: Date, level: LogLevel, words: string, json: boolean): string {
  if (json) return JSON.stringify({ time: time.toISOString(), level, message: words }) + "\n";
  return `${time.toISOString().slice(11, 23)} ${level.padEnd(5)} ${oneLine(words)}\n`;
}

function openFile(path: string): Deno.FsFile {
  try {
    // Other users need not read who connected from where.
    return Deno.openSync(path, { create: true, append: true, mode: 0o600 });
  } catch (cause) {
    const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
    throw new Failure({ what: "The log file can't be written", value: path, hint, cause });
  }
}

/**
 * Writes each entry at once, so that it is there even if the process dies. A full disk ends the log, not the session: returns the error.
 */
function writeAll(to: { writeSync(bytes: Uint8Array): number }, line: Uint8Array): string | undefined {
  try {
    for (let at = 0; at < line.length;) at += to.writeSync(line.subarray(at));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
