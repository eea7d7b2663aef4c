/** `BEACH_…` variables that no flag has: most likely a name that is spelt wrong, which would change nothing without a word. */
import { type Flags, variable } from "./flags.ts";
import { BOTH_FLAGS } from "./options_both.ts";
import { DOCTOR_FLAGS } from "./options_control.ts";
import { DESKTOP_FLAGS } from "./options_desktop.ts";
import { HOST_FLAGS } from "./options_host.ts";
import { JOIN_FLAGS } from "./options_join.ts";
import { AUDIT_FLAGS, PLAY_FLAGS } from "./options_records.ts";
import { ROAD_FLAGS } from "./options_road.ts";
import { CALL_FLAGS, CP_FLAGS, SERVICE_FLAGS } from "./options_services.ts";
import type { Env } from "./parse_flags.ts";

/** The flags of all commands: one environment may serve them all. */
const TABLES: readonly Flags[] = [
  BOTH_FLAGS,
  HOST_FLAGS,
  SERVICE_FLAGS,
  DESKTOP_FLAGS,
  JOIN_FLAGS,
  CALL_FLAGS,
  CP_FLAGS,
  ROAD_FLAGS,
  DOCTOR_FLAGS,
  PLAY_FLAGS,
  AUDIT_FLAGS,
];
/** Variables for a shared command, and for the tests. */
const OTHERS = ["SESSION", "REQUIRE_ALL", "PROPERTY_RUNS", "SHUTDOWN_RUNS", "SOAK", "STOPPED"];
const KNOWN: ReadonlySet<string> = new Set([
  ...OTHERS.map(variable),
  ...TABLES.flatMap((flags) =>
    Object.values(flags).flatMap(({ name, aliases }) => [name, ...aliases]).map(variable)
  ),
]);

/** The largest edit distance of a misspelling. */
const SLIPS = 3;

/** One line about the variables of `env` that are not known, without their values; undefined if all are. */
export async function unknownVariables(env: Env): Promise<string | undefined> {
  const unknown = Object.keys(env).filter((name) =>
    name.startsWith("BEACH_") && env[name] && !KNOWN.has(name)
  );
  if (unknown.length === 0) return undefined;
  // Rarely wanted, and it takes 14 ms of a start.
  const { distance } = await import("fastest-levenshtein");
  const named = unknown.sort().map((name) => {
    const meant = nearest(name, distance);
    return meant === undefined ? name : `${name} (did you mean ${meant}?)`;
  });
  return `Ignored, since no flag has this name: ${named.join(", ")}. Try: beach <command> --help`;
}

/** The known name that is a few slips away; `distance`: how many letters have to be changed, added or left out. */
function nearest(name: string, distance: (one: string, other: string) => number): string | undefined {
  const ranked = [...KNOWN].map((known) => ({ known, away: distance(name, known) }));
  const best = ranked.reduce((a, b) => b.away < a.away ? b : a);
  // Of a short name so many edits would leave nothing.
  const most = Math.min(SLIPS, (name.length - variable("").length) / 2);
  return best.away <= most ? best.known : undefined;
}
