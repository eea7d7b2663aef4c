/** Definitions of flags: name, value, help. A command's options are a table of these. */
import { BadValue, type Read } from "./values.ts";

/** One flag whose value in the options is a `T`. */
export interface Flag<T> {
  /** Without `--`; its variable is `BEACH_` and the name in capitals, with `_` for `-`. */
  readonly name: string;
  readonly short?: string;
  /** Other names, which help shows in words only. */
  readonly aliases: readonly string[];
  readonly help: string;
  /** The placeholder for the value in help; absent for a flag without a value. */
  readonly metavar?: string;
  /** Whether `--flag` alone is allowed although it has a `metavar`. */
  readonly bare: boolean;
  /** Whether its variable always contains the value: `yes` is then a value. */
  readonly literal?: boolean;
  /** May be given several times; its variable contains the values separated by `between`. */
  readonly repeated: boolean;
  /** Blanks and commas if absent. */
  readonly between?: RegExp;
  /** Converts the given values, in order (`null`: no value); none if the flag was not given. Throws {@link BadValue}. */
  readonly read: (given: readonly (string | null)[]) => T;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
/** The options that a table of flags gives. */
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

interface Names {
  readonly literal?: boolean;
  readonly short?: string;
  readonly aliases?: readonly string[];
}

const PLAIN = { aliases: [], bare: false, repeated: false } as const;

/** `--name`: on or off. */
export function toggle(name: string, help: string, names: Names = {}): Flag<boolean> {
  return { ...PLAIN, ...names, name, help, bare: true, read: (given) => given.length > 0 };
}

/** `--name VALUE`; `fallback` if it is not given. The last one wins. */
export function value<T>(name: string, metavar: string, read: Read<T>, help: string): Flag<T | undefined>;
export function value<T>(name: string, metavar: string, read: Read<T>, help: string, fallback: T): Flag<T>;
export function value<T>(
  name: string,
  metavar: string,
  read: Read<T>,
  help: string,
  fallback?: T,
): Flag<T | undefined> {
  const last = (given: readonly (string | null)[]) => {
    const text = given.at(-1);
    if (text === null) throw new BadValue(metavar);
    return text === undefined ? fallback : read(text);
  };
  return { ...PLAIN, name, metavar, help, read: last };
}

/** `--name` or `--name VALUE`: false if not given, true without a value. */
export function optional<T>(
  name: string,
  metavar: string,
  read: Read<T>,
  help: string,
  names: Names = {},
): Flag<T | boolean> {
  const last = (given: readonly (string | null)[]) => {
    const text = given.at(-1);
    return text === undefined ? false : text === null ? true : read(text);
  };
  return { ...PLAIN, ...names, name, metavar, help, bare: true, read: last };
}

/** `--name VALUE`, any number of times. */
export function list<T>(name: string, metavar: string, read: Read<T>, help: string): Flag<readonly T[]> {
  return {
    ...PLAIN,
    name,
    metavar,
    help,
    repeated: true,
    read: (given) => given.filter((text) => text !== null).map(read),
  };
}

/** The variable of a flag's name. */
export function variable(name: string): string {
  return `BEACH_${name.toUpperCase().replaceAll("-", "_")}`;
}

const ON = /^(?:1|true|yes|on)$/i;
const OFF = /^(?:|0|false|no|off)$/i;

/** The value of a flag's variable, in the form of {@link Flag.read}; an empty variable counts as absent. */
export function fromVariable(flag: Flag<unknown>, text: string): readonly (string | null)[] {
  const switches = flag.bare && flag.literal !== true;
  if (switches && ON.test(text)) return [null];
  if (switches && OFF.test(text)) return [];
  if (flag.metavar === undefined) throw new BadValue("1 or 0");
  if (text === "") return [];
  return flag.repeated ? text.split(flag.between ?? /[\s,]+/).filter((part) => part !== "") : [text];
}
