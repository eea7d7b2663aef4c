/** `beach join -N`: forwards ports, and shows no terminal. */
import type { JoinOptions } from "../options/invocation.ts";
import { oneLine } from "../process/failure.ts";
import { aborted } from "../process/wait.ts";
import type { Io } from "../process/io.ts";
import { openLog } from "../report/log.ts";
import { print } from "../terminal/print.ts";
import { Forwards } from "./forwards.ts";
import { complete } from "./join_secret.ts";
import { ServicesJoin } from "./services_join.ts";

/** Forwards until the session ends, or a signal comes; 0 then. */
export async function forwardOnly(given: JoinOptions, io: Io): Promise<number> {
  const options = await complete(given, io.stop);
  using logs = openLog(options, "nothing");
  const say = (words: string | null) =>
    void (words !== null && print(`beach: ${oneLine(words)}\n`, Deno.stderr));
  await using session = await ServicesJoin.open(options, logs, say, io.stop);
  await using forwards = new Forwards(session.open, say);
  for (const forward of options.localForward) await print(`${forwards.add(forward)}\n`);
  await print("Ctrl-C ends it.\n");
  await Promise.race([session.over, aborted(io.stop)]);
  return 0;
}
