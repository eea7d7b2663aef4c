import type { ErrorCode } from "../transport/schema/signal.ts";

/** A client's message or join that the road refuses; answered with `error` or `join_error`, and counted. */
export class Refused extends Error {
  override name = "Refused";
  constructor(readonly code: ErrorCode, message: string, readonly hint?: string) {
    super(message);
  }
}
