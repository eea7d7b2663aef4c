/** Serves pictures to one viewer: one piece of one picture at a time, at low priority, like history (`history_server.ts`). */
import { PICTURE_KINDS, type PictureRequest } from "../../frames/history_frames.ts";
import { MAX_DATA } from "../../frames/limits.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import type { HostContext } from "./host_io.ts";
import { BUSY } from "./history_server.ts";

/** Bytes of one answer: a picture of 4 MiB takes 32 round trips. If keys share the connection, one packet. */
const OWN = 8 * MAX_DATA;
const SHARED = 1000;

/** Answers a viewer's requests for pictures. */
export class PictureServer {
  #busy = false;

  constructor(private readonly host: Pick<HostContext, "picture" | "log" | "now">) {}

  /** Answers `request`, unless an answer is in progress: a viewer asks again when that has come. */
  async serve(request: PictureRequest, conversation: LinkProtocol): Promise<void> {
    const { link } = conversation;
    if (this.#busy || conversation.bulkWaiting >= BUSY) return;
    this.#busy = true;
    try {
      const { kind, data } = await this.host.picture(request.id) ?? { kind: "none", data: new Uint8Array(0) };
      const start = Math.min(request.from, data.length);
      const to = Math.min(data.length, start + (link.lossy && !link.separateBulk ? SHARED : OWN));
      let from = start;
      do {
        const piece = data.subarray(from, Math.min(to, from + MAX_DATA));
        const about = { type: "Picture", id: request.id, kind: PICTURE_KINDS.indexOf(kind) } as const;
        conversation.tell({ ...about, size: data.length, from, to, data: piece }, this.host.now(), "bulk");
        from += piece.length;
      } while (from < to);
    } catch (error) {
      this.host.log(`the picture ${request.id} could not be read: ${error}`);
    } finally {
      this.#busy = false;
    }
  }
}
