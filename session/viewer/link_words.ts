/** What a person is told of a viewer's links. */
import type { ViewerSession } from "./viewer_session.ts";

/** Silence of which the person is told, ms. */
const TELL = 2000;
/** A first link is built within it where the network is good, ms; later the person wants to know that something happens. */
const TELL_FIRST = 1000;

/**
 * What the person is to know of the link; null: all is well, or may be in a moment.
 *
 * @param now the clock's ms
 * @param waiting what has to happen at the host before there can be a link; nothing is wrong then
 */
export function linkWords(
  { role, linkRequests }: Pick<ViewerSession, "role" | "linkRequests">,
  now: number,
  waiting: string | undefined,
): string | null {
  if (linkRequests.fault(now) === null && linkRequests.silentFor(now) < Infinity) return null;
  if (waiting !== undefined) return `Waiting: ${waiting}`;
  const silence = linkRequests.silence(now);
  const seconds = Math.floor(silence / 1000);
  // It may have answered and been lost between two looks.
  if (role === undefined) return silence < TELL_FIRST ? null : `looking for a way to the host, ${seconds} s`;
  return silence < TELL ? null : `last heard ${seconds} s ago, reconnecting`;
}
