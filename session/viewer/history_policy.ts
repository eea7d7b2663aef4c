/** When a viewer asks its host for rows of history, and for how many: small requests, one at a time, and few while the screen scrolls on. */
import { MAX_ROWS } from "../../frames/limits.ts";

/** Rows of one request: what fits one message where they pack well (`history_server.ts`). */
export const ROWS = MAX_ROWS;
/** A request that was not answered by then is lost with its link, or the host was busy; ms. */
export const PATIENCE = 3000;
/**
 * While the screen scrolls on from snapshot to snapshot, rows are asked for this seldom: most would be gone before anyone looks at
 * them, and reading them costs the emulator that the flood waits for; ms.
 */
export const SELDOM = 1000;
/** So long after the last such snapshot it has stopped; ms. */
export const CALM = 150;

/** How long a viewer that begins anew with each snapshot waits after one, ms; `sinceRequest`: how long ago it asked last. */
export function waitAfterSnapshot(sinceRequest: number): number {
  return Math.max(CALM, SELDOM - sinceRequest);
}
