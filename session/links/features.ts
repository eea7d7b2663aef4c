/** Optional features of an end (`WIRE.md`, "Features"). Only those that both ends named are used. */

/**
 * The features of this build. `pictures`: a host sends the bytes of pictures on request; a viewer may request them. `streams`: services open
 * streams.
 */
export const FEATURES: readonly string[] = ["pictures", "streams"];

/** The features that the other end named too; it may name unknown ones. */
export function shared(theirs: readonly string[]): ReadonlySet<string> {
  return new Set(FEATURES.filter((name) => theirs.includes(name)));
}
