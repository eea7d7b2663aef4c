/**
 * Field by field checks of decoded JSON, each of which throws a {@link SignalError} that names the field, its value and
 * what would be right. Shared by the decoders of signals on the road and of sealed ones.
 */
import { type ErrorCode, LIMITS } from "./signal.ts";

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

export type Fields = Record<string, unknown>;

export function bad(what: string): never {
  throw new SignalError("bad_message", what);
}

/** A value as an error may show it: its type, or a short printable piece of it. */
export function shown(value: unknown): string {
  if (typeof value !== "string") {
    return typeof value === "number" || typeof value === "boolean" || value === null
      ? `${value}`
      : typeof value;
  }
  const short = value.length > 24 ? value.slice(0, 24) + "…" : value;
  return PRINTABLE.test(short) ? `"${short}"` : "text with control characters";
}

/** Parses one JSON object within the size limit. */
export function parseObject(text: string): Fields {
  if (text.length > LIMITS.message) {
    throw new SignalError(
      "too_large",
      `a message has ${text.length} characters; at most ${LIMITS.message} are taken`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    bad(`a message is not JSON: ${shown(text)}`);
  }
  return object(value, "message");
}

export function object(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    bad(`${what} must be a JSON object, not ${Array.isArray(value) ? "an array" : shown(value)}`);
  }
  return value as Fields;
}

/** Refuses fields that the schema does not name. */
export function only(fields: Fields, what: string, ...names: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) bad(`${what} has an unknown field ${shown(name)}; known: ${names.join(", ")}`);
  }
}

export function text(value: unknown, what: string, max: number, pattern: RegExp): string {
  if (typeof value !== "string") bad(`${what} must be text, not ${shown(value)}`);
  if (value.length > max) bad(`${what} has ${value.length} characters; at most ${max} are taken`);
  if (!pattern.test(value)) bad(`${what} has the wrong form: ${shown(value)}`);
  return value;
}

export function integer(value: unknown, what: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    bad(`${what} must be a whole number from ${min} to ${max}, not ${shown(value)}`);
  }
  return value;
}

export function boolean(value: unknown, what: string): boolean {
  if (typeof value !== "boolean") bad(`${what} must be true or false, not ${shown(value)}`);
  return value;
}

export function oneOf<T extends string>(value: unknown, what: string, all: readonly T[]): T {
  if (!all.includes(value as T)) bad(`${what} must be one of ${all.join(", ")}, not ${shown(value)}`);
  return value as T;
}

export function list<T>(value: unknown, what: string, max: number, each: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) bad(`${what} must be a list, not ${shown(value)}`);
  if (value.length > max) bad(`${what} has ${value.length} items; at most ${max} are taken`);
  return value.map(each);
}

/** `{[name]: decoded}`, or nothing where the field is absent. */
export function optional<K extends string, T>(
  fields: Fields,
  name: K,
  decode: (value: unknown, what: string) => T,
): Partial<Record<K, T>> {
  return fields[name] === undefined ? {} : { [name]: decode(fields[name], name) } as Record<K, T>;
}
