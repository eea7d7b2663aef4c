/**
 * `bulk` over two carriers: reliable and in order, although it starts on the interactive connection (the *main* carrier), moves to a
 * connection of its own (the *second*) when that is open, and moves back if that one breaks. Pure.
 *
 * Each message has an index, from 0, and the receiver reports the index that it expects next; so a message may be sent again on the other
 * carrier, and arrive twice or early, and is still delivered once and in order. Frames, integers big endian:
 *
 *     0 | index (4) | message      a message
 *     1 | index (4)                an acknowledgement: all before `index` were delivered
 *
 * Indices wrap at 2^32 and are compared by their difference. An acknowledgement travels on the carrier that brought the message, so that an
 * idle interactive connection stays idle.
 */

export type Carrier = "main" | "second";

/**
 * Unacknowledged bytes in flight on the interactive connection. Measured at 5 % loss: with 32 KiB there, keys take
 * 181/483 ms (p50/p95); without a limit they get no echo at all.
 */
export const MAIN_WINDOW = 32 * 1024;
/** Unacknowledged bytes in flight on the second connection: 20 MB/s at a round trip of 100 ms. */
export const SECOND_WINDOW = 2 * 1024 * 1024;
/** Bytes that a lane accepts in all, in flight or queued; above it, messages are refused. More than the window keeps the connection busy. */
export const LANE_BUFFER = SECOND_WINDOW + 1024 * 1024;
/** Messages that a lane accepts in all: small ones cost more memory than their bytes. */
export const LANE_MESSAGES = 4096;
/**
 * Bytes delivered after which an acknowledgement is sent at once: a quarter of the small window, and on the second connection so much that
 * the acknowledgements of a fast path cost little. There each was a sixth of the CPU time of who receives a large file.
 */
const ACK_BYTES: Readonly<Record<Carrier, number>> = { main: MAIN_WINDOW / 4, second: 64 * 1024 };

const HEADER = 5;
const MESSAGE = 0;
const ACK = 1;

/** Hands a frame to a carrier; false if the carrier refuses it now (then {@link BulkLane.pump} is called later). */
export type CarrierSend = (carrier: Carrier, frame: Uint8Array) => boolean;

/** One end of the bulk channel. */
export class BulkLane {
  readonly #send: CarrierSend;
  readonly #deliver: (message: Uint8Array) => void;
  #carrier: Carrier = "main";
  /** Frames not yet acknowledged, oldest first; the first `#sent` of them are in flight. */
  readonly #outgoing: Uint8Array[] = [];
  #sent = 0;
  #nextIndex = 0;
  #buffered = 0;
  #inFlight = 0;
  #expected = 0;
  readonly #early = new Map<number, Uint8Array>();
  #earlyBytes = 0;
  #unacked = 0;
  /** The carrier that brought what was not yet acknowledged. */
  #owesAck: Carrier | null = null;

  constructor(send: CarrierSend, deliver: (message: Uint8Array) => void) {
    this.#send = send;
    this.#deliver = deliver;
  }

  /** Payload and header bytes that the far end has not acknowledged. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Whether {@link flushAck} has an acknowledgement to send; the owner calls it within a few ms. */
  get owesAck(): boolean {
    return this.#owesAck !== null;
  }

  /** Bytes delivered and not yet acknowledged. */
  get unacked(): number {
    return this.#unacked;
  }

