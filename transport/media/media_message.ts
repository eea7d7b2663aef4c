/** The messages by which the two ends of a media connection find each other: JSON objects, in an ordered and sealed stream. Pure. */

import * as v from "valibot";
import { MAX_OFFER } from "./offer.ts";

/** What a viewer sends: first an offer, then candidates; an empty one ends them. */
const FROM_VIEWER = v.union([
  v.strictObject({
    offer: v.pipe(v.string(), v.maxLength(MAX_OFFER)),
    policy: v.picklist(["all", "relay"]),
  }),
  v.strictObject({
    candidate: v.pipe(v.string(), v.maxLength(512)),
    mid: v.pipe(v.string(), v.maxLength(16)),
  }),
]);

export type ViewerMediaMessage = v.InferOutput<typeof FROM_VIEWER>;

/** What a host sends: one answer, then candidates; an empty one ends them. */
export type HostMediaMessage = { readonly answer: string } | {
  readonly candidate: string;
  readonly mid: string;
};

/** A viewer's message, or undefined for what is none. */
export function readMediaMessage(value: unknown): ViewerMediaMessage | undefined {
  const read = v.safeParse(FROM_VIEWER, value);
  return read.success ? read.output : undefined;
}
