/** What a configuration's parts may be, and the line that says what is wrong with one. */
import { type Fault, object, positive, text } from "../../transport/schema/strict_json.ts";

/** Says the place, what is there and what should be. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export function wrong(at: string, found: string, wanted: string): ConfigError {
  return new ConfigError(`configuration, ${at}: ${found}; wanted ${wanted}.`);
}

/** Characters of a name, a path or a secret: any that somebody could mean. */
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
  // Of what may be meant as a secret only the kind is told, and where something else should be the kind tells enough.
  if (typeof value !== "string" && /^(?:an object|a list|text)/.test(wanted)) return `a ${typeof value}`;
  return wanted.startsWith("text") ? `text of ${String(value).length} characters` : JSON.stringify(value);
}
