/**
 * The host names of this road. To a browser, a page whose name was made to resolve to this address (DNS rebinding) has the same origin as
 * the road, and could read and join on behalf of its user: so only names that nobody else can own are answered.
 */
import type { Settings } from "../config/options.ts";

/** Names that every resolver resolves to this machine (RFC 6761). */
const LOOPBACK = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const ADDRESS = /^(?:[\d.]+|\[.+\])$/;
/** The machine's addresses are read again after so long, in ms. */
const LOOK_AGAIN = 1_000;

/** The names that requests may use for this road. */
export class OwnNames {
  readonly #names: ReadonlySet<string>;
  #addresses: ReadonlySet<string> = new Set();
  #lookedAt = -Infinity;

  /** `publicUrl` must be set. */
  constructor({ publicUrl, allowHost, hostname }: Settings) {
    const machine = Deno.hostname();
    this.#names = new Set(
      [URL.parse(publicUrl)?.host ?? "", bracketed(hostname), machine, `${machine}.local`, ...allowHost]
        .flatMap(
          (name) => {
            return hostOf(name) ?? [];
          },
        ),
    );
  }

  /** Whether a `Host` header names this road; a request without one (HTTP/1.0) comes from no browser, and passes. */
  include(header: string | undefined): boolean {
    if (header === undefined) return true;
    const host = hostOf(header);
    if (host === undefined) return false;
    return LOOPBACK.test(host) || this.#names.has(host) || (ADDRESS.test(host) && this.#isOurs(host));
  }

  #isOurs(address: string): boolean {
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK_AGAIN) {
      this.#lookedAt = now;
      this.#addresses = new Set(
        Deno.networkInterfaces().flatMap(({ address }) => hostOf(bracketed(address)) ?? []),
      );
    }
    return this.#addresses.has(address);
  }
}

/** The host of `host` or `host:port` as browsers write it; undefined if the text is neither. */
function hostOf(text: string): string | undefined {
  if (!/^[^\s/?#@\\]+$/.test(text)) return undefined;
  const host = URL.parse(`http://${text}`)?.hostname.replace(/\.$/, "");
  return host === "" ? undefined : host;
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address.replace(/%.*$/, "")}]` : address;
}
