/** `beach cp`: files and folders, to a host and back. */
import { FileClient } from "../../session/services/file_client.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { complete } from "../join/join_secret.ts";
import { ServicesJoin } from "../join/services_join.ts";
import type { CopyOptions } from "../options/invocation.ts";
import { FAILED, Failure } from "../process/failure.ts";
import type { Io } from "../process/io.ts";
import { openLog } from "../report/log.ts";
import { systemSha256 } from "./disk_file.ts";
import { getFiles } from "./get_files.ts";
import { Progress } from "./progress.ts";
import { lookAt, sendFiles } from "./send_files.ts";

/** The line of progress is drawn anew so often while nothing comes; ms. */
const TICK = 1000;

/** Returns 0 if all was copied, else 1. */
export async function runCp(given: CopyOptions, io: Io): Promise<number> {
  if (given.direction === "send") await lookAt(given.here, given.recursive);
  const options = await complete(given, io.stop);
  using logs = openLog(options, "nothing");
  const progress = new Progress({ now: () => performance.now(), columns, write });
  const say = (words: string | null) => words !== null && progress.say(words);
  await using session = await ServicesJoin.open(options, logs, say, io.stop);
  const ticking = setInterval(() => progress.tick(), TICK);
  using _ticking = { [Symbol.dispose]: () => clearInterval(ticking) };
  const client = new FileClient(session.open, systemSha256);
  const how = { deep: given.recursive, signal: io.stop, progress };
  const work = given.direction === "send"
    ? sendFiles(client, given.here, given.there[0]!, how)
    : getFiles(client, given.there, given.here[0]!, how);
  try {
    const faults = await Promise.race([work, session.over]);
    progress.finish();
    return faults === 0 ? 0 : FAILED;
  } catch (error) {
    progress.finish();
    if (!(error instanceof ServiceError)) throw error;
    throw new Failure({ what: `Not copied: ${error.message}`, hint: HINTS[error.code], cause: error });
  }
}

/** What to do about it, by the code of the fault. */
const HINTS: Readonly<Record<string, string>> = {
  "gone": "Run the same command again: it goes on where it was",
  "no-room": "Make room there, and run the same command again",
};

function columns(): number | undefined {
  return Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined;
}

/** The progress is for a person, and standard output for what is printed. */
function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}
