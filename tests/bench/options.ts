/** The options of the benches: `--name value`, or `--name one,two`. */

/** What follows `--name`; undefined without it. */
export function option(name: string): string | undefined {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
}

/** The words of `--name`, all of them without it. Throws Error for one that is not among `all`. */
export function list<T extends string>(name: string, all: readonly T[]): T[] {
  if (!Deno.args.includes(`--${name}`)) return [...all];
  const wanted = (option(name) ?? "").split(",");
  const unknown = wanted.find((word) => !all.includes(word as T));
  if (unknown !== undefined) throw new Error(`--${name} has no ${unknown}; it has ${all.join(", ")}`);
  return wanted as T[];
}
