/** Notices that a host with a road of its own is gone for good: its machine says that nothing listens there any more. */
import type { JoinCode } from "../transport/code.ts";

/**
 * A host whose road refuses connections is given up when its heartbeat is this late, ms: time for it to be sent again. A
 * network that is gone for a while does not refuse, it does not answer.
 */
const LATE = 2000;
/** Refusals in a row, so that a single one that a firewall made up does not count. */
const REFUSALS = 2;
/** A machine that is there refuses within a round trip; ms. */
const PATIENCE = 2000;

export class HostGone {
  readonly #road: string | undefined;
  #refusals = 0;
  #asking = false;

  /** Only a code that names a plain address leads to a host's own road; any other road may come back without its host's doing. */
  constructor(code: JoinCode) {
    this.#road = code.road !== undefined && /^http:\/\/[^/]+$/.test(code.road) ? code.road : undefined;
  }

  /** An attempt to reach the road failed: asks why, since a WebSocket does not tell. */
  failed(): void {
    if (this.#road === undefined || this.#asking) return;
    this.#asking = true;
    void isRefused(new URL(this.#road)).then((refused) => {
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

/** Whether the machine of `url` itself says that nothing listens at its port. An answer that takes long is none. */
async function isRefused({ hostname, port }: URL): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), PATIENCE);
  const asked = Deno.connect({ hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) }).then(
    (connection) => (connection.close(), false),
    (error) => error instanceof Deno.errors.ConnectionRefused,
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
