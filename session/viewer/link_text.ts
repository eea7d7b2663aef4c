/** What a person is told about a viewer's links. */
import type { ViewerSession } from "./viewer_session.ts";

/** The silence after which the person is told, in ms. */
const TELL = 2000;
/** On a good network the first link is built in this time, in ms; later the person is told. */
const TELL_FIRST = 1000;

/**
 * The message about the link; null: all is well, or may be in a moment.
 *
 * @param now the clock's ms
 * @param waiting what has to happen at the host before there can be a link; then nothing is wrong
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
  // The link may have answered and ended between two checks.
  if (role === undefined) return silence < TELL_FIRST ? null : `looking for a way to the host, ${seconds} s`;
  return silence < TELL ? null : `last heard ${seconds} s ago, reconnecting`;
}
