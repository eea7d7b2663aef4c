/**
 * A model of one SCTP association (RFC 9260, with RFC 3758 for messages that are sent once) as usrsctp keeps it: congestion window, delayed
 * SACKs, fast retransmit, a T3 timer from 200 ms on that doubles. What a session's timers and windows are made for is in it; connection setup,
 * path failure and the receiver's window are not.
 */
import type { Channel } from "../../../transport/link.ts";
import type { EventClock } from "./clock.ts";
import type { Chunk, Packet, Sack } from "./sctp_packet.ts";
import { SctpReceiver } from "./sctp_receiver.ts";

/** Payload bytes of a packet; what goes around them: IP, UDP, DTLS, SCTP's own header, and the header of each chunk. */
const MTU = 1172;
const PACKET = 28 + 37 + 12;
const CHUNK = 16;
/** As `transport/native/node_datachannel.ts` sets it: packets of the first window. */
const FIRST_WINDOW = 64 * MTU;
const RTO_FIRST = 1000;
const RTO_MIN = 200;
const RTO_MAX = 10_000;
/** Later packets that were acknowledged before an earlier one counts as lost. */
const MISSING = 3;

interface Sent {
  readonly chunk: Chunk;
  at: number;
  times: number;
  missing: number;
  state: "flying" | "lost" | "acked" | "abandoned";
}

export class SctpEnd {
  #queue: Chunk[] = [];
  #sent: Sent[] = [];
  #tsn = 0;
  #window = FIRST_WINDOW;
  #threshold = Infinity;
  #grown = 0;
  #recoverTo = 0;
  #cumulative = 0;
  #srtt: number | undefined;
  #rttvar = 0;
  #rto = RTO_FIRST;
  /** The T3 timer; 0: it does not run. */
  #timer = 0;
  #forwardedAt = -Infinity;
  readonly #messages: Record<Channel, number> = { ctrl: 0, term: 0, bulk: 0 };
  readonly #receiver: SctpReceiver;

  /**
   * @param transmit puts a packet of so many bytes on the network
   * @param deliver gets each whole message
   */
  constructor(
    private readonly clock: EventClock,
    private readonly transmit: (packet: Packet, bytes: number) => void,
    deliver: (channel: Channel, message: Uint8Array) => void,
  ) {
    this.#receiver = new SctpReceiver(clock, deliver, () => this.#send([]));
  }

  /** Bytes taken and not yet sent. */
  buffered(channel: Channel): number {
    return this.#queue.reduce((sum, chunk) => chunk.channel === channel ? sum + chunk.bytes.length : sum, 0);
  }

