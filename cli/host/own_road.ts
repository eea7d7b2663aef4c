/** The road that a host runs itself if none is named. */
import type { Log } from "../../transport/log.ts";
import { ownAddresses } from "../../transport/native/addresses.ts";
import type { StartRoad } from "../process/io.ts";
import { lanAddress } from "../network/lan.ts";
import type { OpenFiles } from "../process/open_files.ts";
import { isFault, roadWords } from "../road/event_text.ts";

export interface OwnRoad extends AsyncDisposable {
  readonly publicUrl: string;
  /** The host's own path to it: loopback works whatever happens to the network. */
  readonly loopbackUrl: string;
}

/** The message if a road in our own process cannot be reached. */
export const NO_LOOPBACK = {
  what: "This machine can't reach itself, so no road can run in this process",
  hint: "Switch its loopback interface on (ip link set lo up), or use --road URL",
} as const;

/** It serves only its host: one session, and the next if the host opens another before the first is over. */
const SESSIONS = 4;

/**
 * Starts it at any free port. It may use half of the `files` that are left, and its log goes to the host's log. Throws Error if it cannot
 * listen.
 */
export async function startOwnRoad(startRoad: StartRoad, files: OpenFiles, log: Log): Promise<OwnRoad> {
  const address = lanAddress(ownAddresses());
  // The printed address must be one that it listens on. `::` includes IPv4, except on Windows; there is no usable IPv4, or it would be
  // printed.
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
