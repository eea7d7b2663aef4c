/** When an ack is sent by itself, and on which channel. Pure. */

/** How long acks wait for data to ride on: an echo usually comes in this time; ms. */
export const ACK_DELAY = 4;
/**
 * The shortest time between two acks that are sent by themselves, and before the answer to a `Probe`: a flood must not cause another; ms.
 */
const ACK_GAP = 1;
const PROBE_GAP = 20;

/** The timer of one link's acknowledgements. */
export class AckTimer {
  #at = Infinity;
  /** When a packet was last sent that acknowledged what had come. */
  #saidAt = -Infinity;
  #onCtrl = false;

  /** When one is due; the clock's ms, as everywhere here. */
  get at(): number {
    return this.#at;
  }

  /** Whether a probe came on `ctrl`, which is answered there although there is a lossy channel. */
  get onCtrl(): boolean {
    return this.#onCtrl;
  }

  /** An ack is due by `at`. */
  by(at: number): void {
    this.#at = Math.min(this.#at, Math.max(at, this.#saidAt + ACK_GAP));
  }

  /** Data came. */
  data(now: number): void {
    this.#at = Math.min(this.#at, now + ACK_DELAY);
  }

  /** A probe came. */
  probed(onCtrl: boolean, now: number): void {
    this.#onCtrl = onCtrl;
    this.by(Math.max(now, this.#saidAt + PROBE_GAP));
  }

  /** The answer to a probe goes now. */
  answers(): void {
    this.#onCtrl = false;
  }

  /** A sent packet has acknowledged what came; a probe on `ctrl` still needs its answer there. */
  said(now: number): void {
    this.#saidAt = now;
    if (!this.#onCtrl) this.#at = Infinity;
  }
}
