/** The sealed signals between this peer and one other through the road, and the relay link while there is one. */
import type { Channel } from "../link.ts";
import type { Log } from "../log.ts";
import type { RoadPort } from "./road_port.ts";
import { type Content, decodeContent, encodeContent, SIGNAL_WORDS } from "./sealed_content.ts";
import { RelayLink } from "../links/relay_link.ts";
import type { Seal } from "../auth/seal.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import { SignalError } from "../schema/json_fields.ts";

/** How many dropped signals of one peer are logged. */
const LOGGED = 100;

/** The sealed channel to one peer through the road. */
export class SealedSignalling {
  /** The newest negotiation between the two peers, 0 before the first; signals of an older one are dropped. */
  negotiation = 0;
  #malformed = 0;
  #relay: RelayLink | null = null;

  constructor(
    readonly road: RoadPort,
    readonly seal: Seal,
    readonly peer: PeerId,
    readonly log: Log,
  ) {}

  /** Signals and relayed messages that were forged, outdated or malformed. */
  get dropped(): number {
    return this.seal.dropped + this.#malformed;
  }

  /** Seals and sends; false if the road is disconnected (the content is lost then). */
  send(content: Content): boolean {
    const negotiation = Math.max(this.negotiation, 1);
    const data = this.seal.sealSignal(content.kind, negotiation, encodeContent(content));
    return this.road.signal(this.peer, { kind: content.kind, negotiation, data });
  }

  /** Opens and decodes a signal. Null if it is dropped (which is counted) or has no content. Never throws. */
  open(signal: Signal): Content | null {
    if (signal.kind === "pake") return null;
    // A viewer's request is valid however many offers the viewer has missed; the seal ensures the order.
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

  /** Counts a dropped signal. A road can send any number of them, so only the first are logged. */
  #complain(level: Parameters<Log>[0], words: string): void {
    if (this.dropped <= LOGGED) this.log(level, words);
  }

  /** Opens a new relay link; the one before ends. */
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

  /** Ends the relay link: the connection through the road is lost. */
  endRelay(detail: string): void {
    const link = this.#relay;
    this.#relay = null;
    link?.ended({ reason: "failed", detail });
  }

  /** Handles a relayed message; drops it if there is no relay link. */
  relayed(channel: Channel, sealed: Uint8Array): void {
    this.#relay?.receive(channel, sealed);
  }
}
