/** The receiving half of the model of SCTP: what has come, delayed acknowledgements, messages put together and in order. */
import type { Channel } from "../../../transport/link.ts";
import type { EventClock } from "./clock.ts";
import type { Chunk, Sack } from "./sctp_packet.ts";

/** As `transport/native/node_datachannel.ts` sets it: an acknowledgement waits so long for data or a second packet; ms. */
const SACK_DELAY = 10;

export class SctpReceiver {
  #cumulative = 0;
  readonly #above = new Set<number>();
  /** Packets that came and were not acknowledged. */
  #owed = 0;
  readonly #parts = new Map<string, Chunk[]>();
  readonly #next: Record<Channel, number> = { ctrl: 0, term: 0, bulk: 0 };

  /** @param speak sends a packet that has nothing but the acknowledgement */
  constructor(
    private readonly clock: EventClock,
    private readonly deliver: (channel: Channel, message: Uint8Array) => void,
    private readonly speak: () => void,
  ) {}

  receive(chunks: readonly Chunk[], forward: number | undefined): void {
    if (forward !== undefined) this.#cumulative = Math.max(this.#cumulative, forward);
    const fresh = chunks.filter(({ tsn }) => tsn > this.#cumulative && !this.#above.has(tsn));
    for (const { tsn } of fresh) this.#above.add(tsn);
    while (this.#above.delete(this.#cumulative + 1)) this.#cumulative++;
    for (const tsn of this.#above) if (tsn <= this.#cumulative) this.#above.delete(tsn);
    this.#owed++;
    if (this.#above.size > 0 || this.#owed > 1 || fresh.length < chunks.length || forward !== undefined) {
      // Behind the messages that it brought: what is said in answer takes it along.
      this.clock.schedule(0, () => this.#acknowledge());
    } else this.clock.schedule(SACK_DELAY, () => this.#acknowledge());
    for (const chunk of fresh) this.#take(chunk);
  }

  /** The acknowledgement to send along, if one is owed. */
  sack(): Sack | undefined {
    if (this.#owed === 0) return undefined;
    this.#owed = 0;
    return { cumulative: this.#cumulative, above: new Set(this.#above) };
  }

  #acknowledge(): void {
    if (this.#owed > 0) this.speak();
  }

  #take(chunk: Chunk): void {
    const { channel, message } = chunk;
    const key = `${channel} ${message}`;
    const parts = [...this.#parts.get(key) ?? [], chunk].sort((a, b) => a.tsn - b.tsn);
    this.#parts.set(key, parts);
    if (channel === "term") this.#giveIfWhole(channel, message);
    else while (this.#giveIfWhole(channel, this.#next[channel])) this.#next[channel]++;
  }

  #giveIfWhole(channel: Channel, message: number): boolean {
    const key = `${channel} ${message}`;
    const parts = this.#parts.get(key);
    if (!parts || !parts[0]!.first || !parts.at(-1)!.last) return false;
    if (parts.at(-1)!.tsn - parts[0]!.tsn !== parts.length - 1) return false;
    this.#parts.delete(key);
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part.bytes, at);
      at += part.bytes.length;
    }
    this.deliver(channel, bytes);
    return true;
  }
}
