/** The steps of a negotiation with their times, for an operator who investigates a slow one. */
import type { NegotiationState } from "../../transport/schema/signal.ts";

export interface Moment {
  /** Monotonic ms; `session_view.ts` converts it to ms since 1970. */
  readonly at: number;
  readonly negotiation: number;
  readonly what:
    | NegotiationState
    | `second ${"offer" | "answer"}`
    | `${"host" | "viewer"} ${"away" | "back"}`;
}

/** The most steps kept: about a dozen reconnections. */
const MAX_MOMENTS = 64;

/** The latest steps of one negotiation. */
export class Timeline {
  readonly #moments: Moment[] = [];

  /** The latest steps, oldest first. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  /** Adds a step at `at`, in monotonic ms. */
  note(at: number, negotiation: number, what: Moment["what"]): void {
    if (this.#moments.length === MAX_MOMENTS) this.#moments.shift();
    this.#moments.push({ at, negotiation, what });
  }
}
