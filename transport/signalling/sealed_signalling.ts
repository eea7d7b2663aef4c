/** The sealed conversation of one end with one peer through the road: signals, and the relay link while there is one. */
import type { Channel } from "../link.ts";
import type { Log } from "../log.ts";
import type { RoadPort } from "./road_port.ts";
import { type Content, decodeContent, encodeContent, SIGNAL_WORDS } from "./sealed_content.ts";
import { RelayLink } from "../links/relay_link.ts";
import type { Seal } from "../auth/seal.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import { SignalError } from "../schema/json_fields.ts";

/** Dropped signals of one peer that are logged. */
const LOGGED = 100;

export class SealedSignalling {
  /** The newest negotiation between the two; what belongs to an older one is dropped. 0 before the first. */
  negotiation = 0;
  #malformed = 0;
  #relay: RelayLink | null = null;

  constructor(
    readonly road: RoadPort,
    readonly seal: Seal,
    readonly peer: PeerId,
    readonly log: Log,
  ) {}

  /** Signals and relayed messages that were not authentic, out of date or malformed. */
  get dropped(): number {
    return this.seal.dropped + this.#malformed;
  }

  /** Seals and sends; false if the road is down (the content is lost then). */
  send(content: Content): boolean {
    const negotiation = Math.max(this.negotiation, 1);
    const data = this.seal.sealSignal(content.kind, negotiation, encodeContent(content));
    return this.road.signal(this.peer, { kind: content.kind, negotiation, data });
  }

  /** What a signal says; null where it is to be dropped, which is counted, or says nothing. Never throws. */
  open(signal: Signal): Content | null {
    if (signal.kind === "pake") return null;
    // What a viewer wishes counts, however many offers it has missed; the seal keeps the order.
    if (signal.kind !== "control" && signal.negotiation < this.negotiation) {
      this.#malformed++;
      this.#complain(
        "debug",
        `Dropped a signal of negotiation ${signal.negotiation}; ${this.negotiation} is the newest`,
      );
      return null;
    }
    const bytes = this.seal.openSignal(signal.kind, signal.negotiation, signal.data);
    if (bytes === null) {
      this.#complain(
        "warn",
        `Dropped a signal (${signal.kind}) that ${this.peer} did not seal, or not in this place`,
      );
      return null;
    }
    try {
      const content = decodeContent(signal.kind, bytes);
      if (content !== null && content.kind !== "control") {
        this.log("info", `Received Signal: ${SIGNAL_WORDS[content.kind]}`);
      }
      return content;
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      this.#malformed++;
      this.#complain("warn", `Dropped a signal of ${this.peer}: ${error.message}`);
      return null;
    }
  }

  /** A road can send as many as it likes: the first are logged, all are counted. */
  #complain(level: Parameters<Log>[0], words: string): void {
    if (this.dropped <= LOGGED) this.log(level, words);
  }

  /** A fresh relay link; the one before ends. */
  openRelay(): RelayLink {
    this.endRelay("replaced by a newer one");
    const link: RelayLink = new RelayLink({
      send: (channel, sealed) =>
        this.#relay === link && this.road.relay({ peer: this.peer, channel, sealed }),
      buffered: () => this.road.buffered(),
    }, this.seal);
    this.#relay = link;
    void link.closed.then(() => {
      if (this.#relay === link) this.#relay = null;
    });
    return link;
  }

  /** The way through the road is gone. */
  endRelay(detail: string): void {
    const link = this.#relay;
    this.#relay = null;
    link?.ended({ reason: "failed", detail });
  }

  /** A relayed message; dropped where there is no relay link. */
  relayed(channel: Channel, sealed: Uint8Array): void {
    this.#relay?.receive(channel, sealed);
  }
}
