/** One negotiation of a media connection over a stream `media`: the viewer's offer, the host's answer, candidates of both. */
import { ByteReader } from "../byte_reader.ts";
import { encodeMessage, nextMessage } from "../messages.ts";
import type { OpenStream, ServiceStream } from "../service_stream.ts";
import { ServiceError, serviceError } from "../../streams/service_error.ts";
import { DESKTOP, encodeDesktopHead } from "./heads.ts";
import { MAX_CANDIDATES, MAX_DESKTOP_MESSAGE } from "./limits.ts";
import { type MediaMessages, readMediaMessage } from "./viewer_messages.ts";

export interface MediaExchangeEvents {
  answer(sdp: string): void;
  candidate(candidate: MediaMessages["candidate"]): void;
  /** The host ended it, or it never began: the connection is of no use any more. */
  over(error: ServiceError): void;
}

/** The viewer's side of one negotiation; as long as it is open, the host keeps the connection. */
export class MediaExchange {
  readonly #stream: ServiceStream;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #said = 0;

  /** @throws {ServiceError} `busy` or `gone` */
  constructor(open: OpenStream, offer: MediaMessages["offer"], events: MediaExchangeEvents) {
    this.#stream = open(DESKTOP, encodeDesktopHead({ kind: "media" }));
    this.#writer = this.#stream.writable.getWriter();
    this.#write(offer);
    this.#read(events).catch((error) => events.over(serviceError(error)));
  }

  /** Tells a candidate of ours; an empty one: there are no more. */
  candidate(candidate: MediaMessages["candidate"]): void {
    if (this.#said++ < MAX_CANDIDATES) this.#write(candidate);
  }

  /** The connection is not needed any more. */
  close(): void {
    this.#stream.reset(new ServiceError("gone", "not needed any more"));
  }

  #write(message: MediaMessages["offer"] | MediaMessages["candidate"]): void {
    // Why the host refuses it shows at the reading side.
    this.#writer.write(encodeMessage(message)).catch(() => {});
  }

  async #read(events: MediaExchangeEvents): Promise<void> {
    const from = new ByteReader(this.#stream);
    const { answer } = readMediaMessage("answer", await nextMessage(from, MAX_DESKTOP_MESSAGE));
    events.answer(answer);
    for (let heard = 0;; heard++) {
      const message = await nextMessage(from, MAX_DESKTOP_MESSAGE);
      if (message === undefined) throw new ServiceError("gone", "the host closed the media connection");
      if (heard < MAX_CANDIDATES) events.candidate(readMediaMessage("candidate", message));
    }
  }
}