  /** Queues a copy of one message; false if {@link LANE_BUFFER} or {@link LANE_MESSAGES} is reached. */
  send(message: Uint8Array): boolean {
    if (this.#buffered > 0 && this.#buffered + message.length > LANE_BUFFER) return false;
    if (this.#outgoing.length >= LANE_MESSAGES) return false;
    const frame = new Uint8Array(HEADER + message.length);
    writeHeader(frame, MESSAGE, this.#nextIndex);
    frame.set(message, HEADER);
    this.#nextIndex = (this.#nextIndex + 1) >>> 0;
    this.#outgoing.push(frame);
    this.#buffered += frame.length;
    this.pump();
    return true;
  }

  /** Sends as much as the window allows; called when a carrier may accept more. */
  pump(): void {
    const window = this.#carrier === "main" ? MAIN_WINDOW : SECOND_WINDOW;
    for (; this.#sent < this.#outgoing.length; this.#sent++) {
      const frame = this.#outgoing[this.#sent]!;
      // One message is always allowed, or a message larger than the window would never be sent.
      if (this.#inFlight > 0 && this.#inFlight + frame.length > window) return;
      if (!this.#send(this.#carrier, frame)) return;
      this.#inFlight += frame.length;
    }
  }

  /** Messages go by `carrier` from now on. With `lost`, those in flight on the other carrier are sent again. */
  use(carrier: Carrier, lost: boolean): void {
    if (this.#carrier === carrier) return;
    this.#carrier = carrier;
    if (lost) {
      this.#sent = 0;
      this.#inFlight = 0;
      if (this.#owesAck) this.#owesAck = carrier;
    }
    this.pump();
  }

  /** Handles a frame from `carrier`; false if it is malformed, and then nothing changed. */
  receive(carrier: Carrier, frame: Uint8Array): boolean {
    if (frame.length < HEADER) return false;
    const index = readIndex(frame);
    if (frame[0] === ACK && frame.length === HEADER) return this.#acknowledged(index);
    if (frame[0] !== MESSAGE) return false;
    const ahead = distance(this.#expected, index);
    const message = frame.subarray(HEADER);
    if (ahead > 0) {
      if (this.#early.has(index)) return true;
      // The sender's own limits do not allow an index further ahead than this.
      if (ahead > LANE_MESSAGES || this.#earlyBytes + frame.length > 2 * SECOND_WINDOW) return false;
      this.#early.set(index, message);
      this.#earlyBytes += frame.length;
      return true;
    }
    this.#owesAck = carrier;
    // A duplicate: the acknowledgement was lost with its carrier, so it is sent again at once.
    if (ahead < 0) this.#unacked = ACK_BYTES[carrier];
    else this.#take(message);
    if (this.#unacked >= ACK_BYTES[carrier]) this.flushAck();
    return true;
  }

  /** Sends the acknowledgement that is due, if any; false if the carrier refused it (it is still due). */
  flushAck(): boolean {
    if (this.#owesAck === null) return true;
    const frame = new Uint8Array(HEADER);
    writeHeader(frame, ACK, this.#expected);
    if (!this.#send(this.#owesAck, frame)) return false;
    this.#owesAck = null;
    this.#unacked = 0;
    return true;
  }

  #take(message: Uint8Array): void {
    for (let next: Uint8Array | undefined = message; next; next = this.#early.get(this.#expected)) {
      if (this.#early.delete(this.#expected)) this.#earlyBytes -= HEADER + next.length;
      this.#expected = (this.#expected + 1) >>> 0;
      this.#unacked += HEADER + next.length;
      this.#deliver(next);
    }
  }

  #acknowledged(next: number): boolean {
    const pending = this.#outgoing.length;
    const count = pending - distance(next, this.#nextIndex);
    if (count > pending) return false; // for a message that was never sent
    if (count <= 0) return true;
    this.#outgoing.splice(0, count).forEach((frame, at) => {
      this.#buffered -= frame.length;
      if (at < this.#sent) this.#inFlight -= frame.length;
    });
    this.#sent = Math.max(0, this.#sent - count);
    this.pump();
    return true;
  }
}

function writeHeader(frame: Uint8Array, kind: number, index: number): void {
  frame[0] = kind;
  new DataView(frame.buffer, frame.byteOffset).setUint32(1, index);
}

function readIndex(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(1);
}

/** The distance from `from` to `to`, within half of the circle of indices. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
