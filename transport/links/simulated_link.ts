/** `--simulate-loss` and `--simulate-delay`: a link that behaves like a worse one. */

import type { Channel, Link, LinkStats, Path } from "../link.ts";
import { LinkState, StatefulLink } from "./link_state.ts";

export interface SimulateOptions {
  /** Percent of `term` messages dropped, each way; 0 to 100. A link without a lossy channel drops none. */
  readonly lossPercent?: number;
  /** Added to every message, each way, in ms: the round trip grows by twice this. */
  readonly delayMs?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Calls `fn` once, `ms` later. */
  readonly schedule: (ms: number, fn: () => void) => void;
}

/** Wraps `link`; without loss and delay it returns `link` itself. The wrapper uses the link's `onmessage`. */
export function simulate(link: Link, options: SimulateOptions): Link {
  if (!options.lossPercent && !options.delayMs) return link;
  return new SimulatedLink(link, options);
}

class SimulatedLink extends StatefulLink implements Link {
  readonly #link: Link;
  readonly #options: SimulateOptions;
  /** Only its inbox is used: the counters and the end are those of the wrapped link. */
  protected readonly state: LinkState;
  /** One queue per direction and channel: each timer releases the oldest message, so the order of timers does not matter. */
  readonly #lines: Record<"in" | "out", Record<Channel, (() => void)[]>> = {
    in: { ctrl: [], term: [], bulk: [] },
    out: { ctrl: [], term: [], bulk: [] },
  };
  readonly #waiting: Record<Channel, number> = { ctrl: 0, term: 0, bulk: 0 };

  constructor(link: Link, options: SimulateOptions) {
    super();
    this.#link = link;
    this.#options = options;
    this.state = new LinkState((closed) => {
      this.state.end(closed);
      void link.close(closed.detail);
    });
    link.onmessage = (channel, message) => {
      if (!this.#lost(channel)) this.#later("in", channel, () => this.state.receive(channel, message));
    };
    // Messages in flight when the link ended are lost with it, as on a real network.
    void link.closed.then((closed) => this.state.end(closed));
  }

  get id(): string {
    return `${this.#link.id}~`;
  }
  get path(): Path {
    return this.#link.path;
  }
  get lossy(): boolean {
    return this.#link.lossy;
  }
  get separateBulk(): boolean {
    return this.#link.separateBulk;
  }

  override wantBulk(): void {
    this.#link.wantBulk();
  }

  send(channel: Channel, message: Uint8Array): boolean {
    this.state.checkSize(channel, message);
    if (!this.state.open) return false;
    if (this.#lost(channel)) return true;
    if (!this.#options.delayMs) return this.#link.send(channel, message);
    const copy = message.slice();
    this.#waiting[channel] += copy.length;
    this.#later("out", channel, () => {
      this.#waiting[channel] -= copy.length;
      if (this.#link.send(channel, copy) || (channel === "term" && this.lossy)) return;
      // `send` returned true when the delay began, so a reliable message that is refused now would be lost without notice.
      void this.#link.close(`a delayed ${channel} message was refused (--simulate-delay)`);
    });
    return true;
  }

  buffered(channel: Channel): number {
    return this.#waiting[channel] + this.#link.buffered(channel);
  }

  stats(): LinkStats {
    return this.#link.stats();
  }

  async close(detail = "closed here"): Promise<void> {
    this.state.end({ reason: "local", detail });
    await this.#link.close(detail);
  }

  #lost(channel: Channel): boolean {
    const { lossPercent = 0, random } = this.#options;
    return channel === "term" && this.lossy && lossPercent > 0 && random() * 100 < lossPercent;
  }

  #later(direction: "in" | "out", channel: Channel, go: () => void): void {
    const { delayMs = 0, schedule } = this.#options;
    if (delayMs <= 0) return go();
    this.#lines[direction][channel].push(go);
    schedule(delayMs, () => this.#lines[direction][channel].shift()?.());
  }
}
