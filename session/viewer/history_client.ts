/** The history that a viewer asks for. What nobody asked for is dropped unread, and what lies outside of its request is no answer. */
import type { LinesFrame, LinesRequest, PackedLines } from "../../frames/history_frames.ts";
import { askOnBulk } from "./bulk_request.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { unpackLines } from "../../frames/packed_lines.ts";

/** Requests of which an answer may still come: those of which it was lost are asked again. */
const MAX_OPEN = 4;

/** A viewer's requests for rows of history. */
export class HistoryClient {
  #newest: LinesRequest | undefined;
  #open = 0;

  /** Sends `request`; false if there is no link. */
  ask(request: LinesRequest, conversation: LinkProtocol | undefined, now: number): boolean {
    if (!askOnBulk(conversation, request, now)) return false;
    this.#newest = request;
    this.#open = Math.min(MAX_OPEN, this.#open + 1);
    return true;
  }

  /**
   * Hands `take` the rows in an answer to the newest request, none if they are not those that were asked for.
   * @throws {WireError} if it does not unpack
   */
  answer(frame: LinesFrame | PackedLines, take: (lines: LinesFrame) => void): void {
    const asked = this.#newest;
    if (!asked || this.#open === 0) return;
    this.#open--;
    const lines = frame.type === "Lines" ? frame : unpackLines(frame);
    if (lines.id !== asked.id) return;
    const inside = lines.from >= asked.from && lines.from + lines.rows.length <= asked.to;
    take(inside ? lines : { ...lines, rows: [] });
  }
}
