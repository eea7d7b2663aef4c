/**
 * What JSON from outside may be: parts of schemas that allow exactly what they name, each with words for what is wanted in its place, and
 * the first fault of a value. Signals, what is sealed in them, and a road's configuration are read by these.
 */
import * as v from "valibot";

/** What is wrong with a value. */
export interface Fault {
  /** Where, such as `ice.servers[0].urls`; empty: the whole value. */
  readonly at: string;
  /** What should be there; of a field that no schema names, the names that are known. */
  readonly wanted: string;
  /** What is there; undefined: nothing. */
  readonly found: unknown;
  /** Whether it is a field that the schema does not name. */
  readonly unknown: boolean;
}

export type Schema = v.GenericSchema;
/** What a schema makes of a value. */
export type Value<S extends Schema> = v.InferOutput<S>;

/** What `schema` makes of `value`, or the first thing that is wrong with it. */
export function read<S extends Schema>(
  schema: S,
  value: unknown,
): { readonly value: Value<S> } | { readonly fault: Fault } {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  return success ? { value: output } : { fault: faultOf(issues[0]) };
}

function faultOf({ path, message, input, type, expected }: v.BaseIssue<unknown>): Fault {
  let at = "";
  for (const { key } of path ?? []) {
    at += typeof key === "number" ? `[${key}]` : at === "" ? `${key}` : `.${key}`;
  }
  return { at, wanted: message, found: input, unknown: type === "strict_object" && expected === "never" };
}

/** Exactly these fields, but for those that are {@link optional}. */
export function object<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries).join(", ");
  const wanted = ({ expected, path }: v.StrictObjectIssue) =>
    expected === "never" ? known : wantedOf(entries[String(path?.at(-1)?.key)]);
  // The library takes a list for an object.
  return v.pipe(
    v.custom<v.InferInput<v.StrictObjectSchema<E, undefined>>>(isObject, "an object"),
    v.strictObject(entries, wanted),
  );
}

/** One of `kinds`, by what its field `key` says. */
export function tagged<const K extends string, S extends Readonly<Record<string, Schema>>>(key: K, kinds: S) {
  const other = v.looseObject({ [key]: oneOf(Object.keys(kinds)) }, oneOf(Object.keys(kinds)).message);
  const schema = (value: unknown): Schema => {
    const kind = (value as Record<string, unknown>)[key];
    return typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind]! : other;
  };
  type Input = v.InferInput<S[keyof S]>;
  return v.pipe(
    v.custom<Input>(isObject, "an object"),
    v.lazy(schema as (value: unknown) => v.GenericSchema<Input, v.InferOutput<S[keyof S]>>),
  );
}

/** A field that may be missing. */
export const optional = <S extends Schema>(schema: S) => v.optional(schema);

export const literal = <const T extends string>(word: T) => v.literal(word, `"${word}"`);

/** Accepts one of these words. */
export function oneOf<const T extends string>(words: readonly T[]) {
  const wanted = words.length > 2
    ? `one of ${words.join(", ")}`
    : words.map((word) => `"${word}"`).join(" or ");
  return v.picklist(words, wanted);
}

/** At most `most` characters of `pattern`; `wanted` says what that is. */
export function text(most: number, pattern: RegExp, wanted: string) {
  const short = `${wanted}, at most ${most} characters`;
  return v.pipe(v.string(wanted), v.maxLength(most, short), v.regex(pattern, wanted));
}

/** Accepts a whole number from `least` to `most`. */
export function whole(least: number, most: number, unit = "") {
  const wanted = `a whole number${unit && ` of ${unit}`} from ${least} to ${most}`;
  return v.pipe(v.number(wanted), v.safeInteger(wanted), v.minValue(least, wanted), v.maxValue(most, wanted));
}

/** Any number above 0, but for infinity, as which JSON's `1e999` is read. */
export const positive = v.pipe(
  v.number("a number above 0"),
  v.finite("a number above 0"),
  v.gtValue(0, "a number above 0"),
);

export const yesOrNo = v.boolean("true or false");

/** Accepts a list of at most `most` items. */
export function list<S extends Schema>(item: S, most: number) {
  return v.pipe(v.array(item, "a list"), v.maxLength(most, `a list of at most ${most}`));
}

/** One, or a list of any; a list in any case when it is read. */
export function oneOrList<S extends Schema>(item: S, most: number) {
  const many = list(item, most);
  type One = Value<S>;
  return v.pipe(
    v.lazy((value): v.GenericSchema<v.InferInput<S> | v.InferInput<S>[], One | One[]> =>
      Array.isArray(value) ? many : item
    ),
    v.transform((value): One[] => Array.isArray(value) ? value : [value]),
  );
}

/** `schema`, and what `change` makes of it. */
export function changed<S extends Schema, T>(schema: S, change: (value: Value<S>) => T) {
  return v.pipe(schema, v.transform(change));
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wantedOf(schema: Schema | undefined): string {
  const { message } = (schema ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? message : "something";
}
