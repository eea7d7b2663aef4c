/** How a frame is encoded: its number and its fields, in order. */
import type { Check } from "./checks.ts";

/** A field's name in TypeScript, and what it may be. */
export type Field = readonly [name: string, check: Check];

export interface Layout {
  /** Its number among the frames of its stream. */
  readonly code: number;
  readonly fields: readonly Field[];
  /** All that comes behind them, as one array. */
  readonly rest?: Field;
}

/** The frames of one stream, by the `type` that they have in TypeScript. */
export type Layouts<T extends string> = { readonly [type in T]: Layout };
