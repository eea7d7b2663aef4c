/** What an end can do beyond what every end must (`WIRE.md`, "Features"). Only what both named is used. */

/** What this build names. `pictures`: a host gives the bytes of pictures to who asks for them; a viewer may ask. */
export const FEATURES: readonly string[] = ["pictures"];

/** Those that the other end named too; it may name what nobody here knows. */
export function shared(theirs: readonly string[]): ReadonlySet<string> {
  return new Set(FEATURES.filter((name) => theirs.includes(name)));
}
