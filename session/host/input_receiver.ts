/** One viewer's input at its host: applied in order, once, as fast as the program reads it; nothing from a viewer that may only look. */
import type { Segment } from "../../frames/apply_rule.ts";
import { ByteLog } from "../sync/byte_log.ts";
import { type Received, StreamReceiver } from "../sync/receiver.ts";
import { INPUT_LIMIT } from "../sync/limits.ts";

/** Bytes given to the program's terminal at once: another viewer's Ctrl-C waits behind no more than this. */
const PIECE = 16 * 1024;
const NOTHING: Received = { data: [] };

export interface TypedEvents {
  /** Whether input reaches the program now. */
  mayType(): boolean;
  /** Writes bytes to the program's terminal; a promise settles when it has accepted them. */
  give(bytes: Uint8Array): Promise<void> | void;
  /** All input below {@link InputReceiver.have} was accepted. */
  taken(): void;
}

/** One viewer's typed bytes, delivered once and in order. */
export class InputReceiver {
  readonly #receiver = new StreamReceiver(0, INPUT_LIMIT);
  /** Input that came in order, from {@link have} on. */
  #waiting = new ByteLog(INPUT_LIMIT);
  #giving = false;
  #begun = false;

  /** @param former how much of its input was applied before the viewer was forgotten, if it was here before */
  constructor(private readonly events: TypedEvents, private readonly former = 0) {}

  /** Everything below it was accepted by the program's terminal, or dropped: this is acknowledged. */
  get have(): number {
    return this.#waiting.start;
  }

  /** Everything below it has come, and is or will be given to the program. */
  get received(): number {
    return this.#receiver.have;
  }

  /** Input that came above {@link have}, as `[start, end, …]`. */
  get sack(): number[] {
    const waits = this.received > this.have ? [this.have, this.received] : [];
    return [...waits, ...this.#receiver.sack].slice(0, 8);
  }

  /**
   * The viewer said from which offset it may send again: `input`. At its first message the stream continues there: at 0, or, for a
   * forgotten viewer, after what was applied then, acknowledged or not.
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

  /** Handles bytes from `base` on; drops bytes that an honest viewer could not have sent before more was acknowledged. */
  accept({ base, data }: Segment): Received {
    if (!this.events.mayType()) {
      // Acknowledged, so that it is not sent again.
      const end = Math.max(base + data.length, this.#receiver.end);
      if (end > this.have) this.#restart(end);
      return NOTHING;
    }
    const room = this.have + INPUT_LIMIT - base;
    if (room <= 0) return NOTHING;
    const received = this.#receiver.accept({ base, data: data.subarray(0, room) });
    // Copied: a view would keep the whole message in memory.
    for (const bytes of received.data) this.#waiting.append(bytes.slice());
    if (received.data.length > 0) void this.#give();
    return received;
  }

  /** The viewer may not type from now on: what has come and has not reached the program never does, though it may type again later. */
  drop(): void {
    this.#restart(this.#receiver.end);
    this.events.taken();
  }

  async #give(): Promise<void> {
    if (this.#giving) return;
    this.#giving = true;
    while (this.#waiting.end > this.#waiting.start) {
      const log = this.#waiting;
      const end = Math.min(log.end, log.start + PIECE);
      // The viewer may have lost its right to type while the program read slowly.
      const given = this.events.mayType() ? this.events.give(log.slice(log.start, end)) : undefined;
      if (given) await given;
      log.trim(end);
      this.events.taken();
    }
    this.#giving = false;
  }
}
