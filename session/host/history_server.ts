/** Serves history to one viewer: one request at a time, at low priority, so that a slow viewer costs the host nothing. */
import type { HistoryRow, LinesRequest } from "../../frames/history_frames.ts";
import { MAX_DATA, MAX_ROWS } from "../../frames/limits.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import type { HostContext } from "./host_io.ts";
import { packLines } from "../../frames/packed_lines.ts";

/** The size of one answer: `text` (characters) if it can be packed into `packed` (bytes), else `bare` without packing. */
interface Portion {
  readonly text: number;
  readonly packed: number;
  readonly bare: number;
}
/** For a link where keys do not share its connection, or wait behind it in any case. */
const OWN: Portion = { text: 40_000, packed: MAX_DATA, bare: 12_000 };
/** For a link where they share it: one packet per round trip, until the second connection is open. */
const SHARED: Portion = { text: 4000, packed: 1000, bare: 900 };
/** Above so many bytes queued on `bulk` no answer is sent: the viewer asks again. */
export const BUSY = 64 * 1024;

/** Answers a viewer's requests for rows of history. */
export class HistoryServer {
  #busy = false;

  constructor(private readonly host: Pick<HostContext, "lines" | "log" | "now">) {}

  /** Answers `request`, unless an answer is in progress: a viewer asks again when that has come. */
  async serve(request: LinesRequest, conversation: LinkProtocol): Promise<void> {
    const { link } = conversation;
    if (this.#busy || request.to <= request.from || conversation.bulkWaiting >= BUSY) return;
    this.#busy = true;
    try {
      const to = Math.min(request.to, request.from + MAX_ROWS);
      const { era, first, end, from, rows } = await this.host.lines(request.from, to);
      const portion = link.lossy && !link.separateBulk ? SHARED : OWN;
      const last = (text: number) => {
        const kept = cut(rows, text);
        const start = from + rows.length - kept.length;
        return { type: "Lines", id: request.id, era, first, end, from: start, rows: kept } as const;
      };
      const packed = packLines(last(portion.text), portion.packed);
      conversation.tell(packed ?? last(portion.bare), this.host.now(), "bulk");
    } catch (error) {
      this.host.log(`history lines ${request.from} to ${request.to} could not be read: ${error}`);
    } finally {
      this.#busy = false;
    }
  }
}

/** The last rows that fit into one message, at least one: viewers fetch history from its end. */
function cut(rows: readonly HistoryRow[], most: number): readonly HistoryRow[] {
  let size = 0;
  const over = rows.findLastIndex(([text], i) => (size += text.length) > most && i < rows.length - 1);
  return rows.slice(over + 1);
}
