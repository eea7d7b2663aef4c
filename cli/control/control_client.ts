/** Asks hosts over their control sockets. Sockets that killed hosts have left are removed. */
import { Failure } from "../process/failure.ts";
import { writeAll } from "../services/write_all.ts";
import type { SessionLine } from "./host_controls.ts";
import { type FolderEnvironment, socketsHere } from "./control_folder.ts";
import { lines } from "./lines.ts";

/** The longest answer, bytes: the numbers of 256 viewers. */
const MAX_ANSWER = 4 * 1024 * 1024;
/** A host that answers no request within this time is stuck, or stopped; ms. */
const PATIENCE = 2000;

/** A host of this person, by its socket. */
export interface FoundHost {
  readonly path: string;
  /** What it says of itself; undefined: it did not answer. */
  readonly line: SessionLine | undefined;
}

/** All hosts of this person on this machine, newest first. */
export async function findHosts(env: FolderEnvironment): Promise<FoundHost[]> {
  const found = await Promise.all(
    socketsHere(env).map(async (path): Promise<FoundHost | undefined> => {
      try {
        return { path, line: await ask(path, "list") as SessionLine };
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        if (!(error instanceof Deno.errors.ConnectionRefused)) return { path, line: undefined };
        // Nobody listens: it was killed.
        await Deno.remove(path).catch(() => {});
        return undefined;
      }
    }),
  );
  return found.filter((host) => host !== undefined);
}

/**
 * Asks the host at `path` for one thing; settles with the result. Throws {@link Failure} with what the host says, or if it does not answer, and
 * what connecting throws.
 */
export async function ask(
  path: string,
  method: string,
  params: Record<string, unknown> = {},
): Promise<unknown> {
  const connection = await Deno.connect({ transport: "unix", path });
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
    connection.close();
  }, PATIENCE);
  try {
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) + "\n";
    await writeAll(connection, new TextEncoder().encode(request));
    for await (const line of lines(connection, MAX_ANSWER)) return resultOf(line);
    throw new Failure({ what: "The host closed the connection without an answer", value: path });
  } catch (error) {
    if (!patience.signal.aborted) throw error;
    throw new Failure({ what: `The host did not answer within ${PATIENCE / 1000} s`, value: path });
  } finally {
    clearTimeout(timer);
    if (!patience.signal.aborted) connection.close();
  }
}

function resultOf(line: string): unknown {
  const { result, error } = JSON.parse(line) as {
    readonly result?: unknown;
    readonly error?: { readonly message?: string };
  };
  if (error === undefined) return result;
  const message = String(error.message);
  throw new Failure({ what: `Not done: ${message}` });
}
