/** Which end says which frame (`WIRE.md`, "Frames"): the one table of that rule. */
import type { Frame, FrameType } from "./frame.ts";
import type { OtherProtocol } from "./link_frames.ts";

type Side = "viewer" | "host";

/** `link`: both ends, and the link's protocol deals with it. */
const SAID_BY = {
  Hello: "viewer",
  Input: "viewer",
  OutputAck: "viewer",
  Resync: "viewer",
  Window: "viewer",
  LinesRequest: "viewer",
  PictureRequest: "viewer",
  Events: "viewer",
  Position: "viewer",
  Welcome: "host",
  Output: "host",
  Snapshot: "host",
  InputAck: "host",
  Lines: "host",
  PackedLines: "host",
  Picture: "host",
  Exit: "host",
  Notice: "host",
  Routing: "host",
  Offered: "host",
  Role: "host",
  EventsAck: "host",
  Probe: "both",
  Bye: "both",
  OtherProtocol: "both",
  Open: "link",
  Data: "link",
  End: "link",
  Credit: "link",
  Reset: "link",
} as const satisfies Record<FrameType | "OtherProtocol", Side | "both" | "link">;

type TypeFrom<S extends Side> = {
  [T in keyof typeof SAID_BY]: (typeof SAID_BY)[T] extends S | "both" ? T : never;
}[keyof typeof SAID_BY];

/** What one end says to the other, and the other's session has to deal with. */
export type FrameFrom<S extends Side> = Extract<Frame | OtherProtocol, { readonly type: TypeFrom<S> }>;

/** Whether an end of this side may send this frame. */
export function isFrom<S extends Side>(side: S, frame: Frame | OtherProtocol): frame is FrameFrom<S> {
  const by = SAID_BY[frame.type];
  return by === side || by === "both";
}
