/** Decoding of signals, on the road and sealed: a fault is a {@link SignalError} that names the field, its value and what would be right. */
import { type ErrorCode, LIMITS } from "./signal.ts";
import { type Fault, read, type Schema, type Value } from "./strict_json.ts";

/** A message that breaks the schema: `code` for the protocol, `message` one line for the reader. */
export class SignalError extends Error {
  override name = "SignalError";
  constructor(readonly code: ErrorCode, message: string) {
    super(message);
  }
}

/** One line that a terminal may show: no control character, nothing that turns the direction of text. */
// deno-lint-ignore no-control-regex -- control characters are what it refuses
export const PRINTABLE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/;

/** Characters of a text that an error shows. */
const SHOWN = 24;

export function bad(what: string): never {
  throw new SignalError("bad_message", what);
}

/** A value as an error may show it: its type, or a short printable piece of it. */
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

/** The value of one JSON text within the size limit. */
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

/** What `schema` makes of `value`; throws {@link SignalError}. `what` names the whole. */
export function decode<S extends Schema>(schema: S, value: unknown, what: string): Value<S> {
  const result = read(schema, value);
  return "fault" in result ? bad(line(result.fault, what)) : result.value;
}

function line({ at, wanted, found, unknown }: Fault, what: string): string {
  if (!unknown) return `${at || what} must be ${wanted}, not ${shown(found)}`;
  return `${what} has an unknown field ${shown(at)}; known: ${wanted}`;
}
