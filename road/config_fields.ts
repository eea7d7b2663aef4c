/** Readers for the values of a configuration: a value and its place in, the value checked out. */

export type Fields = Readonly<Record<string, unknown>>;

/** Says the place, what is there and what should be. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export function wrong(at: string, found: string, wanted: string): ConfigError {
  return new ConfigError(`configuration, ${at}: ${found}; wanted ${wanted}.`);
}

export function object(value: unknown, at: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(at, kind(value), "an object");
}

/** Throws {@link ConfigError} for a field of another name: a limit that is spelt wrong would be none. */
export function only(fields: Fields, at: string, ...names: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (names.includes(name)) continue;
    throw wrong(`${at}.${name}`, "no field of this name is known", names.join(", "));
  }
}

export function list(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(at, kind(value), "a list");
}

export function string(value: unknown, at: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(at, kind(value), "text that is not empty");
}

export function integer(value: unknown, at: string, least: number, most: number, unit = ""): number {
  if (Number.isSafeInteger(value) && value as number >= least && value as number <= most) {
    return value as number;
  }
  throw wrong(
    at,
    JSON.stringify(value) ?? "nothing",
    `a whole number${unit && ` of ${unit}`} from ${least} to ${most}`,
  );
}

export function oneOf<const T extends string>(value: unknown, at: string, words: readonly T[]): T {
  const word = words.find((word) => word === value);
  if (word !== undefined) return word;
  throw wrong(at, JSON.stringify(value) ?? "nothing", words.map((word) => `"${word}"`).join(" or "));
}

function positive(value: unknown, at: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw wrong(at, JSON.stringify(value) ?? "nothing", "a number above 0");
}

/** `{burst, perSecond}`. */
export function rate(value: unknown, at: string): { burst: number; perSecond: number } {
  const fields = object(value, at);
  only(fields, at, "burst", "perSecond");
  const part = (name: string) => positive(fields[name], `${at}.${name}`);
  return { burst: part("burst"), perSecond: part("perSecond") };
}

function kind(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value)
    ? "a list"
    : typeof value === "string"
    ? `text "${value}"`
    : `a ${typeof value}`;
}
