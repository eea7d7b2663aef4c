import { ip, NAMESPACES, removeAbandoned, removeNamespace } from "./namespaces.ts";

/** A lab counts from 1. */
const NUMBER = 0;
const HOSTS = ["one", "two"] as const;

/** Two machines on one wire without any IPv4, which a {@link Lab} can't be. One at a time. Disposing it ends all that ran in it. */
export class Ipv6Pair implements AsyncDisposable {
  readonly #namespaces = HOSTS.map((name) => `beach-${Deno.pid}-${NUMBER}-${name}`);

  private constructor() {}

  /** Makes the pair; see `whyNoLab` for what it needs. */
  static async create(): Promise<Ipv6Pair> {
    await removeAbandoned();
    const pair = new Ipv6Pair();
    try {
      await pair.#open();
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
    return pair;
  }

  address(host: typeof HOSTS[number]): string {
    return `fd00:1::${HOSTS.indexOf(host) + 1}`;
  }

  /** `argv` as it must be spelt to run on the host. */
  command(host: typeof HOSTS[number], argv: readonly string[]): string[] {
    return ["nsenter", `--net=${NAMESPACES}/${this.#namespaces[HOSTS.indexOf(host)]}`, "--", ...argv];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#namespaces) await removeNamespace(name);
  }

  async #open(): Promise<void> {
    for (const name of this.#namespaces) await ip("netns", "add", name);
    const [one, two] = this.#namespaces as [string, string];
    await ip("link", "add", "eth0", "netns", one, "type", "veth", "peer", "name", "eth0", "netns", two);
    for (const [index, name] of this.#namespaces.entries()) {
      await ip("-n", name, "link", "set", "lo", "up");
      await ip("-n", name, "link", "set", "eth0", "up");
      // Without `nodad` the kernel asks the wire for a second whether the address is free.
      await ip("-n", name, "addr", "add", `${this.address(HOSTS[index]!)}/64`, "dev", "eth0", "nodad");
    }
  }
}
