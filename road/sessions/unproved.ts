/**
 * Viewers that have proved nothing yet: anyone who knows a session's id can be one. Their guesses and their time are limited, and they are
 * removed first when all places are taken (`API.md`, "Let in").
 */
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Side } from "../negotiation/negotiation.ts";
import { Refused } from "../refused.ts";
import type { Viewer } from "./viewer.ts";

/** Charges a `pake` message of a viewer at `address`. Throws {@link Refused} if there were too many. */
export function guess({ guesses, metrics }: Context, address: string): void {
  const now = steady();
  if (guesses.of(address, now).tryConsume(now)) return;
  metrics.count("limits", "guesses");
  throw new Refused("rate_limited", "too many guesses from this address", "wait a minute, then try again");
}

/** Charges a further `pake` message of a viewer that has joined. Throws {@link Refused}. */
export function guessAgain(context: Context, viewer: Viewer): void {
  guess(context, viewer.address);
  viewer.guesses++;
}

/**
 * A message other than `pake` came from one side of a pair. If it is the host's, the host has admitted its viewer, and the viewer's `pake`
 * messages are refunded.
 */
export function heard({ guesses }: Context, viewer: Viewer, side: Side): void {
  if (side === "viewer" || viewer.letIn) return;
  viewer.letIn = true;
  const now = steady();
  guesses.of(viewer.address, now).refund(now, viewer.guesses);
  viewer.guesses = 0;
}

/**
 * The viewer to remove for a new one: at the address with the most unproved viewers, the one that has been here longest. Undefined if all
 * have proved the secret.
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
