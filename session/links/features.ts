/** Optional features of an end (`WIRE.md`, "Features"). Only those that both ends named are used. */

/** `pictures`: a host sends the bytes of pictures on request; a viewer may request them. `streams`: services open streams. */
const BOTH: readonly string[] = ["pictures", "streams"];

/** A viewer names it that shows no screen; a host that names it sends such a one none. */
export const NO_SCREEN = "no-screen";

/** A host names it that shares a desktop; a viewer that knows what to do with one. */
export const DESKTOP = "desktop";

/** What a host names; `desktop`: it shares one. */
export function hostFeatures(desktop: boolean): readonly string[] {
  return desktop ? [...BOTH, NO_SCREEN, DESKTOP] : [...BOTH, NO_SCREEN];
}

/** What a viewer names; `screen`: it shows the terminal's. */
export function viewerFeatures(screen: boolean): readonly string[] {
  return screen ? [...BOTH, DESKTOP] : [...BOTH, DESKTOP, NO_SCREEN];
}

/** Those of `ours` that the other end named too; it may name what nobody here knows. */
export function shared(ours: readonly string[], theirs: readonly string[]): ReadonlySet<string> {
  return new Set(ours.filter((name) => theirs.includes(name)));
}
