/** Where the log goes: a file, or stderr where that shows no session; one line an entry. Its words hold no secret. */
import { Failure, oneLine } from "../process/failure.ts";
import { STATS_WORDS } from "../../session/stats_text.ts";
import type { Log, LogLevel } from "../../transport/log.ts";

export interface LogOptions {
  readonly debugLog: string | undefined;
  readonly verbose: boolean;
  /** Also without `verbose`: the lines that say which channel a message takes. */
  readonly channelDebug?: boolean;
  readonly json: boolean;
  /** The first entry, of level `warn`. */
  readonly warning?: string;
}

/** What the terminal at stderr shows: a session (then no log may touch it), or nothing of ours. */
export type OnScreen = "session" | "nothing";

export interface OpenLog extends Disposable {
  /** A file that takes no more is told once: on stderr at once, or when the log is closed if a session is shown there. */
  readonly log: Log;
  /** Whether anyone would see an entry of level `debug`: costly words need not be put together otherwise. */
  readonly debugging: boolean;
  /** The session is on the screen from now on, or no longer. */
  screen(shows: OnScreen): void;
}

/** The words of section 6 that tell which channel a message takes. */
const CHANNEL = /^Routing to \w+ channel/;

/** Opens the log. Throws {@link Failure} if the file can't be written. */
// deno-lint-ignore beach/steady-clock -- a reader of logs puts lines beside others by the time of day
export function openLog(options: LogOptions, shows: OnScreen, now: () => Date = () => new Date()): OpenLog {
  const { verbose, channelDebug = false } = options;
  const file = options.debugLog === undefined ? undefined : openFile(options.debugLog);
  let full = false;
  /** What is to be said where the log can't, once the terminal shows no session any more. */
  let untold = "";
  const stderrIsTerminal = Deno.stderr.isTerminal();
  let onScreen = shows;
  const wanted = (level: LogLevel, words: string) =>
    verbose || (channelDebug && CHANNEL.test(words)) || level === "warn" || level === "error" ||
    // Numbers are there only where someone asked for them.
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
    // Others need not read who connected from where.
    return Deno.openSync(path, { create: true, append: true, mode: 0o600 });
  } catch (cause) {
    const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
    throw new Failure({ what: "The log file can't be written", value: path, hint, cause });
  }
}

/** Entry by entry and at once: what was logged is there even if the process dies. A full disk ends the log, not the session: what is wrong is returned. */
function writeAll(to: { writeSync(bytes: Uint8Array): number }, line: Uint8Array): string | undefined {
  try {
    for (let at = 0; at < line.length;) at += to.writeSync(line.subarray(at));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
