/** The road that a host runs for itself where none is named. */
import type { Log } from "../../transport/log.ts";
import { ownAddresses } from "../../transport/native/addresses.ts";
import type { StartRoad } from "../process/io.ts";
import { lanAddress } from "../network/lan.ts";
import type { OpenFiles } from "../process/open_files.ts";
import { isFault, roadWords } from "../road/road_words.ts";

export interface OwnRoad extends AsyncDisposable {
  readonly publicUrl: string;
  /** How the host itself asks: loopback is there whatever becomes of the network. */
  readonly loopbackUrl: string;
}

/** What to say where a road that runs in our own process can't be reached. */
export const NO_LOOPBACK = {
  what: "This machine can't reach itself, so no road can run in this process",
  hint: "Switch its loopback interface on (ip link set lo up), or use --road URL",
} as const;

/** It is for its host alone: one session, and the next where the host opens another before the first is over. */
const SESSIONS = 4;

/**
 * Starts it at any free port. It has half of the `files` that are left, and what an operator would be told goes to the host's log. Throws
 * Error if it can't listen.
 */
export async function startOwnRoad(startRoad: StartRoad, files: OpenFiles, log: Log): Promise<OwnRoad> {
  const address = lanAddress(ownAddresses());
  // What is printed must be listened on. `::` takes IPv4 too, but on Windows; there is no IPv4 to speak of, or it would be printed.
  const [hostname, loopback] = address.startsWith("[") ? ["::", "[::1]"] : ["0.0.0.0", "127.0.0.1"];
  const spared = Math.ceil((files.limit - files.used()) / 2);
  const road = await startRoad({
    hostname,
    port: 0,
    limits: { sessions: SESSIONS },
    ...(files.limit < Infinity && { files: { ...files, spared } }),
    log: (event) => isFault(event) && log("warn", `Our road: ${roadWords(event)}`),
  });
  return {
    publicUrl: `http://${address}:${road.addr.port}`,
    loopbackUrl: `http://${loopback}:${road.addr.port}`,
    [Symbol.asyncDispose]: () => road[Symbol.asyncDispose](),
  };
}
