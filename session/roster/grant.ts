/** What one viewer may do at a host. Pure. */
import type { Role } from "../../frames/link_frames.ts";

/**
 * `look`: it is sent the screen. `type`: what it types reaches the program. `forward`: it asks programs and services, and is connected.
 * `files`: it gets and puts files. `desktop`: it uses the desktop that is shared.
 */
export type Verb = "look" | "type" | "forward" | "files" | "desktop";
export type Grant = ReadonlySet<Verb>;

/** One viewer that was let in. What it may do is looked at for each of its messages, so a change counts at once. */
export interface Member {
  /** Of this viewer alone as long as it is in. */
  readonly peer: string;
  /** What it calls itself: its own claim, perhaps nothing. */
  readonly name: string;
  grant: Grant;
}

/** Of one who was shown out. */
export const NOTHING: Grant = new Set();
const LOOK: Grant = new Set(["look"]);
const ALL: Grant = new Set(["look", "type", "forward", "files", "desktop"]);

/** The one place that says whether something is allowed. */
export function may(grant: Grant, verb: Verb): boolean {
  return grant.has(verb);
}

/** What a code's role begins with. */
export function grantOf(role: Role): Grant {
  return role === "write" ? ALL : LOOK;
}

/** The role that the wire tells a viewer of such a grant. */
export function roleOf(grant: Grant): Role {
  return may(grant, "type") ? "write" : "view";
}

/** `grant` but for these. */
export function without(grant: Grant, ...verbs: readonly Verb[]): Grant {
  return new Set([...grant].filter((verb) => !verbs.includes(verb)));
}
