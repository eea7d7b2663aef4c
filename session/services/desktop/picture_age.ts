/** How old a picture is when it shows, as a sum of what was measured on its way. */

/** The legs of one picture's way, ms; together its age. */
export interface AgeLegs {
  /** At the host: capture, encoding, waiting to be sent. */
  readonly host: number;
  /** From the host to here. */
  readonly way: number;
  /** Here: put together, decoded, drawn. */
  readonly here: number;
}

/** When the parts of one picture's way were over, by our clock; ms. */
export interface PictureTimes {
  readonly captured: number;
  readonly received: number;
  readonly shown: number;
  /** How long it was at the host, as that says. */
  readonly atHost: number;
}

/** The legs of a picture. What the clocks' difference gets wrong is put where it is unknown: on the way. None is below 0. */
export function legsOf({ captured, received, shown, atHost }: PictureTimes): AgeLegs {
  const here = Math.max(0, shown - received);
  const before = Math.max(0, received - captured);
  const host = Math.min(before, Math.max(0, atHost));
  return { host, way: before - host, here };
}

/** The age of a picture, ms. */
export function ageOf({ host, way, here }: AgeLegs): number {
  return host + way + here;
}
