/** Why a stream was reset, or a service does not do what it was asked for. It travels as the `Reset` of a stream. */

/** The codes of services (`../services/README.md`); streams have some of their own, and a peer of another version may send others. */
export type ServiceCode =
  | "head"
  | "denied"
  | "no-service"
  | "too-large"
  | "not-json"
  | "gone"
  | "timeout"
  | "refused"
  | "unreachable"
  | "bad-answer"
  | "path"
  | "kind"
  | "exists"
  | "missing"
  | "changed"
  | "no-room"
  | "sum"
  | "busy"
  | "failed";

/** A request that a service refused or could not finish. `message` is one line for a person. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  constructor(readonly code: ServiceCode | (string & Record<never, never>), message: string) {
    super(message);
  }
}

/** `error` as a {@link ServiceError}: what is none counts as `failed`. */
export function serviceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError("failed", error instanceof Error ? error.message.split("\n")[0]! : String(error));
}
