/** Signals for one side of a negotiation: passed on while its socket is connected, kept while it is not. */
import type { Signal } from "../../transport/schema/signal.ts";
import { Refused } from "../refused.ts";

/** The most that is kept for one side: twice a negotiation's signals. In signals, and in characters of their data. */
const MAX_KEPT = 64;
const MAX_KEPT_SIZE = 128 * 1024;

/** The limit of what all sides of a node keep together, in characters: for hosts that reconnect, not for storage. */
export class Kept {
  size = 0;

  constructor(readonly most: number) {}
}

/** The signals for one side. */
export class PendingSignals {
  #open = false;
  /** Kept signals in order, while the side's socket is lost. */
  #kept: Signal[] = [];
  /** Candidates that are held back until their description has passed. */
  #held: Signal[] = [];
  #size = 0;

  constructor(readonly all: Kept) {}

  /** Drops what is kept: the receiver is gone for good. */
  drop(): void {
    this.#kept = [];
    this.#held = [];
    this.#count();
  }

  /** The socket is connected: returns the kept signals. */
  open(): readonly Signal[] {
    this.#open = true;
    const kept = this.#kept;
    this.#kept = [];
    this.#count();
    return kept;
  }

  /** The socket is lost: signals are kept from now on. */
  shut(): void {
    this.#open = false;
  }

  /**
   * Adds a signal. A description names its `negotiation`, and candidates that were held for it follow it. Returns the signals to send now.
   * Throws {@link Refused}, and changes nothing, if too much is kept.
   */
  put(signal: Signal, negotiation?: number): readonly Signal[] {
    if (this.#open) return negotiation === undefined ? [signal] : [signal, ...this.#release(negotiation)];
    if (signal.kind === "offer") this.forget(signal.negotiation);
    this.#room(signal);
    this.#keep(signal);
    if (negotiation !== undefined) { for (const held of this.#release(negotiation)) this.#keep(held); }
    return [];
  }

  /** Holds a candidate until the description of its negotiation has passed. Throws {@link Refused}. */
  hold(signal: Signal): void {
    this.#room(signal);
    this.#held.push(signal);
    this.#count();
  }

  /** Drops signals of negotiations below `negotiation`, except those that any negotiation may need. */
  forget(negotiation: number): void {
    const stale = (signal: Signal) =>
      signal.negotiation < negotiation && signal.kind !== "pake" && signal.kind !== "control";
    this.#kept = this.#kept.filter((signal) => !stale(signal));
    this.#held = this.#held.filter((signal) => !stale(signal));
    this.#count();
  }

  /** Signals that are kept or held. */
  get kept(): number {
    return this.#kept.length + this.#held.length;
  }

  #keep(signal: Signal): void {
    this.#kept.push(signal);
    this.#count();
  }

  /** Candidates held for `negotiation`; those of older ones are dropped. */
  #release(negotiation: number): Signal[] {
    if (this.#held.length === 0) return [];
    const released = this.#held.filter((signal) => signal.negotiation === negotiation);
    this.#held = this.#held.filter((signal) => signal.negotiation > negotiation);
    this.#count();
    return released;
  }

  #count(): void {
    this.all.size -= this.#size;
    this.#size = [...this.#kept, ...this.#held].reduce((sum, signal) => sum + signal.data.length, 0);
    this.all.size += this.#size;
  }

  #room(signal: Signal): void {
    const { length } = signal.data;
    if (this.all.size + length > this.all.most) {
      throw new Refused(
        "unavailable",
        "this road keeps too many signals already",
        "start the negotiation again",
      );
    }
    if (this.kept < MAX_KEPT && this.#size + length <= MAX_KEPT_SIZE) return;
    throw new Refused(
      "unavailable",
      `${this.kept} signals are kept for the other side already; at most ${MAX_KEPT} are`,
      "wait for peer_joined and start the negotiation again",
    );
  }
}
