/** A viewer's requests for history. Answers that were not requested are dropped unread, as are rows outside of the request. */
import type { LinesFrame, LinesRequest, PackedLines } from "../../frames/history_frames.ts";
import { askOnBulk } from "./bulk_request.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { unpackLines } from "../../frames/packed_lines.ts";

/** The most requests whose answer may still come: a request whose answer was lost is repeated. */
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
   * Passes the rows of an answer to the newest request to `take`; none if other rows were requested.
   * @throws {WireError} if it cannot be unpacked
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
