/** Requests of which the answer comes on `bulk`. */
import type { Message } from "../../frames/message.ts";
import type { LinkProtocol } from "./link_protocol.ts";

type Request = Extract<Message, { type: "LinesRequest" | "PictureRequest" }>;

/** Sends one on the connection that its answer takes: a reliable message that is lost slows the keys beside it. False if there is no link. */
export function askOnBulk(conversation: LinkProtocol | undefined, request: Request, now: number): boolean {
  return conversation?.tell(request, now, conversation.link.separateBulk ? "bulk" : "ctrl") ?? false;
}
