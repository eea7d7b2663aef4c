/** Requests of which the answer comes on `bulk`. */
import type { LinesRequest, PictureRequest } from "../../frames/history_frames.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";

/** Sends one on the connection that its answer takes: a reliable message that is lost slows the keys beside it. False if there is no link. */
export function askOnBulk(
  conversation: LinkProtocol | undefined,
  request: LinesRequest | PictureRequest,
  now: number,
): boolean {
  return conversation?.tell(request, now, conversation.link.separateBulk ? "bulk" : "ctrl") ?? false;
}
