/** Decodes the packets of one link: within a budget, and distinguishing corrupt packets from a faulty end (`PROTOCOL.md`, "Bad bytes"). */
import { WireError } from "../../frames/codec.ts";
import { decodePacket, type Packet } from "../../frames/packet.ts";
import type { Channel } from "../../transport/link.ts";
import { MessageBudget } from "./request_limits.ts";

/** Decodes the packets of one link. */
export class PacketReader {
  /** Packets on `term` that could not be decoded. */
  malformed = 0;
  /** Unknown frames that were skipped: a later protocol may define them. */
  unknown = 0;
  readonly #budget: MessageBudget;

  /**
   * @param from the sender's side
   * @param mayLose whether `term` may lose packets, as the link says
   * @param now returns the clock's ms, as everywhere here
   * @param dropped is called for each dropped packet
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
   * @throws {WireError} for malformed bytes on a reliable channel, which chance cannot cause, and for more packets there than an honest end
   * sends
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
    const streams = packet.frames.filter((frame) => "stream" in frame).length;
    const others = packet.frames.length - streams + packet.unknown;
    return this.#budget.admitsFrames(others, streams, now) ? packet : this.#tooMany(channel);
  }

  /**
   * Above the budget a packet is dropped if packets may be lost on its channel; otherwise a message would never arrive, so the link ends.
   */
  #tooMany(channel: Channel): null {
    if (channel !== "term" || !this.mayLose) throw new WireError("a flood of messages");
    this.dropped();
    return null;
  }
}
