/** What can go wrong between a peer and its road: codes for programs, texts for people. */
import type { ErrorCode, PeerRole } from "../schema/signal.ts";
import { boundedText } from "../schema/bounded_text.ts";
import { unreachable } from "./unreachable.ts";

/**
 * The road's own codes, and those of this side: `down` (nothing answers), `not_a_road` (another kind of server answers), `timeout` (it
 * accepted the socket and sent nothing), `replaced` (another process joined as this peer), `ended` (the session is over).
 */
export type RoadCode = ErrorCode | "down" | "not_a_road" | "timeout" | "replaced" | "ended";

/** One line for people: what was wrong, the value, what would be right, what to try. */
export class RoadError extends Error {
  override name = "RoadError";
  constructor(
    readonly code: RoadCode,
    readonly what: string,
    readonly value: string,
    readonly hint: string,
  ) {
    // The hint may come from the road, and other implementations of a road may begin and end it as they like.
    super(`${what}: ${value}. ${hint.slice(0, 1).toUpperCase()}${hint.slice(1).replace(/\.$/, "")}.`);
  }
}

/** Our hints for people. They replace the road's own, which are written for authors of clients. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  bad_message: "Use the same version of beach at both ends and on the road",
  bad_version: "Use the same version of beach at both ends and on the road",
  bad_origin: "Open the page from the road's own address",
  bad_host: "Use the address that the host printed, or ask the road's operator for --allow-host",
  not_found: "Check the first part of the code, or ask the host for a new one: the session may be over",
  not_authorised: "It is somebody else's now; ask the host for a new code",
  expired: "Join again, or ask the host for a new code",
  host_absent: "The host is away; it may come back",
  host_taken: "Another host holds this session; start a new one",
  full: "Try again later, or use another road (--road)",
  rate_limited: "Try again in a minute",
  draining: "The road is closing; try again in a moment",
  unavailable: "The road has a fault; try again, or use another road (--road)",
};

const FINAL: readonly ErrorCode[] = ["bad_version", "bad_origin", "bad_message"];
/** Refusals that are final for a host: it has no other way in than the token of its session. */
const FINAL_OF_HOST: readonly ErrorCode[] = ["not_authorised", "host_taken", "not_found", "expired"];

/** Whether waiting cannot cure this refusal of a peer that had joined before. */
export function isFinal(role: PeerRole, code: ErrorCode): boolean {
  return FINAL.includes(code) || (role === "host" && FINAL_OF_HOST.includes(code));
}

const NEW_CODE = "Ask the host for a new code";

/** What goes wrong with a peer's socket: the code, what the road did, a default for the detail, and what to try. */
const TROUBLES = {
  unreachable: ["down", "can't be reached", "", "Trying again"],
  lost: ["down", "was lost", "", "Trying again"],
  closed: ["down", "closed the socket", "", "Try again"],
  silent: ["timeout", "took the socket", "no answer to the join", "Try again"],
  moving: ["draining", "is moving", "it asks to join again", "Trying again"],
  other: ["bad_message", "named another session", "", NEW_CODE],
  replaced: [
    "replaced",
    "was joined a second time as this end",
    "there is room for one",
    "If that was not you, ask the host for a new code",
  ],
  ended: ["ended", "ended the session", "", NEW_CODE],
} as const satisfies Record<string, readonly [RoadCode, string, string, string]>;

/** The error for a socket to `road` that failed in this way; `detail` replaces the default detail. */
export function trouble(road: string, kind: keyof typeof TROUBLES, detail?: string): RoadError {
  const [code, what, value, hint] = TROUBLES[kind];
  return new RoadError(code, `The road ${road} ${what}`, detail ?? value, hint);
}

/** The error for a `join_error` or a refused HTTP request; `message` and `hint` are the road's words. */
export function refusedJoin(road: string, code: ErrorCode, message: string, hint?: string): RoadError {
  return new RoadError(
    code,
    `The road ${road} refused the join`,
    message,
    HINTS[code] ?? hint ?? "Try again",
  );
}

/** The limit for the HTTP request that finds out what answers at the road's address, in ms. */
const LOOK = 3_000;

/** Finds out why no WebSocket opened at `road` (a base URL): requests the same address over HTTP. Never throws. */
export async function explainRoad(road: string, detail: string): Promise<RoadError> {
  const status = /(?:status(?: code)?|response):? (\d{3})/i.exec(detail)?.[1];
  if (status === "403") return refusedJoin(road, "bad_origin", "it does not take this page's origin");
  if (status === "421") return refusedJoin(road, "bad_host", "it does not go by the name in this address");
  if (status === "429") return refusedJoin(road, "rate_limited", "too many requests from this address");
  try {
    const answer = await fetch(`${road}/healthz`, { redirect: "manual", signal: AbortSignal.timeout(LOOK) });
    const body = (await boundedText(answer, 64)).text.trim();
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

/**
 * The innermost cause of a failed `fetch`, e.g. `tcp connect error: Connection refused (os error 111)`; Deno's own message says only that
 * it failed.
 */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.cause instanceof Error) return deepest(error.cause);
  return error.message.split("\n")[0]!.replace(
    /^error sending request for url \(.*?\): (?:client error \(Connect\): )?/,
    "",
  );
}
