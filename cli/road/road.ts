/** `beach road`: runs a road until it is told to end. */
import { USAGE } from "../process/failure.ts";
import type { Io, RoadSettings } from "../process/io.ts";
import { lanAddress } from "../network/lan.ts";
import { ownAddresses } from "../../transport/native/addresses.ts";
import { openLog } from "../report/log.ts";
import { openFiles } from "../process/open_files.ts";
import type { RoadOptions } from "../options/invocation.ts";
import { isFault, roadWords } from "./event_text.ts";

/** The files that a road leaves for other uses: its log, certificates that are read again, Redis. */
const SPARED = 16;

/** Settles with the exit code at the end. Throws Error if it cannot listen. */
export async function runRoad(options: RoadOptions, io: Io): Promise<number> {
  const { listen, publicUrl, tls, maxSessions, maxPeers } = options;
  if (options.check) return report(await io.checkRoad({ ...settings(options), publicUrl }), options.warning);
  using opened = openLog(options, "nothing");
  const files = openFiles();
  await using road = await io.startRoad({
    ...settings(options),
    ...(files.limit < Infinity && { files: { ...files, spared: SPARED } }),
    // An address that means all addresses cannot be part of a join URL.
    publicUrl: publicUrl ?? reachable(listen.hostname, listen.port, tls !== undefined),
    limits: {
      ...(maxSessions === undefined ? {} : { sessions: maxSessions }),
      ...(maxPeers === undefined ? {} : { peers: maxPeers }),
    },
    log: (event) => {
      if (options.json) print(JSON.stringify(event));
      else opened.log(isFault(event) ? "error" : "info", roadWords(event));
    },
  });
  if (!options.json) print(`listening on ${road.url}`);
  if (!io.stop.aborted) {
    await new Promise<void>((resolve) => io.stop.addEventListener("abort", () => resolve(), { once: true }));
  }
  return 0;
}

function settings(options: RoadOptions): RoadSettings {
  const { listen, tls, config, redis, turn, stun, sessionTtl, adminToken } = options;
  const { trustProxy, allowOrigin, allowHost } = options;
  return {
    ...{
      ...listen,
      tls,
      config,
      redis,
      turn,
      stun,
      sessionTtl,
      adminToken,
      trustProxy,
      allowOrigin,
      allowHost,
    },
    logAddresses: options.logAddresses,
    relay: !options.noRelay,
    web: !options.noWeb,
  };
}

/** Prints the result of a check; returns the exit code. */
function report({ wrong, odd }: Awaited<ReturnType<Io["checkRoad"]>>, warning?: string): number {
  if (warning !== undefined) print(`note: ${warning}`);
  for (const line of odd) print(`note: ${line}`);
  if (wrong.length === 0) {
    print("the configuration is good");
    return 0;
  }
  for (const line of wrong) print(`wrong: ${line}`);
  return USAGE;
}

function reachable(hostname: string, port: number, secure: boolean): string | undefined {
  if (!/^(?:0\.0\.0\.0|::)$/.test(hostname) || port === 0) return undefined;
  // An IPv6 address is useless for a road that listens on IPv4 alone.
  const listened = ownAddresses().filter(({ family }) => hostname === "::" || family === "IPv4");
  return `${secure ? "https" : "http"}://${lanAddress(listened)}:${port}`;
}

function print(line: string): void {
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
  } catch {
    // Nobody reads it; the road goes on.
  }
}
