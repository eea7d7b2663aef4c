/** Serves history to one viewer: one request at a time, at low priority, so that a slow viewer costs the host nothing. */
import type { HistoryRow, Message } from "../frames/message.ts";
import { MAX_ROWS } from "../frames/message.ts";
import type { Conversation } from "./conversation.ts";
import type { HostContext } from "./host_context.ts";

/** Text of one `Lines`: small enough that a key on the same connection waits for little; characters. */
const TEXT_MAX = 12_000;
/** Bytes waiting on the channel above which history waits too. */
const BUSY = 64 * 1024;

type Request = Message & { type: "LinesRequest" };

export class LinesServer {
  #busy = false;

  constructor(private readonly host: Pick<HostContext, "lines" | "log">) {}

  /** Answers `request`, unless one is being answered: a viewer asks again when the answer is there. */
  async serve(request: Request, conversation: Conversation): Promise<void> {
    if (this.#busy || request.to <= request.from) return;
    this.#busy = true;
    try {
      const to = Math.min(request.to, request.from + MAX_ROWS);
      const { era, first, end, from, rows } = await this.host.lines(request.from, to);
      const kept = cut(rows);
      const channel = conversation.link.buffered("bulk") < BUSY ? "bulk" : "ctrl";
      const message = { type: "Lines", id: request.id, era, first, end } as const;
      conversation.tell({ ...message, from: from + rows.length - kept.length, rows: kept }, channel);
    } catch (error) {
      this.host.log(`history lines ${request.from} to ${request.to} could not be read: ${error}`);
    } finally {
      this.#busy = false;
    }
  }
}

/** The last rows that fit one message, at least one: viewers fetch history from its end. */
function cut(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  let size = 0;
  const over = rows.findLastIndex(([text], i) => (size += text.length) > TEXT_MAX && i < rows.length - 1);
  return rows.slice(over + 1);
}
