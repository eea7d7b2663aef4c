/** What a host offers by name. */

/** Longest name of an offer, characters. */
export const MAX_NAME = 64;
/** Offers of one host. */
export const MAX_OFFERS = 64;
/** What an offer may be called: its name is used in command lines and on screens. */
export const OFFER_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** A native program, or an HTTP service. */
export interface Offer {
  readonly name: string;
  readonly kind: "native" | "http";
}
