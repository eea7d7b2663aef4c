/**
 * Viewers that have proved nothing yet: anybody who knows a session's id is one. They may guess only so often, hold a seat only so long, and
 * give way when all are taken (`API.md`, "Let in").
 */
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Side } from "../negotiation/negotiation.ts";
import { Refused } from "../refused.ts";
import type { Viewer } from "./viewer.ts";

/** A viewer at `address` sends a `pake` message. Throws {@link Refused} if there were too many. */
export function guess({ guesses, metrics }: Context, address: string): void {
  const now = steady();
  if (guesses.bucket(address, now).tryConsume(now)) return;
  metrics.count("limits", "guesses");
  throw new Refused("rate_limited", "too many guesses from this address", "wait a minute, then try again");
}

/** The same of a viewer that has a seat. */
export function guessAgain(context: Context, viewer: Viewer): void {
  guess(context, viewer.address);
  viewer.guesses++;
}

/** Something other than `pake` came from one of a pair. A host's word lets its viewer in: what that said to get there was no guess. */
export function heard({ guesses }: Context, viewer: Viewer, side: Side): void {
  if (side === "viewer" || viewer.letIn) return;
  viewer.letIn = true;
  const now = steady();
  guesses.bucket(viewer.address, now).refund(now, viewer.guesses);
  viewer.guesses = 0;
}

/**
 * Who gives way to a newcomer: of the address that holds the most unproved seats, the one that has it longest. Undefined if all have proved
 * themselves.
 */
export function giveWay(viewers: Iterable<Viewer>): Viewer | undefined {
  const oldest = new Map<string, { readonly viewer: Viewer; count: number }>();
  for (const viewer of viewers) {
    if (viewer.letIn) continue;
    const same = oldest.get(viewer.address);
    if (same === undefined) oldest.set(viewer.address, { viewer, count: 1 });
    else same.count++;
  }
  let most = 0, chosen: Viewer | undefined;
  for (const { viewer, count } of oldest.values()) {
    if (count > most) [most, chosen] = [count, viewer];
  }
  return chosen;
}
