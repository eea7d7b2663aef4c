/** What comes over one link, decoded: within a budget, and with bad bytes told apart from a broken end (`PROTOCOL.md`, "Bad bytes"). */
import { WireError } from "../../frames/codec.ts";
import { decodePacket, type Packet } from "../../frames/packet.ts";
import type { Channel } from "../../transport/link.ts";
import { MessageBudget } from "./request_limits.ts";

/** Decodes the packets of one link. */
export class PacketReader {
  /** Packets on `term` that did not decode. */
  malformed = 0;
  /** Frames that were passed over: a later protocol may know them. */
  unknown = 0;
  readonly #budget: MessageBudget;

  /**
   * @param from whose packets they are
   * @param mayLose whether `term` may lose packets, by the link's own word
   * @param now the clock's ms, as everywhere here
   * @param dropped is told of each packet that is dropped
   */
  constructor(
    from: "viewer" | "host",
    private readonly mayLose: boolean,
    now: number,
    private readonly dropped: () => void,
  ) {
    this.#budget = new MessageBudget(from, now);
  }

  /**
   * The packet in `bytes`; null if it is dropped.
   * @throws {WireError} for bad bytes on a reliable channel: chance can't have made them; and there for more than any honest end has to say
   */
  read(channel: Channel, bytes: Uint8Array, now: number): Packet | null {
    if (!this.#budget.admits(bytes.length, now)) return this.#tooMany(channel);
    let packet: Packet;
    try {
      packet = decodePacket(bytes);
      if (channel === "term" && !packet.header && packet.frames.some(({ type }) => type !== "Probe")) {
        throw new WireError("a packet on term without a header");
      }
    } catch (error) {
      if (channel !== "term") throw error;
      this.malformed++;
      this.dropped();
      return null;
    }
    this.unknown += packet.unknown;
    const count = packet.frames.length + packet.unknown;
    return this.#budget.admitsFrames(count, now) ? packet : this.#tooMany(channel);
  }

  /** What was too much is dropped where packets may be lost; else what was said would never arrive, so the link ends. */
  #tooMany(channel: Channel): null {
    if (channel !== "term" || !this.mayLose) throw new WireError("a flood of messages");
    this.dropped();
    return null;
  }
}
