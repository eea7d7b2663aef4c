/** The desktop's clipboard for viewers: what is new there, and what they put there (`session/services/desktop/README.md`, `clip` and `clip-get`). */
import { ByteReader } from "../../../session/services/byte_reader.ts";
import type { ClipType } from "../../../session/services/desktop/heads.ts";
import type { ClipOffer } from "../../../session/services/desktop/show_messages.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { MAX_CLIP } from "../../../session/services/desktop/limits.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { Clipboard } from "../x11/clipboard/clipboard.ts";
import type { ClipboardOffer } from "../x11/types.ts";

/** Which way the host's person allows it. */
export type ClipboardWay = "both" | "in" | "out" | "none";

/** What is held for all viewers at once at most: four of the largest contents; bytes. */
const MOST_HELD = 4 * MAX_CLIP;

/** The clipboard of a shared desktop. */
export class DesktopClipboard {
  /** What the desktop has now. */
  #offer: ClipOffer = { id: 0, types: [] };
  /** Bytes that are held for all viewers now. */
  #held = 0;

  /** @param tell says to all viewers who may know it that there is something new */
  constructor(
    private readonly clipboard: Pick<Clipboard, "offer" | "readText" | "readPng">,
    private readonly way: ClipboardWay,
    private readonly tell: (offer: ClipOffer) => void,
  ) {}

  /** What the desktop has now; undefined if viewers may not know, or there is nothing. */
  get offer(): ClipOffer | undefined {
    return this.#out && this.#offer.types.length > 0 ? this.#offer : undefined;
  }

  /** A program on the desktop copied something. */
  changed({ text, png }: ClipboardOffer): void {
    const types: ClipType[] = [
      ...(text ? ["text/plain" as const] : []),
      ...(png ? ["image/png" as const] : []),
    ];
    this.#offer = { id: this.#offer.id + 1, types };
    if (this.offer) this.tell(this.#offer);
  }

  /**
   * Puts what comes on `stream` into the clipboard, then ends our half.
   * @throws {ServiceError} `denied`, `gone`, `failed`
   */
  async put(stream: ServiceStream, type: ClipType, size: number): Promise<void> {
    if (this.way !== "both" && this.way !== "in") throw denied("put something into");
    await this.#holding(size, async () => {
      const bytes = await new ByteReader(stream.readable).exactly(size);
      if (bytes === undefined && size > 0) throw new ServiceError("gone", "the stream ended too early");
      const content = bytes ?? new Uint8Array();
      await this.clipboard.offer(
        type === "image/png" ? { png: content } : { text: new TextDecoder().decode(content) },
      );
    });
    await stream.writable.close();
  }

  /**
   * Sends what the desktop has.
   * @throws {ServiceError} `denied`, `changed` if it is not that of `id` any more, `missing` in another form
   */
  async get(stream: ServiceStream, id: number, type: ClipType): Promise<void> {
    if (!this.#out) throw denied("get what is in");
    if (id !== this.#offer.id) throw new ServiceError("changed", "the clipboard has something else by now");
    await this.#holding(MAX_CLIP, async () => {
      const bytes = await this.#read(type, stream.signal);
      if (bytes === undefined) throw new ServiceError("missing", `the clipboard has no ${type}`);
      const writer = stream.writable.getWriter();
      await writer.write(encodeMessage({ size: bytes.length }));
      await writer.write(bytes);
      await writer.close();
    });
  }

  get #out(): boolean {
    return this.way === "both" || this.way === "out";
  }

  async #read(type: ClipType, signal: AbortSignal): Promise<Uint8Array | undefined> {
    if (type === "image/png") return await this.clipboard.readPng(signal);
    const text = await this.clipboard.readText(signal);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  /** Does `work`, which holds up to `bytes`. */
  async #holding(bytes: number, work: () => Promise<void>): Promise<void> {
    if (this.#held + bytes > MOST_HELD) throw new ServiceError("busy", "the clipboard is in use: try again");
    this.#held += bytes;
    try {
      await work();
    } finally {
      this.#held -= bytes;
    }
  }
}

function denied(what: string): ServiceError {
  return new ServiceError(
    "denied",
    `the host does not let viewers ${what} the clipboard (--desktop-clipboard)`,
  );
}
