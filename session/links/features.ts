/** Optional features of an end (`WIRE.md`, "Features"). Only those that both ends named are used. */

/**
 * The features of this build. `pictures`: a host sends the bytes of pictures on request; a viewer may request them. `streams`: services open
 * streams.
 */
export const FEATURES: readonly string[] = ["pictures", "streams"];

/** A viewer names it that shows no screen; a host that names it sends such a one none. */
export const NO_SCREEN = "no-screen";

/** What a host names. */
export const HOST_FEATURES: readonly string[] = [...FEATURES, NO_SCREEN];

/** What a viewer names. */
export function viewerFeatures(screen: boolean): readonly string[] {
  return screen ? FEATURES : HOST_FEATURES;
}

/** Those of `ours` that the other end named too; it may name what nobody here knows. */
export function shared(ours: readonly string[], theirs: readonly string[]): ReadonlySet<string> {
  return new Set(ours.filter((name) => theirs.includes(name)));
}
