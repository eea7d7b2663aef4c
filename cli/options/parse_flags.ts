/** Reads one command's flags: from the command line through commander, otherwise from `BEACH_…` variables; flags win. */
import { type Command, Option } from "commander";
import { Failure, USAGE } from "../process/failure.ts";
import { type Flag, type Flags, fromVariable, type Values, variable } from "./flags.ts";
import { BadValue } from "./values.ts";

export type Env = Readonly<Record<string, string | undefined>>;
/** The origin of a value: `--size`, `BEACH_SIZE`, or none (a default). */
export type Source = { readonly kind: "flag" | "variable"; readonly name: string } | {
  readonly kind: "default";
};
export type Sources<F extends Flags> = { readonly [K in keyof F]: Source };

/** The values on the command line, by flag, in order; `null` means no value. */
type Given = Map<Flag<unknown>, { readonly name: string; readonly text: string | null }[]>;

/** Adds `flags` to `command` under a heading of its help; the returned map is filled when it parses. */
export function addFlags(command: Command, heading: string, flags: Flags): Given {
  const given: Given = new Map();
  for (const flag of Object.values(flags)) {
    for (const name of [flag.name, ...flag.aliases]) {
      const option = new Option(specification(flag, name), flag.help).helpGroup(heading).hideHelp(
        name !== flag.name,
      );
      command.addOption(option);
      // Listeners instead of `opts()`, which mixes `--no-x` with `--x`, keeps one value, and reads "0" in a variable as on.
      command.on(`option:${option.name()}`, (text: string | null | undefined) => {
        given.set(flag, [...given.get(flag) ?? [], { name: `--${name}`, text: text ?? null }]);
      });
    }
  }
  return given;
}

function specification({ name: own, short, metavar, bare }: Flag<unknown>, name: string): string {
  const long = short !== undefined && name === own ? `-${short}, --${name}` : `--${name}`;
  if (metavar === undefined) return long;
  return bare ? `${long} [${metavar}]` : `${long} <${metavar}>`;
}

/** The values of all `flags`. Throws {@link Failure} for the first that can't be used. */
export function readFlags<F extends Flags>(
  flags: F,
  given: Given,
  env: Env,
): { readonly values: Values<F>; readonly sources: Sources<F> } {
  const values: Record<string, unknown> = {};
  const sources: Record<string, Source> = {};
  for (const [key, flag] of Object.entries(flags)) {
    ({ value: values[key], source: sources[key] } = readFlag(flag, given.get(flag), env));
  }
  return { values: values as Values<F>, sources: sources as Sources<F> };
}

function readFlag(
  flag: Flag<unknown>,
  said: readonly { readonly name: string; readonly text: string | null }[] | undefined,
  env: Env,
): { value: unknown; source: Source } {
  if (said !== undefined) {
    const last = said.at(-1)!;
    const source = { kind: "flag", name: last.name } as const;
    return attempt(
      // A letter is what people type, and what other tools call it.
      flag.short === undefined ? source.name : `-${flag.short}`,
      last.text,
      () => ({ value: flag.read(said.map(({ text }) => text)), source }),
    );
  }
  for (const name of [flag.name, ...flag.aliases].map(variable)) {
    const text = env[name];
    if (text === undefined) continue;
    const found = attempt(name, text, () => {
      const texts = fromVariable(flag, text);
      return texts.length === 0
        ? null
        : { value: flag.read(texts), source: { kind: "variable", name } as const };
    });
    if (found) return found;
  }
  return { value: flag.read([]), source: { kind: "default" } };
}

/** Variables whose values must not be shown on a screen. */
const SECRET = /passphrase$|ice.server$/i;

function attempt<T>(name: string, text: string | null, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new Failure({
      what: `${name} can't be used`,
      value: SECRET.test(name) && text !== "" ? undefined : text ?? "",
      wanted: error.wanted,
      hint: error.hint,
      code: USAGE,
    });
  }
}
