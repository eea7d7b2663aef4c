/** What a viewer does at its host: what it types (`WIRE.md`, "Stream 2"), and what it does with a desktop ("Stream 4"). */
import { bool, bytes, sack, u16, u32, uint } from "./checks.ts";
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

/** Keys, buttons and text, from `base` on: a byte stream of its own. */
export interface Events {
  readonly type: "Events";
  readonly base: number;
  readonly data: Uint8Array;
}

/** The desktop has taken every event below `have`, and knows the position of this `number`. */
export interface EventsAck {
  readonly type: "EventsAck";
  readonly have: number;
  readonly number: number;
}

/** Where the viewer's pointer is, in pixels of what is shared; the highest `number` counts. */
export interface Position {
  readonly type: "Position";
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** Whether the viewer holds a key or a button. */
  readonly holds: boolean;
}

export type DesktopFrame = Events | EventsAck | Position;

export const DESKTOP_LAYOUTS: Layouts<DesktopFrame["type"]> = {
  Events: { code: 1, fields: [["base", uint], ["data", bytes(1)]] },
  EventsAck: { code: 2, fields: [["have", uint], ["number", u32]] },
  Position: { code: 3, fields: [["number", u32], ["x", u16], ["y", u16], ["holds", bool]] },
};
