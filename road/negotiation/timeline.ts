/** The steps of a negotiation with their times, for who looks into a slow one. */
import type { NegotiationState } from "../../transport/schema/signal.ts";

export interface Moment {
  /** Steady ms; `session_view.ts` makes times since 1970 of it. */
  readonly at: number;
  readonly negotiation: number;
  readonly what:
    | NegotiationState
    | `second ${"offer" | "answer"}`
    | `${"host" | "viewer"} ${"away" | "back"}`;
}

/** Steps that are kept: a dozen reconnections. */
const MAX_MOMENTS = 64;

export class Timeline {
  readonly #moments: Moment[] = [];

  /** The newest steps, oldest first. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  note(at: number, negotiation: number, what: Moment["what"]): void {
    if (this.#moments.length === MAX_MOMENTS) this.#moments.shift();
    this.#moments.push({ at, negotiation, what });
  }
}
