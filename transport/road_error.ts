/** What can be wrong between an end and its road, for the reader and for the program. */
import type { ErrorCode, PeerRole } from "./signal.ts";
import { unreachable } from "./unreachable.ts";

/**
 * The road's own codes and ours: `down` (nothing answers), `not_a_road` (something else answers), `timeout` (it took the socket and
 * said nothing), `replaced` (another process joined as this peer), `ended` (the session is over).
 */
export type RoadCode = ErrorCode | "down" | "not_a_road" | "timeout" | "replaced" | "ended";

/** One line for the reader: what was wrong, the value, what would be right, what to try. */
export class RoadError extends Error {
  override name = "RoadError";
  constructor(
    readonly code: RoadCode,
    readonly what: string,
    readonly value: string,
    readonly hint: string,
  ) {
    // The hint may be a road's own words, which other implementations write as they like.
    super(`${what}: ${value}. ${hint.slice(0, 1).toUpperCase()}${hint.slice(1).replace(/\.$/, "")}.`);
  }
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  bad_version: "Use the same version of beach at both ends and on the road",
  bad_origin: "Open the page from the road's own address",
  bad_host: "Use the address that the host printed, or ask the road's operator for --allow-host",
  not_found: "Check the first part of the code, or ask the host for a new one: the session may be over",
  host_absent: "The host is away; it may come back",
  host_taken: "Another host holds this session",
  full: "Try again later, or use another road (--road)",
  rate_limited: "Too many joins from this address; try again in a minute",
  draining: "The road is closing; try again in a moment",
};

const FINAL: readonly ErrorCode[] = ["bad_version", "bad_origin", "bad_message"];
/** A host has nothing but its claim to its session. */
const FINAL_OF_HOST: readonly ErrorCode[] = ["not_authorised", "host_taken", "not_found", "expired"];

/** Whether no waiting mends this refusal of an end that had joined before. */
export function isFinal(role: PeerRole, code: ErrorCode): boolean {
  return FINAL.includes(code) || (role === "host" && FINAL_OF_HOST.includes(code));
}

/** The error of a `join_error`. */
export function refusedJoin(road: string, code: ErrorCode, message: string, hint?: string): RoadError {
  return new RoadError(
    code,
    `The road ${road} refused the join`,
    message,
    hint ?? HINTS[code] ?? "Try again",
  );
}

/** How long to look at what answers at the road's address, in ms. */
const LOOK = 3_000;

/** Finds out why no WebSocket came up at `road` (a base URL): asks the same address over HTTP. Never throws. */
export async function explainRoad(road: string, detail: string): Promise<RoadError> {
  const status = /(?:status(?: code)?|response):? (\d{3})/i.exec(detail)?.[1];
  if (status === "403") return refusedJoin(road, "bad_origin", "it does not take this page's origin");
  if (status === "421") return refusedJoin(road, "bad_host", "it does not go by the name in this address");
  if (status === "429") return refusedJoin(road, "rate_limited", "too many requests from this address");
  try {
    const answer = await fetch(`${road}/healthz`, { redirect: "manual", signal: AbortSignal.timeout(LOOK) });
    const body = (await answer.text()).slice(0, 64).trim();
    if (answer.status === 200 && body === "ok") {
      return status === "503"
        ? refusedJoin(road, "full", "it takes no more connections now")
        : refusedJoin(road, "bad_version", "it is a road, but took no connection of this version of beach");
    }
    if (answer.status === 503) {
      return body.includes('"full"')
        ? refusedJoin(road, "full", "it takes no more connections now")
        : refusedJoin(road, "draining", "it is closing");
    }
    return new RoadError(
      "not_a_road",
      `No Beach road answers at ${road}`,
      `its answer was HTTP ${answer.status}`,
      "Check --road: it must be the base URL of a `beach road`, such as https://road.example",
    );
  } catch (error) {
    const { why, hint } = unreachable(deepest(error));
    return new RoadError("down", `The road ${road} can't be reached`, why, hint);
  }
}

/** The innermost reason of a failed `fetch`, e.g. `tcp connect error: Connection refused (os error 111)`: Deno's own message says only that it failed. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.cause instanceof Error) return deepest(error.cause);
  return error.message.split("\n")[0]!.replace(
    /^error sending request for url \(.*?\): (?:client error \(Connect\): )?/,
    "",
  );
}
