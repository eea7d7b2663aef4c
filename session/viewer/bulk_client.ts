/** What a viewer requests from its host: rows of history, and the bytes of pictures. */
import type { LinesFrame, PackedLines, PicturePiece } from "../../frames/history_frames.ts";
import { askOnBulk } from "./bulk_request.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { HistoryClient } from "./history_client.ts";
import type { ViewerIo } from "./viewer_io.ts";

/** A viewer's requests for rows of history and for pictures. */
export class BulkClient {
  readonly #lines = new HistoryClient();
  /** The features that the host and this end have in common. */
  features: ReadonlySet<string> = new Set();

  /** @param link returns the link for requests, if there is one */
  constructor(
    private readonly io: Pick<ViewerIo, "history" | "picture" | "now">,
    private readonly link: () => LinkProtocol | undefined,
  ) {}

  /** Requests the rows `[from, to)`; false if there is no link. */
  askLines(id: number, era: number, from: number, to: number): boolean {
    return this.#lines.ask({ type: "LinesRequest", id, era, from, to }, this.link(), this.io.now());
  }

  /** Requests a picture from a byte on; false if there is no link, or the host has no pictures. */
  askPicture(id: string, from: number): boolean {
    if (!this.features.has("pictures")) return false;
    return askOnBulk(this.link(), { type: "PictureRequest", id, from }, this.io.now());
  }

  /**
   * Handles an answer, requested or not.
   * @throws {WireError} if it cannot be unpacked
   */
  take(frame: LinesFrame | PackedLines | PicturePiece): void {
    if (frame.type === "Picture") this.io.picture?.(frame);
    else this.#lines.answer(frame, (lines) => this.io.history(lines));
  }
}
