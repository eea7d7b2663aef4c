/** Notices that a host with a road of its own is gone for good: its machine says that nothing listens there any more. */
import type { JoinCode } from "../auth/join_code.ts";

/**
 * A host whose road refuses connections is given up when its heartbeat is this late, ms: time for it to be sent again. A
 * network that is gone for a while does not refuse, it does not answer.
 */
const LATE = 2000;
/** Refusals in a row, so that a single one that a firewall made up does not count. */
const REFUSALS = 2;
/** A machine that is there refuses within a round trip; ms. An answer that takes longer is none. */
export const REFUSAL_PATIENCE = 2000;

export class HostGone {
  readonly #road: string | undefined;
  #refusals = 0;
  #asking = false;

  /**
   * Only a code that names a plain address leads to a host's own road; any other road may come back without its host's doing.
   *
   * @param isRefused whether the machine of a URL itself says, within {@link REFUSAL_PATIENCE}, that nothing listens at its port; never rejects
   */
  constructor(code: Pick<JoinCode, "road">, private readonly isRefused: (road: URL) => Promise<boolean>) {
    this.#road = code.road !== undefined && /^http:\/\/[^/]+$/.test(code.road) ? code.road : undefined;
  }

  /** An attempt to reach the road failed: asks why, since a WebSocket does not tell. */
  failed(): void {
    if (this.#road === undefined || this.#asking) return;
    this.#asking = true;
    void this.isRefused(new URL(this.#road)).then((refused) => {
      this.#asking = false;
      this.#refusals = refused ? this.#refusals + 1 : 0;
    });
  }

  /** The road took us in. */
  reached(): void {
    this.#refusals = 0;
  }

  /** What to say, once nothing can be expected any more; undefined before. `silence`: since anything was heard, ms; `late`: since it should have been. */
  words(silence: number, late: number): string | undefined {
    if (this.#road === undefined || this.#refusals < REFUSALS || late < LATE) return undefined;
    const seconds = Math.floor(silence / 1000);
    return `The host is gone: nothing runs at ${this.#road} any more, and nothing was heard for ${seconds} s`;
  }
}
