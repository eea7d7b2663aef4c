/** Serves history to one viewer: one request at a time, at low priority, so that a slow viewer costs the host nothing. */
import type { HistoryRow, Message } from "../frames/message.ts";
import { MAX_ROWS } from "../frames/message.ts";
import type { Conversation } from "./conversation.ts";
import type { HostContext } from "./host_context.ts";

/** Text of one `Lines` where keys do not share its connection, or wait behind it in any case; characters. */
const TEXT_MAX = 12_000;
/** The same where they do: a packet a round trip, until the second connection is open. */
const TEXT_SHARED = 900;
/** Bytes waiting on `bulk` above which history waits too: the viewer asks again. */
const BUSY = 64 * 1024;

type Request = Message & { type: "LinesRequest" };

export class LinesServer {
  #busy = false;

  constructor(private readonly host: Pick<HostContext, "lines" | "log" | "now">) {}

  /** Answers `request`, unless one is being answered: a viewer asks again when the answer is there. */
  async serve(request: Request, conversation: Conversation): Promise<void> {
    const { link } = conversation;
    if (this.#busy || request.to <= request.from || link.buffered("bulk") >= BUSY) return;
    this.#busy = true;
    try {
      const to = Math.min(request.to, request.from + MAX_ROWS);
      const { era, first, end, from, rows } = await this.host.lines(request.from, to);
      const kept = cut(rows, link.lossy && !link.separateBulk ? TEXT_SHARED : TEXT_MAX);
      const message = { type: "Lines", id: request.id, era, first, end } as const;
      const answer = { ...message, from: from + rows.length - kept.length, rows: kept };
      conversation.tell(answer, this.host.now(), "bulk");
    } catch (error) {
      this.host.log(`history lines ${request.from} to ${request.to} could not be read: ${error}`);
    } finally {
      this.#busy = false;
    }
  }
}

/** The last rows that fit one message, at least one: viewers fetch history from its end. */
function cut(rows: readonly HistoryRow[], most: number): readonly HistoryRow[] {
  let size = 0;
  const over = rows.findLastIndex(([text], i) => (size += text.length) > most && i < rows.length - 1);
  return rows.slice(over + 1);
}
