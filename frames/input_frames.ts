/** Stream 2: what a viewer types (`WIRE.md`, "Stream 2"). */
import { bytes, sack, uint } from "./checks.ts";
import type { Layouts } from "./layout.ts";

/** What was typed, from `base` on. */
export interface Input {
  readonly type: "Input";
  readonly base: number;
  readonly data: Uint8Array;
}

/** What the program's terminal has taken: everything below `have`; what is kept aside above that; and the echo ack. */
export interface InputAck {
  readonly type: "InputAck";
  readonly have: number;
  /** The highest offset of the input of which the output that was sent until now surely shows the effect. */
  readonly effect: number;
  readonly sack: readonly number[];
}

export type InputFrame = Input | InputAck;

export const INPUT_LAYOUTS: Layouts<InputFrame["type"]> = {
  Input: { code: 1, fields: [["base", uint], ["data", bytes(1)]] },
  InputAck: { code: 2, fields: [["have", uint], ["effect", uint]], rest: ["sack", sack] },
};
