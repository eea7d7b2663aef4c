/** Requests whose answer comes on `bulk`. */
import type { LinesRequest, PictureRequest } from "../../frames/history_frames.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";

/**
 * Sends a request on the connection of its answer: a reliable message that is lost delays the keys beside it. False if there is no link.
 */
export function askOnBulk(
  conversation: LinkProtocol | undefined,
  request: LinesRequest | PictureRequest,
  now: number,
): boolean {
  return conversation?.tell(request, now, conversation.link.separateBulk ? "bulk" : "ctrl") ?? false;
}
