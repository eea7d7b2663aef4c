/** Why a join failed, in words, with what to try. */
import { SAID, shownText } from "../../../session/vt/shown_text.ts";
import { CodeError } from "../../../transport/auth/join_code.ts";
import { RoadError } from "../../../transport/signalling/road_error.ts";
import { refusalWords } from "../../../transport/peer/refusals.ts";
import type { RefusedReason } from "../../../transport/peer/viewer_events.ts";

export type FailureReason = RefusedReason | "code" | "secret" | "road" | "ended" | "given_up";

/** A join that failed: the reason for programs, the message for people. */
export class JoinFailure extends Error {
  override readonly name = "JoinFailure";
  constructor(readonly reason: FailureReason, readonly what: string, readonly hint: string) {
    super(`${what}. ${hint}`);
  }
}

/** The failure for a refusal of the host. */
export function refused(reason: RefusedReason, detail: string): JoinFailure {
  const { what, hint } = refusalWords(reason, "page");
  return new JoinFailure(
    reason,
    what,
    reason === "denied" && detail ? `They said: ${shownText(detail, SAID)}` : hint,
  );
}

/** Any error of the way in, as a failure. */
export function asFailure(error: unknown): JoinFailure {
  if (error instanceof JoinFailure) return error;
  if (error instanceof CodeError) {
    return new JoinFailure("code", `${error.what}: ${error.value || "nothing"}`, error.hint);
  }
  if (error instanceof RoadError) {
    const gone = error.code === "not_found";
    return gone
      ? new JoinFailure(
        "road",
        "There is no such session here",
        "It may be over. Ask its host for a new link.",
      )
      : new JoinFailure("road", `${error.what}: ${error.value}`, error.hint);
  }
  const words = error instanceof Error ? error.message : String(error);
  return new JoinFailure("road", `Something broke in this page: ${words}`, "Reload it and try again.");
}
