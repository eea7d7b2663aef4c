/** The history that a viewer asks for. What nobody asked for is dropped unread, and what lies outside of its request is no answer. */
import type { Message } from "../../frames/message.ts";
import { askOnBulk } from "../sync/bulk_request.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { unpackLines } from "../../frames/packed_lines.ts";

type Request = Message & { type: "LinesRequest" };
type Lines = Message & { type: "Lines" };

/** Requests of which an answer may still come: those of which it was lost are asked again. */
const MAX_OPEN = 4;

export class HistoryClient {
  #newest: Request | undefined;
  #open = 0;

  /** Sends `request`; false if there is no link. */
  ask(request: Request, conversation: LinkProtocol | undefined, now: number): boolean {
    if (!askOnBulk(conversation, request, now)) return false;
    this.#newest = request;
    this.#open = Math.min(MAX_OPEN, this.#open + 1);
    return true;
  }

  /**
   * Hands `take` the rows in an answer to the newest request, none if they are not those that were asked for.
   * @throws {WireError} if it does not unpack
   */
  answer(message: Lines | Message & { type: "PackedLines" }, take: (lines: Lines) => void): void {
    const asked = this.#newest;
    if (!asked || this.#open === 0) return;
    this.#open--;
    const lines = message.type === "Lines" ? message : unpackLines(message);
    if (lines.id !== asked.id) return;
    const inside = lines.from >= asked.from && lines.from + lines.rows.length <= asked.to;
    take(inside ? lines : { ...lines, rows: [] });
  }
}
