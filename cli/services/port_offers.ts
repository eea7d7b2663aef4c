/** Ports that the terminal speaks of and on which something listens: each viewer is told of each once. */
import { PortMentions } from "../../session/services/port_mentions.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";

/** Where a server of this machine may listen. */
const LOOPBACK = ["127.0.0.1", "::1"] as const;
/** Servers print their address just before or after they listen: how long to wait before each look, ms. */
const LOOKS = [0, 250, 1000, 3000] as const;
/** Ports that are looked for in one session, and those that viewers who come later are told of: the newest. */
const MAX_PORTS = 256;
const MAX_KEPT = 16;

/** What a host's output says of servers on its machine. */
export class PortOffers implements Disposable {
  /** As a follower of the terminal, it holds nothing back. */
  readonly pending = 0;
  readonly #mentions = new PortMentions();
  readonly #there = new Set<number>();
  readonly #told = new Set<string>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #looked = 0;

  /** @param may whether viewers might be let to this port */
  constructor(
    private readonly runtime: Pick<HostRuntime, "offer" | "listen">,
    private readonly may: (port: number) => boolean,
  ) {
    runtime.listen({
      linked: ({ peer }) => {
        if (this.#told.has(peer)) return;
        this.#told.add(peer);
        for (const port of this.#there) void this.#tell(port, [peer]);
      },
      left: ({ peer }) => void this.#told.delete(peer),
    });
  }

  /** Reads what the terminal prints. */
  output(bytes: Uint8Array): void {
    if (this.#looked >= MAX_PORTS) return;
    for (const port of this.#mentions.scan(bytes)) {
      if (this.#looked++ < MAX_PORTS && this.may(port)) this.#look(port, 0);
    }
  }

  resize(): void {}

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#looked = MAX_PORTS;
  }

  #look(port: number, times: number): void {
    const ms = LOOKS[times];
    if (ms === undefined) return;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      if (!await this.#tell(port, this.#told)) this.#look(port, times + 1);
    }, ms);
    this.#timers.add(timer);
  }

  /** Tells `peers` of `port` if something listens there. */
  async #tell(port: number, peers: Iterable<string>): Promise<boolean> {
    if (!await listens(port)) return false;
    this.#there.add(port);
    if (this.#there.size > MAX_KEPT) this.#there.delete(this.#there.values().next().value!);
    for (const peer of peers) this.runtime.offer(peer, port);
    return true;
  }
}

/** Whether a connection to `port` of this machine comes about; it is closed at once. */
async function listens(port: number): Promise<boolean> {
  for (const hostname of LOOPBACK) {
    try {
      (await Deno.connect({ hostname, port })).close();
      return true;
    } catch {
      // Nothing there, or no such address on this machine.
    }
  }
  return false;
}
