/** The viewer's side of a shared desktop: its streams, opened again when they were reset. How it looks is another's. */
import { Listeners } from "../../../transport/listeners.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ServiceError } from "../../streams/service_error.ts";
import { ByteReader } from "../byte_reader.ts";
import { encodeMessage, nextMessage } from "../messages.ts";
import type { OpenStream, ServiceStream } from "../service_stream.ts";
import { ClockOffset, RtpClock } from "./clock_offset.ts";
import { getClip, sendClip } from "./clips.ts";
import { type ClipType, DESKTOP, encodeDesktopHead } from "./heads.ts";
import { KeptStream } from "./kept_stream.ts";
import { MAX_CURSOR_MESSAGE, MAX_DESKTOP_MESSAGE } from "./limits.ts";
import { MediaExchange, type MediaExchangeEvents } from "./media_exchange.ts";
import { bytesOf, type PictureHead, readPictureHead } from "./picture_head.ts";
import { type HostSays, readHostSays } from "./show_messages.ts";
import { type MediaMessages, type ViewerSays, viewerSays, type Want } from "./viewer_messages.ts";

/** Messages that wait for the network, on `show`: while more do, those that are said again anyway are left out. */
const WAITING = 16;

/** A picture that came. */
export interface PictureIn {
  readonly head: PictureHead;
  /** The JPEG of each tile of the head. */
  readonly tiles: readonly Uint8Array[];
  /** When its last byte was here; the clock's ms. */
  readonly received: number;
}

export interface DesktopClientEvents {
  /** The host takes part, perhaps again: what it says comes anew. */
  opened(): void;
  /** The desktop is gone; `again`: ms until the next try, undefined if there is none. */
  lost(error: ServiceError, again: number | undefined): void;
  said(said: HostSays): void;
}

/** One shared desktop as its viewer has it. */
export class DesktopClient {
  readonly offset = new ClockOffset();
  readonly rtpClock = new RtpClock();
  readonly #events = new Listeners<DesktopClientEvents>();
  readonly #show: KeptStream;
  readonly #pictures: KeptStream;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #waiting = 0;
  #want: Want | undefined;
  #pings = 0;
  readonly #pinged = new Map<number, number>();

  /** @param paint shows a picture; the next one is read when that settles */
  constructor(
    private readonly open: OpenStream,
    private readonly clock: Clock,
    private readonly paint: (picture: PictureIn) => Promise<void>,
  ) {
    const kept = (kind: "show" | "pictures", run: (stream: ServiceStream) => Promise<void>) =>
      new KeptStream({
        open: () => open(DESKTOP, encodeDesktopHead({ kind })),
        run,
        lost: (error, again) => kind === "show" && this.#events.emit((to) => to.lost?.(error, again)),
      }, clock);
    this.#show = kept("show", (stream) => this.#follow(stream));
    this.#pictures = kept("pictures", (stream) => this.#paint(stream));
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<DesktopClientEvents>): () => void {
    return this.#events.add(events);
  }

  start(): void {
    this.#show.start();
  }

  close(): void {
    this.#pictures.stop();
    this.#show.stop();
    this.#writer = undefined;
  }

  /** What this viewer shows, and how it wants its pictures; it is said again whenever `show` is opened anew. */
  want(want: Want): void {
    if (JSON.stringify(want) === JSON.stringify(this.#want)) return;
    this.#want = want;
    this.say({ is: "want", value: want });
  }

  /** Opens or closes the stream of pictures. */
  wantPictures(wanted: boolean): void {
    if (wanted) this.#pictures.start();
    else this.#pictures.stop();
  }

  /** Without effect while the desktop is gone. */
  say(said: ViewerSays): void {
    const often = said.is === "ping" || said.is === "age";
    if (!this.#writer || often && this.#waiting >= WAITING) return;
    this.#waiting++;
    this.#writer.write(encodeMessage(viewerSays(said))).catch(() => {}).finally(() => this.#waiting--);
  }

  /** Asks for the host's clock. */
  ping(): void {
    const ping = ++this.#pings;
    this.#pinged.set(ping, this.clock.now());
    // Those that were never answered.
    for (const old of this.#pinged.keys()) if (old <= ping - WAITING) this.#pinged.delete(old);
    this.say({ is: "ping", value: ping });
  }

  /**
   * Offers a media connection.
   * @throws {ServiceError} `busy` or `gone`
   */
  negotiate(offer: MediaMessages["offer"], events: MediaExchangeEvents): MediaExchange {
    return new MediaExchange(this.open, offer, events);
  }

  /** Gives the desktop something to paste; settles once it has it. @throws {ServiceError} */
  sendClip(type: ClipType, bytes: Uint8Array): Promise<void> {
    return sendClip(this.open, type, bytes);
  }

  /** What was copied on the desktop, as the host offered it. @throws {ServiceError} */
  getClip(id: number, type: ClipType): Promise<Uint8Array> {
    return getClip(this.open, id, type);
  }

  async #follow(stream: ServiceStream): Promise<void> {
    this.#writer = stream.writable.getWriter();
    this.#waiting = 0;
    this.#pinged.clear();
    try {
      if (this.#want) this.say({ is: "want", value: this.#want });
      this.ping();
      const from = new ByteReader(stream);
      for (let first = true;; first = false) {
        const message = await nextMessage(from, MAX_CURSOR_MESSAGE);
        if (message === undefined) return;
        const said = readHostSays(message);
        if (first) this.#events.emit((to) => to.opened?.());
        if (said) this.#heard(said);
      }
    } finally {
      this.#writer = undefined;
    }
  }

  #heard(said: HostSays): void {
    if (said.is === "clock") this.rtpClock.set(said.value);
    if (said.is === "pong") {
      const { ping, at } = said.value;
      const sent = this.#pinged.get(ping);
      this.#pinged.delete(ping);
      if (sent !== undefined) this.offset.add(sent, at, this.clock.now());
    }
    this.#events.emit((to) => to.said?.(said));
  }

  async #paint(stream: ServiceStream): Promise<void> {
    const writer = stream.writable.getWriter();
    const from = new ByteReader(stream);
    for (;;) {
      const message = await nextMessage(from, MAX_DESKTOP_MESSAGE);
      if (message === undefined) return;
      const head = readPictureHead(message);
      const bytes = (await from.exactly(bytesOf(head.tiles)))!;
      const received = this.clock.now();
      let at = 0;
      const tiles = head.tiles.map(([, , , , size]) => bytes.subarray(at, at += size));
      await this.paint({ head, tiles, received });
      // Why it fails shows at the reading side.
      writer.write(encodeMessage({ shown: head.number })).catch(() => {});
    }
  }
}
