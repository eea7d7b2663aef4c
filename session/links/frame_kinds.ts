/** Properties of frames that matter to the link that carries them. */
import type { Frame } from "../../frames/frame.ts";
import type { OtherProtocol } from "../../frames/link_frames.ts";
import type { Channel } from "../../transport/link.ts";
import type { Priority } from "./packet_scheduler.ts";

type Any = Frame | OtherProtocol;

/** Whether a frame carries bytes of one of the two terminal streams: such a packet has a header and an ack. */
export function carriesData({ type }: Any): boolean {
  return type === "Output" || type === "Input";
}

/** Whether a frame acknowledges one of the terminal's streams. */
export function isAck({ type }: Any): boolean {
  return type === "OutputAck" || type === "InputAck";
}

/** Whether a frame is for the link's own sake: it does not make the link a used one (`keepalive.ts`). */
export function saysLittle(frame: Any): boolean {
  return isAck(frame) || frame.type === "Probe";
}

/** The priority of a frame on this channel. */
export function priorityOf({ type }: Frame, channel: Channel): Priority {
  if (channel === "bulk") return "bulk";
  return type === "Snapshot" ? "screen" : "control";
}

/** The log's name of a frame; tools that read logs know it. `data`: the name of this end's stream. */
export function traceName(frame: Frame, data: string): string {
  if (carriesData(frame)) return data;
  return isAck(frame) ? "Ack" : frame.type;
}
