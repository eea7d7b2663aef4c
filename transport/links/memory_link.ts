/** A link inside one process, driven by a clock and a source of randomness that the caller passes: for tests of the code above links. */

import type { Channel, Link, LinkClosed, LinkStats, Path } from "../link.ts";
import { linkId, LinkState, StatefulLink } from "./link_state.ts";

/**
 * The behaviour of the path between the two ends, the same both ways. Probabilities are from 0 to 1 and affect only `term` of a lossy link.
 */
export interface MemoryLinkOptions {
  /** Default true. */
  readonly lossy?: boolean;
  readonly loss?: number;
  /** The probability that a `term` message takes up to twice the delay (at least 5 ms more), so that later messages overtake it. */
  readonly reorder?: number;
  readonly duplicate?: number;
  /** One way, ms; default 0. */
  readonly delayMs?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Calls `fn` once, `ms` later by the caller's clock; never during the call itself. */
  readonly schedule: (ms: number, fn: () => void) => void;
}

class MemoryLink extends StatefulLink implements Link {
  readonly id: string = linkId("memory");
  readonly path: Path = "memory";
  readonly lossy: boolean;
  readonly separateBulk = true;
  readonly #options: MemoryLinkOptions;
  protected readonly state = new LinkState((closed) => this.#end(closed));
  readonly #inFlight: Record<Channel, number> = { ctrl: 0, term: 0, bulk: 0 };
  /** Ordered messages in flight to the far end; each scheduled call delivers the oldest, whatever order the clock uses. */
  readonly #line: (() => void)[] = [];
  #far: MemoryLink | null = null;

  constructor(options: MemoryLinkOptions) {
    super();
    this.#options = options;
    this.lossy = options.lossy ?? true;
  }

  static pair(options: MemoryLinkOptions): [MemoryLink, MemoryLink] {
    const one = new MemoryLink(options), other = new MemoryLink(options);
    one.#far = other;
    other.#far = one;
    return [one, other];
  }

  send(channel: Channel, message: Uint8Array): boolean {
    this.state.checkSize(channel, message);
    if (!this.state.open) return false;
    const copy = message.slice();
    this.state.sent(channel, copy.length);
    if (channel === "term" && this.lossy) this.#sendLossy(copy);
    else this.#sendInOrder(channel, copy);
    return true;
  }

  buffered(channel: Channel): number {
    return this.#inFlight[channel];
  }

  stats(): LinkStats {
    return {
      path: this.path,
      transportRttMs: 2 * (this.#options.delayMs ?? 0),
      channels: this.state.counters(),
      dropped: this.state.dropped,
    };
  }

  close(detail = "closed here"): Promise<void> {
    this.#end({ reason: "local", detail });
    return Promise.resolve();
  }

  #end(closed: LinkClosed): void {
    if (!this.state.end(closed)) return;
    this.#inOrder(() => this.#far!.#end({ reason: "remote", detail: "closed by the far end" }));
  }

  #sendLossy(message: Uint8Array): void {
    const { loss = 0, reorder = 0, duplicate = 0, delayMs = 0, random, schedule } = this.#options;
    const copies = random() < duplicate ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      if (random() < loss) continue;
      const late = random() < reorder ? random() * Math.max(delayMs, 5) : 0;
      schedule(delayMs + late, () => this.#far!.state.receive("term", message.slice()));
    }
  }

  #sendInOrder(channel: Channel, message: Uint8Array): void {
    this.#inFlight[channel] += message.length;
    this.#inOrder(() => {
      this.#inFlight[channel] -= message.length;
      this.#far!.state.receive(channel, message);
    });
  }

  #inOrder(deliver: () => void): void {
    this.#line.push(deliver);
    this.#options.schedule(this.#options.delayMs ?? 0, () => this.#line.shift()?.());
  }
}

/** The two ends of one link. Nothing moves except through `schedule`. Throws nothing. */
export function memoryLinkPair(options: MemoryLinkOptions): [Link, Link] {
  return MemoryLink.pair(options);
}