  send(channel: Channel, message: Uint8Array): void {
    const number = this.#messages[channel]++;
    for (let at = 0; at === 0 || at < message.length; at += MTU) {
      const last = at + MTU >= message.length;
      this.#queue.push({
        tsn: 0,
        channel,
        message: number,
        first: at === 0,
        last,
        bytes: message.slice(at, at + MTU),
      });
    }
    this.#flush();
  }

  receive({ chunks, sack, forward }: Packet): void {
    if (sack) this.#acknowledged(sack);
    if (chunks.length > 0 || forward !== undefined) this.#receiver.receive(chunks, forward);
    this.#flush();
  }

  get #flying(): number {
    return this.#sent.reduce((sum, one) => one.state === "flying" ? sum + one.chunk.bytes.length : sum, 0);
  }

  #flush(): void {
    for (let flying = this.#flying; flying < this.#window;) {
      const chunks: Chunk[] = [];
      let room = MTU + CHUNK;
      const fits = (chunk: Chunk) => chunk.bytes.length + CHUNK <= room && flying < this.#window;
      const add = (chunk: Chunk) => {
        chunks.push(chunk);
        room -= chunk.bytes.length + CHUNK;
        flying += chunk.bytes.length;
      };
      for (const one of this.#sent) {
        if (one.state !== "lost" || !fits(one.chunk)) continue;
        Object.assign(one, { state: "flying", at: this.clock.now, times: one.times + 1, missing: 0 });
        add(one.chunk);
      }
      while (this.#queue.length > 0 && fits(this.#queue[0]!)) {
        const chunk = this.#queue.shift()!;
        chunk.tsn = ++this.#tsn;
        this.#sent.push({ chunk, at: this.clock.now, times: 1, missing: 0, state: "flying" });
        add(chunk);
      }
      if (chunks.length === 0) break;
      this.#send(chunks);
    }
  }

  #send(chunks: readonly Chunk[]): void {
    const sack = this.#receiver.sack();
    const forward = this.#forward();
    const data = chunks.reduce((sum, { bytes }) => sum + CHUNK + bytes.length, 0);
    this.transmit(
      { chunks, ...(sack && { sack }), ...(forward > 0 && { forward }) },
      PACKET + data + (sack ? 16 + 4 * Math.min(8, sack.above.size) : 0) + (forward > 0 ? 8 : 0),
    );
    if (this.#timer === 0 && this.#sent.length > 0) this.#startTimer();
  }

  /** Up to where all that the other end lacks was given up; 0: nothing, or it was told just now. */
  #forward(): number {
    let to = 0;
    for (const { state, chunk } of this.#sent) {
      if (state !== "abandoned" && state !== "acked") break;
      if (state === "abandoned") to = chunk.tsn;
    }
    if (to === 0 || this.clock.now - this.#forwardedAt < (this.#srtt ?? RTO_MIN)) return 0;
    this.#forwardedAt = this.clock.now;
    return to;
  }

  #acknowledged({ cumulative, above }: Sack): void {
    const { now } = this.clock;
    const full = this.#flying >= this.#window - MTU;
    let bytes = 0;
    let newest = 0;
    for (const one of this.#sent) {
      const { tsn } = one.chunk;
      if (one.state === "acked" || tsn > cumulative && !above.has(tsn)) continue;
      if (one.state !== "abandoned" || tsn > cumulative) {
        newest = Math.max(newest, tsn);
        bytes += one.chunk.bytes.length;
        if (one.times === 1 && one.state === "flying") this.#sample(now - one.at);
      }
      one.state = "acked";
    }
    const advanced = cumulative > this.#cumulative;
    this.#cumulative = Math.max(this.#cumulative, cumulative);
    this.#sent = this.#sent.filter(({ chunk }) => chunk.tsn > this.#cumulative);
    if (advanced && full) this.#grow(bytes);
    this.#findLost(newest);
    if (this.#sent.length === 0) this.#timer = 0;
    else if (advanced) this.#startTimer();
    if (this.#forward() > 0) {
      this.#forwardedAt = -Infinity;
      this.#send([]);
    }
  }

  #grow(bytes: number): void {
    if (this.#window <= this.#threshold) this.#window += Math.min(bytes, 2 * MTU);
    else if ((this.#grown += bytes) >= this.#window) {
      this.#grown -= this.#window;
      this.#window += MTU;
    }
  }

  #findLost(newest: number): void {
    for (const one of this.#sent) {
      if (one.state !== "flying" || one.chunk.tsn >= newest || ++one.missing < MISSING) continue;
      this.#lose(one);
      if (one.chunk.tsn <= this.#recoverTo) continue;
      this.#recoverTo = this.#tsn;
      this.#threshold = this.#window = Math.max(this.#window / 2, 4 * MTU);
    }
  }

  #lose(one: Sent): void {
    one.state = one.chunk.channel === "term" ? "abandoned" : "lost";
  }

  #sample(rtt: number): void {
    if (this.#srtt === undefined) {
      this.#srtt = rtt;
      this.#rttvar = rtt / 2;
    } else {
      this.#rttvar += (Math.abs(rtt - this.#srtt) - this.#rttvar) / 4;
      this.#srtt += (rtt - this.#srtt) / 8;
    }
    this.#rto = Math.min(RTO_MAX, Math.max(RTO_MIN, this.#srtt + 4 * this.#rttvar));
  }

  #startTimer(): void {
    const at = this.#timer = this.clock.now + this.#rto;
    this.clock.schedule(this.#rto, () => {
      if (this.#timer === at) this.#expired();
    });
  }

  #expired(): void {
    this.#timer = 0;
    this.#threshold = Math.max(this.#window / 2, 4 * MTU);
    this.#window = MTU;
    this.#rto = Math.min(RTO_MAX, 2 * this.#rto);
    for (const one of this.#sent) if (one.state === "flying") this.#lose(one);
    this.#forwardedAt = -Infinity;
    this.#flush();
    if (this.#timer === 0) this.#send([]);
  }
}
