/** Field types of the configuration, and the error line for an invalid one. */
import { type Fault, object, positive, text } from "../../transport/schema/strict_json.ts";

/** An invalid setting: the message names the place, the value and what would be valid. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The error for `found` at `at`, where `wanted` would be valid. */
export function wrong(at: string, found: string, wanted: string): ConfigError {
  return new ConfigError(`configuration, ${at}: ${found}; wanted ${wanted}.`);
}

/** The longest name, path or secret, in characters. */
const LONGEST = 4096;

export const filled = text(LONGEST, /./s, "text that is not empty");
/** `{burst, perSecond}`. */
export const rate = object({ burst: positive, perSecond: positive });

/** The error for a `fault` in the file at `path`. */
export function wrongIn(path: string, { at, wanted, found, unknown }: Fault): ConfigError {
  if (!unknown) return wrong(at === "" ? path : at, shown(found, wanted), wanted);
  return wrong(/[.[]/.test(at) ? at : `${path}.${at}`, "no field of this name is known", wanted);
}

function shown(value: unknown, wanted: string): string {
  if (value === null || value === undefined) return "nothing";
  if (value === "") return "empty text";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  // Only the type of a value that may be a secret is told; where an object or a list was expected, the type is enough.
  if (typeof value !== "string" && /^(?:an object|a list|text)/.test(wanted)) return `a ${typeof value}`;
  return wanted.startsWith("text") ? `text of ${String(value).length} characters` : JSON.stringify(value);
}
