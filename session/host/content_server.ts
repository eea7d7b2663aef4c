/** What a viewer fetches from its host, each piece asked for: rows of history, and pictures. */
import type { LinesRequest, PictureRequest } from "../../frames/history_frames.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { HistoryServer } from "./history_server.ts";
import type { HostContext } from "./host_io.ts";
import { PictureServer } from "./picture_server.ts";

/** Answers a viewer's requests for what it lacks. */
export class ContentServer {
  readonly #lines: HistoryServer;
  readonly #pictures: PictureServer;

  constructor(host: Pick<HostContext, "lines" | "picture" | "log" | "now">) {
    this.#lines = new HistoryServer(host);
    this.#pictures = new PictureServer(host);
  }

  /** Answers `request` on `conversation`, unless an answer of its kind is in progress. */
  async serve(request: LinesRequest | PictureRequest, conversation: LinkProtocol): Promise<void> {
    if (request.type === "LinesRequest") await this.#lines.serve(request, conversation);
    else await this.#pictures.serve(request, conversation);
  }
}
