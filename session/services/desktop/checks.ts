/** What fields of the desktop's messages may be, and how one is read. */
import * as v from "valibot";
import { ServiceError } from "../../streams/service_error.ts";
import { MAX_SIDE, PRESETS } from "./limits.ts";

/** A whole number from 0 on. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** A measured number, 0 or more. */
export const measure = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e15));
/** A host's or a viewer's clock, ms. */
export const time = v.pipe(v.number(), v.finite(), v.minValue(-1e15), v.maxValue(1e15));
/** A position, pixels. */
export const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SIDE));
/** A width or height, pixels. */
export const side = v.pipe(place, v.minValue(1));
/** One line for a person. */
export const line = v.pipe(v.string(), v.maxLength(256));
/** A name of something. */
export const word = v.pipe(v.string(), v.maxLength(64));
/** An RTP timestamp: 90 kHz, mod 2^32. */
export const rtp = v.pipe(count, v.maxValue(0xffff_ffff));

/** How many frames a second a host may be asked for, and how many bits a second. */
export const fps = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(120));
export const bitrate = v.pipe(v.number(), v.integer(), v.minValue(10_000), v.maxValue(100_000_000));
export const preset = v.picklist(PRESETS);

type Schemas = Readonly<Record<string, v.GenericSchema>>;
/** One message: `is` is its key. */
export type Said<S extends Schemas> = {
  [K in keyof S & string]: { readonly is: K; readonly value: v.InferOutput<S[K]> };
}[keyof S & string];

/**
 * The message in `value`: of the first key that `schemas` has; undefined for one of none of them, which a later version may send.
 * @throws {ServiceError} `bad-answer`, naming the key
 */
export function readSaid<S extends Schemas>(schemas: S, value: unknown): Said<S> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("bad-answer", "desktop: a message that is no object");
  }
  const is = Object.keys(schemas).find((key) => Object.hasOwn(value, key));
  if (is === undefined) return undefined;
  const { success, output } = v.safeParse(schemas[is]!, (value as Record<string, unknown>)[is], {
    abortEarly: true,
  });
  if (!success) throw new ServiceError("bad-answer", `desktop: ${is} can't be read`);
  return { is, value: output } as Said<S>;
}
