/** The stream `show` of one viewer at its host: what is said goes in turn, of some things only the newest; what comes is read strictly. */
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { MAX_DESKTOP_MESSAGE } from "../../../session/services/desktop/limits.ts";
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import { readViewerSays, type ViewerSays } from "../../../session/services/desktop/viewer_messages.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { SentPointers } from "./desktop_pointer.ts";
import { TokenBucket } from "../../../transport/token_bucket.ts";

/** Of these what is newer takes the place of what still waits. */
const NEWEST: readonly HostSays["is"][] = [
  "screen",
  "settings",
  "cursor",
  "pointer",
  "clock",
  "numbers",
  "path",
  "clipboard",
  "typist",
];
/** What may wait for a viewer that reads slowly (`session/services/desktop/README.md`, "What a peer may make grow"). */
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 256 * 1024;
/** Messages of a viewer: pings, ages and what its person changes. */
const FROM_VIEWER = { burst: 200, perSecond: 60 };

/** What a host says to one viewer, and hears of it. */
export class ShowStream {
  #waiting: { readonly said: HostSays; readonly bytes: Uint8Array }[] = [];
  readonly #pointers = new SentPointers();
  #bytes = 0;
  #more = Promise.withResolvers<void>();
  #over = false;

  constructor(private readonly stream: ServiceStream) {
    void this.#write();
  }

  /** Ends the stream. */
  close(error: ServiceError): void {
    this.#over = true;
    this.#more.resolve();
    this.stream.reset(error);
  }

  /** Says it in its turn. A viewer that reads nothing loses the stream. */
  say(said: HostSays): void {
    if (this.#over) return;
    const bytes = encodeMessage({ [said.is]: said.value });
    const same = NEWEST.includes(said.is)
      ? this.#waiting.findIndex((other) => other.said.is === said.is)
      : -1;
    if (same >= 0) this.#bytes -= this.#waiting.splice(same, 1)[0]!.bytes.length;
    this.#waiting.push({ said, bytes });
    this.#bytes += bytes.length;
    // One message may be larger than what may wait.
    if (this.#waiting.length > MAX_WAITING || this.#waiting.length > 1 && this.#bytes > MAX_WAITING_BYTES) {
      return this.close(new ServiceError("busy", "too much waits: nothing was read for a while"));
    }
    this.#more.resolve();
  }

  /**
   * Gives what the viewer says to `take`, until it ends its half.
   * @throws {ServiceError} for what it may not say, and with what resets the stream
   */
  async hear(take: (said: ViewerSays) => void): Promise<void> {
    const reader = new ByteReader(this.stream.readable);
    const pace = new TokenBucket(FROM_VIEWER, performance.now());
    for (;;) {
      const value = await nextMessage(reader, MAX_DESKTOP_MESSAGE);
      if (value === undefined) return;
      if (!pace.tryConsume(performance.now())) throw new ServiceError("busy", "a flood of messages");
      const said = readViewerSays(value);
      if (said) take(said);
    }
  }

  async #write(): Promise<void> {
    const writer = this.stream.writable.getWriter();
    try {
      while (!this.#over) {
        const next = this.#waiting.shift();
        if (next) {
          this.#bytes -= next.bytes.length;
          await writer.write(this.#pointers.sending(next.said) ?? next.bytes);
        } else {
          this.#more = Promise.withResolvers();
          await this.#more.promise;
        }
      }
    } catch {
      // It was reset: who hears is told.
      this.#over = true;
    }
  }
}
