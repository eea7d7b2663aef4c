/** What host and viewer do differently when they choose between their links (`link_selector.ts`). */

export interface SelectionPolicy {
  /** The host follows: it sends on the link that the viewer uses, and probes for the viewer. The viewer leads, and requests links. */
  readonly follows: boolean;
  /** How long a replaced link stays open for packets that are on their way; ms. */
  readonly grace: number;
}

export const HOST: SelectionPolicy = { follows: true, grace: 2000 };
/** The host closes a replaced link first. The viewer closes it after twice that time, in case the host's close never arrives. */
export const VIEWER: SelectionPolicy = { follows: false, grace: 4000 };
