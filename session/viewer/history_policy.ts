/** When a viewer requests rows of history, and how many: small requests, one at a time, and few while the screen scrolls. */
import { MAX_ROWS } from "../../frames/limits.ts";

/** Rows of one request: what fits one message where they pack well (`history_server.ts`). */
export const ROWS = MAX_ROWS;
/** The time limit of a request, in ms: after it, the request was lost with its link, or the host was busy. */
export const PATIENCE = 3000;
/**
 * The interval of requests while the screen scrolls from snapshot to snapshot, in ms: most rows would be gone before anyone sees them, and
 * reading them costs the emulator time that the flood needs.
 */
export const SELDOM = 1000;
/** So long after the last such snapshot the scrolling has stopped; ms. */
export const CALM = 150;

/** How long to wait after a snapshot that replaced the screen, in ms; `sinceRequest`: the time since the last request. */
export function waitAfterSnapshot(sinceRequest: number): number {
  return Math.max(CALM, SELDOM - sinceRequest);
}
