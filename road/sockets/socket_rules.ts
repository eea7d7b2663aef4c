/** Rules for the messages of one socket. Pure. */
import { type ErrorCode, LIMITS } from "../../transport/schema/signal.ts";
import type { Rate } from "../../transport/token_bucket.ts";
import type { Settings } from "../config/options.ts";
import { Refused } from "../refused.ts";

/** How long a closing socket may take to read the rest and close its side, in ms. */
export const LINGER = 3_000;

/** Frames accepted from a client that is being closed: they were in flight. More is a flood. */
export const MAX_LATE = 2_000;

/** A host talks with all its viewers, so it may send so many times a viewer's message rate. */
const HOST_SHARE = 16;

/** The message rate of a host's socket. */
export function hostRate({ limits: { messages } }: Settings): Rate {
  return { burst: messages.burst * HOST_SHARE, perSecond: messages.perSecond * HOST_SHARE };
}

const utf8 = new TextDecoder();

/** The text of a text frame; `ws` has checked the UTF-8. Throws {@link Refused}. */
export function textOf(data: Uint8Array): string {
  if (data.length <= LIMITS.message) return utf8.decode(data);
  throw new Refused("too_large", `a message has ${data.length} bytes; at most ${LIMITS.message} are taken`);
}

/** Whether a code means that the client is faulty rather than late: signals for a viewer that has just left are no fault. */
export function isFault(code: ErrorCode): boolean {
  return code === "bad_message" || code === "too_large" || code === "rate_limited";
}
