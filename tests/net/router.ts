/**
 * The router of a network lab, a process of its own: `router.ts <seed> <namespace>...` opens one TUN device in each
 * namespace and carries IPv4 packets between them as each link's shape says. It takes commands as JSON lines on stdin
 * ({@link RouterCommand}) and answers each with a line on stdout. When stdin ends, however its owner ended, it removes
 * the namespaces and with them all that ran there.
 */
import { DueQueue } from "./due_queue.ts";
import { checkShape, CLEAR_LINK, DirectedLink, type LinkCounters, type LinkShape } from "./link.ts";
import { NAMESPACES, removeNamespace } from "./namespaces.ts";
import { Tuns } from "./tun.ts";

export type RouterCommand =
  | { readonly do: "address"; readonly host: number; readonly address: string }
  | { readonly do: "shape"; readonly from: number; readonly to: number; readonly shape: Partial<LinkShape> }
  | { readonly do: "counters" };

export type RouterAnswer =
  | { readonly ok: true; readonly counters?: readonly (LinkCounters | null)[][] }
  | { readonly ok: false; readonly error: string };

export const DEVICE = "beach0";
/** The MTU of Ethernet, which the devices keep. */
const MTU = 1500;
/** Packets on their way at once: 300 Mbit/s for 300 ms is 7,500. What comes beyond is dropped, as at any full router. */
const IN_FLIGHT = 16_384;
/** Packets read from one device before the others get their turn. */
const BURST = 64;
const STDIN = 0;

class Router {
  readonly #tuns = new Tuns();
  readonly #fds: number[];
  readonly #links: DirectedLink[][];
  readonly #hosts = new Map<number, number>();
  readonly #queue = new DueQueue(IN_FLIGHT);
  readonly #packets = Array.from({ length: IN_FLIGHT }, () => new Uint8Array(MTU));
  readonly #lengths = new Uint16Array(IN_FLIGHT);
  readonly #targets = new Uint8Array(IN_FLIGHT);
  readonly #free = Int32Array.from({ length: IN_FLIGHT }, (_, slot) => slot);
  #freeCount = IN_FLIGHT;
  #input = "";
  readonly #decoder = new TextDecoder();
  readonly #bytes = new Uint8Array(4096);
  readonly #arrivals = new Float64Array(2);

  constructor(seed: string, namespaces: readonly string[]) {
    this.#fds = namespaces.map((name) => this.#tuns.open(`${NAMESPACES}/${name}`, DEVICE));
    this.#links = namespaces.map((_, from) =>
      namespaces.map((_, to) => new DirectedLink(`${seed} ${from}>${to}`))
    );
  }

  /** Runs until stdin ends. */
  run(): void {
    this.#tuns.watch([STDIN, ...this.#fds]);
    for (;;) {
      this.#tuns.wait(this.#queue.due - performance.now());
      if (this.#tuns.ready(0) && !this.#readCommands()) return;
      for (let host = 0; host < this.#fds.length; host++) {
        if (this.#tuns.ready(host + 1)) this.#readPackets(host);
      }
      this.#deliver();
    }
  }

  #readPackets(from: number): void {
    for (let count = 0; count < BURST; count++) {
      // A full router must go on reading, or the device's own queue would add a delay that no link has.
      const slot = this.#freeCount > 0 ? this.#free[this.#freeCount - 1]! : undefined;
      const packet = slot === undefined ? new Uint8Array(MTU) : this.#packets[slot]!;
      const length = this.#tuns.read(this.#fds[from]!, packet);
      if (length <= 0) return;
      if (slot !== undefined) this.#forward(from, packet, length);
    }
  }

  #forward(from: number, packet: Uint8Array, length: number): void {
    // IPv4 (RFC 791): version in the first nibble, protocol at 9, destination at 16.
    if (length < 20 || packet[0]! >> 4 !== 4) return;
    const address = (packet[16]! << 24) | (packet[17]! << 16) | (packet[18]! << 8) | packet[19]!;
    const to = this.#hosts.get(address);
    if (to === undefined || to === from) return;
    const now = performance.now();
    const arrivals = this.#arrivals;
    const copies = this.#links[from]![to]!.send(now, length, packet[9]!, arrivals);
    if (copies === 1 && arrivals[0]! <= now && this.#queue.due > now) {
      this.#tuns.write(this.#fds[to]!, packet as Uint8Array<ArrayBuffer>, length);
      return;
    }
    for (let copy = 0; copy < copies && this.#freeCount > 0; copy++) {
      const slot = this.#free[--this.#freeCount]!;
      // The packet was read into the slot on top of the free ones, which the first copy takes.
      if (copy > 0) this.#packets[slot]!.set(packet);
      this.#lengths[slot] = length;
      this.#targets[slot] = to;
      this.#queue.push(arrivals[copy]!, slot);
    }
  }

  #deliver(): void {
    const now = performance.now();
    while (this.#queue.due <= now) {
      const slot = this.#queue.pop();
      this.#tuns.write(this.#fds[this.#targets[slot]!]!, this.#packets[slot]!, this.#lengths[slot]!);
      this.#free[this.#freeCount++] = slot;
    }
  }

  /** False at the end of stdin. */
  #readCommands(): boolean {
    const length = this.#tuns.read(STDIN, this.#bytes);
    if (length <= 0) return false;
    this.#input += this.#decoder.decode(this.#bytes.subarray(0, length), { stream: true });
    const lines = this.#input.split("\n");
    this.#input = lines.pop() ?? "";
    for (const line of lines) say(this.#answer(line));
    return true;
  }

  #answer(line: string): RouterAnswer {
    try {
      const command: RouterCommand = JSON.parse(line);
      switch (command.do) {
        case "address":
          for (const [address, host] of this.#hosts) if (host === command.host) this.#hosts.delete(address);
          this.#hosts.set(numeric(command.address), command.host);
          return { ok: true };
        case "shape": {
          checkShape(command.shape);
          const link = this.#links[command.from]?.[command.to];
          if (!link) throw new RangeError(`there is no link ${command.from}>${command.to}`);
          link.reshape({ ...CLEAR_LINK, ...command.shape });
          return { ok: true };
        }
        case "counters":
          return {
            ok: true,
            counters: this.#links.map((row, from) =>
              row.map((link, to) => from === to ? null : link.counters)
            ),
          };
      }
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

function numeric(address: string): number {
  return address.split(".").reduce((number, part) => (number << 8) | Number(part), 0);
}

function say(answer: RouterAnswer): void {
  const line = new TextEncoder().encode(JSON.stringify(answer) + "\n");
  for (let at = 0; at < line.length;) at += Deno.stdout.writeSync(line.subarray(at));
}

if (import.meta.main) {
  const [seed = "", ...namespaces] = Deno.args;
  // A Ctrl-C goes to the whole group of the test; its owner then closes stdin, which is the one way out.
  Deno.addSignalListener("SIGINT", () => {});
  try {
    const router = new Router(seed, namespaces);
    say({ ok: true });
    router.run();
  } catch (error) {
    say({ ok: false, error: error instanceof Error ? error.message : String(error) });
  }
  for (const name of namespaces) await removeNamespace(name);
  Deno.exit(0);
}
