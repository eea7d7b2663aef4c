/** What host and viewer do differently when they choose between their links (`link_selector.ts`). */

export interface SelectionPolicy {
  /** The host: where the viewer goes on talking on an older link, it goes there too, and it asks where the viewer is. The viewer leads, and asks for links. */
  readonly follows: boolean;
  /** A link that a newer one has replaced stays so long for what is on its way; ms. */
  readonly grace: number;
}

export const HOST: SelectionPolicy = { follows: true, grace: 2000 };
/** The host closes it sooner; twice its grace in case that never comes through. */
export const VIEWER: SelectionPolicy = { follows: false, grace: 4000 };
