/** Notices that a host which runs its own road is gone for good: its machine refuses connections to the port. */
import type { JoinCode } from "../auth/join_code.ts";

/**
 * A host whose road refuses connections counts as gone when its heartbeat is late by this much, in ms: time for one repetition. A network
 * outage does not refuse connections; nothing answers at all.
 */
const LATE = 2000;
/** Refusals in a row, so that a single refusal made by a firewall does not count. */
const REFUSALS = 2;
/** How long to wait for a refusal, in ms: a machine that is running refuses within a round trip. */
export const REFUSAL_PATIENCE = 2000;

/** Decides when a host with its own road is gone. */
export class HostGone {
  readonly #road: string | undefined;
  #refusals = 0;
  #asking = false;

  /**
   * Only a code that names a plain address leads to a host's own road; any other road may restart independently of the host.
   *
   * @param isRefused whether the machine of a URL itself refuses connections to its port, within {@link REFUSAL_PATIENCE}; never rejects
   */
  constructor(code: Pick<JoinCode, "road">, private readonly isRefused: (road: URL) => Promise<boolean>) {
    this.#road = code.road !== undefined && /^http:\/\/[^/]+$/.test(code.road) ? code.road : undefined;
  }

  /** An attempt to reach the road failed: checks the reason, which a WebSocket does not tell. */
  failed(): void {
    if (this.#road === undefined || this.#asking) return;
    this.#asking = true;
    void this.isRefused(new URL(this.#road)).then((refused) => {
      this.#asking = false;
      this.#refusals = refused ? this.#refusals + 1 : 0;
    });
  }

  /** The road accepted this viewer. */
  reached(): void {
    this.#refusals = 0;
  }

  /**
   * The message for the user once the host counts as gone; undefined before. `silence`: since the last message, in ms; `late`: since the
   * next heartbeat was due, in ms.
   */
  words(silence: number, late: number): string | undefined {
    if (this.#road === undefined || this.#refusals < REFUSALS || late < LATE) return undefined;
    const seconds = Math.floor(silence / 1000);
    return `The host is gone: nothing runs at ${this.#road} any more, and nothing was heard for ${seconds} s`;
  }
}
