/**
 * Decoding of signals, from the road or sealed: a violation is a {@link SignalError} that names the field, its value and what would be
 * valid.
 */
import { type ErrorCode, LIMITS } from "./signal.ts";
import { type Fault, read, type Schema, type Value } from "./strict_json.ts";

/** A message that breaks the schema: `code` for the protocol, `message` is one line for people. */
export class SignalError extends Error {
  override name = "SignalError";
  constructor(readonly code: ErrorCode, message: string) {
    super(message);
  }
}

/** One line that is safe to print in a terminal: no control character, and nothing that changes the direction of text. */
// deno-lint-ignore no-control-regex -- control characters are what it refuses
export const PRINTABLE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/;

/** The longest piece of a value that an error shows, in characters. */
const SHOWN = 24;

/** Throws a {@link SignalError} with the code `bad_message`. */
export function bad(what: string): never {
  throw new SignalError("bad_message", what);
}

/** How an error shows a value: its type, or a short printable piece of it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "string") {
    return typeof value === "number" || typeof value === "boolean" || value === null
      ? `${value}`
      : value === undefined
      ? "nothing"
      : `an ${typeof value}`;
  }
  const short = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  if (!PRINTABLE.test(short)) return "text with control characters";
  return value.length > SHOWN ? `"${short}" of ${value.length} characters` : `"${short}"`;
}

/** The value of one JSON text within the size limit. Throws {@link SignalError}. */
export function parse(json: string): unknown {
  if (json.length > LIMITS.message) {
    throw new SignalError(
      "too_large",
      `a message has ${json.length} characters; at most ${LIMITS.message} are taken`,
    );
  }
  try {
    return JSON.parse(json);
  } catch {
    bad(`a message is not JSON: ${shown(json)}`);
  }
}

/** The value of `value` under `schema`; throws {@link SignalError}. `what` names the whole in the error. */
export function decode<S extends Schema>(schema: S, value: unknown, what: string): Value<S> {
  const result = read(schema, value);
  return "fault" in result ? bad(line(result.fault, what)) : result.value;
}

function line({ at, wanted, found, unknown }: Fault, what: string): string {
  if (!unknown) return `${at || what} must be ${wanted}, not ${shown(found)}`;
  return `${what} has an unknown field ${shown(at)}; known: ${wanted}`;
}
