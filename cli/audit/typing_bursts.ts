/** Typing told in bursts: who, how many bytes, for how long, and what if that is wanted (`README.md`). Pure: time is an argument. */
import { Buffer } from "node:buffer";
import { concat } from "../../frames/bytes.ts";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { Entry } from "./chain.ts";

/** A pause that ends a burst, ms: longer than between two keys, shorter than a thought. */
const QUIET = 2000;
/** The longest burst, ms: what is told is never older. */
const LONGEST = 10_000;
/** The most input of one burst, bytes. */
const MOST_INPUT = 4096;
/** Lines with input of one person that follow each other at once: 256 KiB of a paste, and then 16 KiB/s. */
const FULL: Rate = { burst: 64, perSecond: 4 };

interface Burst {
  readonly from: number;
  to: number;
  bytes: number;
  readonly input: Uint8Array[];
  kept: number;
}

/** The bursts of all who type. At most one is open for each of them. */
export class TypingBursts {
  readonly #open = new Map<string, Burst>();
  readonly #paces = new Map<string, TokenBucket>();

  /** @param keepInput whether what was typed is told */
  constructor(private readonly keepInput: boolean, private readonly tell: (entry: Entry) => void) {}

  /** `peer` typed `bytes` at `now`, ms. */
  typed(peer: string, bytes: Uint8Array, now: number): void {
    this.poll(now);
    if (!this.keepInput) return this.#add(peer, bytes, now);
    for (let at = 0; at < bytes.length;) {
      const kept = this.#open.get(peer)?.kept ?? 0;
      if (kept >= MOST_INPUT && this.#pace(peer, now).tryConsume(now)) this.#end(peer);
      const room = MOST_INPUT - (this.#open.get(peer)?.kept ?? 0);
      const part = room > 0 ? bytes.subarray(at, at + room) : bytes.subarray(at);
      this.#add(peer, part, now);
      at += part.length;
    }
  }

  /** Ends the bursts that are over. */
  poll(now: number): void {
    for (const [peer, burst] of this.#open) {
      if (this.#over(burst) <= now) this.#end(peer);
    }
  }

  /** When {@link poll} is next due, ms. */
  due(): number {
    return Math.min(Infinity, ...[...this.#open.values()].map((burst) => this.#over(burst)));
  }

  /** `peer` is gone. */
  left(peer: string): void {
    this.#end(peer);
    this.#paces.delete(peer);
  }

  /** Tells all that is open. */
  end(): void {
    for (const peer of [...this.#open.keys()]) this.#end(peer);
  }

  #over({ from, to }: Burst): number {
    return Math.min(to + QUIET, from + LONGEST);
  }

  #add(peer: string, bytes: Uint8Array, now: number): void {
    let burst = this.#open.get(peer);
    if (!burst) this.#open.set(peer, burst = { from: now, to: now, bytes: 0, input: [], kept: 0 });
    burst.to = now;
    burst.bytes += bytes.length;
    if (!this.keepInput || burst.kept >= MOST_INPUT) return;
    burst.input.push(bytes.slice());
    burst.kept += bytes.length;
  }

  #end(peer: string): void {
    const burst = this.#open.get(peer);
    if (!burst) return;
    this.#open.delete(peer);
    const { bytes, from, to } = burst;
    const typed = { event: "typed", peer, bytes, ms: Math.round(to - from) };
    this.tell({ ...typed, ...(this.keepInput && inputOf(concat(burst.input))) });
  }

  #pace(peer: string, now: number): TokenBucket {
    let pace = this.#paces.get(peer);
    if (!pace) this.#paces.set(peer, pace = new TokenBucket(FULL, now));
    return pace;
  }
}

function inputOf(bytes: Uint8Array): { readonly input: string } | { readonly input_base64: string } {
  try {
    return { input: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { input_base64: Buffer.from(bytes).toString("base64") };
  }
}
