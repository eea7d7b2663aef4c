/** What one viewer types, at its host: in order, once, as fast as the program reads it, and nothing of a viewer that may only look. */
import type { Segment } from "../../frames/output.ts";
import { ByteLog } from "../sync/byte_log.ts";
import { type Received, StreamReceiver } from "../sync/receiver.ts";
import { INPUT_LIMIT } from "../sync/limits.ts";

/** Given to the program's terminal at once, bytes: another viewer's Ctrl-C waits behind no more of this one's paste. */
const PIECE = 16 * 1024;
const NOTHING: Received = { data: [] };

export interface TypedEvents {
  /** Whether what comes reaches the program, now. */
  mayType(): boolean;
  /** Hands bytes to the program's terminal; a promise settles when it has taken them. */
  give(bytes: Uint8Array): Promise<void> | void;
  /** All below {@link InputReceiver.have} was taken. */
  taken(): void;
}

/** One viewer's typed bytes, delivered once and in order. */
export class InputReceiver {
  readonly #receiver = new StreamReceiver(0, INPUT_LIMIT);
  /** What came in order, from {@link have} on. */
  #waiting = new ByteLog(INPUT_LIMIT);
  #giving = false;
  #begun = false;

  /** @param former what was applied of it before the viewer was forgotten, if it was here before */
  constructor(private readonly events: TypedEvents, private readonly former = 0) {}

  /** All below it was taken by the program's terminal, or dropped: what is acked. */
  get have(): number {
    return this.#waiting.start;
  }

  /** All below it came, and will be given to the program if it was not yet. */
  get received(): number {
    return this.#receiver.have;
  }

  /** What came above {@link have}, as `[start, end, …]`. */
  get sack(): number[] {
    const waits = this.received > this.have ? [this.have, this.received] : [];
    return [...waits, ...this.#receiver.sack].slice(0, 8);
  }

  /**
   * The viewer has said what it may have to send again: from `input` on. At its first word the stream goes on there: from 0, or, for one that
   * was forgotten, behind what was applied then, acked or not.
   */
  resume(input: number): void {
    if (this.#begun) return;
    this.#begun = true;
    const ours = this.former - input;
    this.#restart(input > 0 && ours > 0 && ours <= INPUT_LIMIT ? this.former : input);
  }

  #restart(offset: number): void {
    this.#receiver.restart(offset);
    this.#waiting = new ByteLog(INPUT_LIMIT, offset);
  }

  /** Takes bytes from `base` on; what a viewer may not have sent before more was acked is dropped. */
  accept({ base, data }: Segment): Received {
    if (!this.events.mayType()) {
      // Acked, so that it is not sent again.
      if (base + data.length > this.have) this.#restart(base + data.length);
      return NOTHING;
    }
    const room = this.have + INPUT_LIMIT - base;
    if (room <= 0) return NOTHING;
    const received = this.#receiver.accept({ base, data: data.subarray(0, room) });
    // Copies: a view would keep the whole message alive.
    for (const bytes of received.data) this.#waiting.append(bytes.slice());
    if (received.data.length > 0) void this.#give();
    return received;
  }

  async #give(): Promise<void> {
    if (this.#giving) return;
    this.#giving = true;
    while (this.#waiting.end > this.#waiting.start) {
      const log = this.#waiting;
      const end = Math.min(log.end, log.start + PIECE);
      // It may have lost that while the program read slowly.
      const given = this.events.mayType() ? this.events.give(log.slice(log.start, end)) : undefined;
      if (given) await given;
      log.trim(end);
      this.events.taken();
    }
    this.#giving = false;
  }
}
