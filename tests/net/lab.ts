import { deadline } from "../support/deadline.ts";
import { Spawned, type SpawnOptions } from "../support/spawned.ts";
import { TerminalDriver, type TerminalOptions } from "../support/terminal_driver.ts";
import { checkShape, CLEAR_LINK, type LinkCounters, type LinkShape } from "./link.ts";
import { ip, NAMESPACES, removeAbandoned, removeNamespace } from "./namespaces.ts";
import { DEVICE, type RouterAnswer, type RouterCommand } from "./router.ts";

export interface LabOptions {
  /** The same seed treats the n-th packet of each link the same. */
  readonly seed: string | number;
  /** Names of lower-case letters and digits. Each gets a network namespace. */
  readonly hosts: readonly string[];
  /** The shape of every link, each way, to begin with. */
  readonly link?: Partial<LinkShape>;
}

/**
 * Packets that a device holds for the router. The kernel's 500 are a burst of 0.6 MB: where the router waits for the CPU meanwhile, the
 * device would lose packets that no link loses.
 */
const DEVICE_QUEUE = "10000";

let labs = 0;

/**
 * A small network: hosts in namespaces of their own, any two joined by a link that can be shaped, cut and given
 * other addresses while it runs. Delays are **one way**. Disposing it ends all that ran in it.
 *
 *     await using lab = await Lab.create({ seed: 1, hosts: ["host", "viewer", "road"], link: { delayMs: 50, loss: 0.05 } });
 *     await using road = lab.run("road", ["beach", "road", "--listen", `${lab.address("road")}:8080`]);
 *     await using host = lab.terminal("host", ["beach", "host"]);
 */
export class Lab implements AsyncDisposable {
  readonly #names: readonly string[];
  readonly #namespaces: readonly string[];
  readonly #addresses: string[] = [];
  readonly #moves: number[];
  readonly #shapes: Partial<LinkShape>[][];
  readonly #cut = new Set<number>();
  readonly #router: Spawned;
  #answered = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    names: readonly string[],
    namespaces: readonly string[],
    router: Spawned,
    link: Partial<LinkShape>,
  ) {
    this.#names = names;
    this.#namespaces = namespaces;
    this.#router = router;
    this.#moves = names.map(() => 0);
    this.#shapes = names.map(() => names.map(() => link));
  }

  /** Makes the network; see `whyNoLab` for what it needs. */
  static async create({ seed, hosts, link = {} }: LabOptions): Promise<Lab> {
    checkShape(link);
    for (const name of hosts) {
      if (!/^[a-z0-9]{1,12}$/.test(name)) {
        throw new RangeError(`a host named ${name}; use 1 to 12 of a-z and 0-9`);
      }
    }
    await removeAbandoned();
    const number = ++labs;
    const namespaces = hosts.map((name) => `beach-${Deno.pid}-${number}-${name}`);
    let router: Spawned | undefined;
    try {
      for (const name of namespaces) await ip("netns", "add", name);
      const script = new URL("./router.ts", import.meta.url).pathname;
      router = Spawned.start([
        Deno.execPath(),
        "run",
        "-A",
        "--no-prompt",
        script,
        String(seed),
        ...namespaces,
      ]);
      const lab = new Lab(hosts, namespaces, router, link);
      await lab.#nextAnswer();
      await Promise.all(hosts.map((_, host) => lab.#bringUp(host)));
      for (const from of hosts.keys()) {
        for (const to of hosts.keys()) if (from !== to) await lab.#apply(from, to);
      }
      return lab;
    } catch (error) {
      await router?.[Symbol.asyncDispose]();
      for (const name of namespaces) await removeNamespace(name);
      throw error;
    }
  }

  /** The host's IPv4 address now. */
  address(host: string): string {
    return this.#addresses[this.#index(host)]!;
  }

  /** `argv` as it must be spelt to run in the host's namespace. */
  command(host: string, argv: readonly string[]): string[] {
    return ["nsenter", `--net=${NAMESPACES}/${this.#namespaces[this.#index(host)]}`, "--", ...argv];
  }

  /** Starts a command on a host, with pipes. */
  run(host: string, argv: readonly string[], options?: SpawnOptions): Spawned {
    return Spawned.start(this.command(host, argv), options);
  }

  /** Starts a command on a host, in a terminal of its own. */
  terminal(host: string, argv: readonly string[], options?: TerminalOptions): TerminalDriver {
    return TerminalDriver.start(this.command(host, argv), options);
  }

  /** Changes the links between `a` and `b`, both ways; what is not named stays. In force when it settles. */
  async shape(a: string, b: string, change: Partial<LinkShape>): Promise<void> {
    await this.shapeOneWay(a, b, change);
    await this.shapeOneWay(b, a, change);
  }

  /** Changes the link from `from` to `to` alone. */
  async shapeOneWay(from: string, to: string, change: Partial<LinkShape>): Promise<void> {
    checkShape(change);
    const [source, target] = [this.#index(from), this.#index(to)];
    this.#shapes[source]![target] = { ...this.#shapes[source]![target], ...change };
    await this.#apply(source, target);
  }

  /** Changes every link. */
  async shapeAll(change: Partial<LinkShape>): Promise<void> {
    for (const from of this.#names) {
      for (const to of this.#names) if (from !== to) await this.shapeOneWay(from, to, change);
    }
  }

  /** Cuts a host off from all others, both ways, until {@link restore}. */
  async cut(host: string): Promise<void> {
    this.#cut.add(this.#index(host));
    await this.#applyAll(host);
  }

  async restore(host: string): Promise<void> {
    this.#cut.delete(this.#index(host));
    await this.#applyAll(host);
  }

  /** Gives a host another address, as when a laptop changes networks; packets to the old one go nowhere. Returns it. */
  async moveAddress(host: string): Promise<string> {
    const index = this.#index(host);
    await this.#ip(index, "addr", "flush", "dev", DEVICE);
    this.#moves[index]!++;
    await this.#giveAddress(index);
    return this.address(host);
  }

  /** What became of the packets from `from` to `to` so far. */
  async counters(from: string, to: string): Promise<LinkCounters> {
    const answer = await this.#tell({ do: "counters" });
    return answer.counters![this.#index(from)]![this.#index(to)]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#router.closeInput();
    await this.#router.waitForExit(10_000).catch(() => {});
    await this.#router[Symbol.asyncDispose]();
    // The router has done this unless it was killed.
    for (const name of this.#namespaces) await removeNamespace(name);
  }

  async #bringUp(host: number): Promise<void> {
    await this.#ip(host, "link", "set", "lo", "up");
    // Without this the kernel gives the device an IPv6 address, which the router does not carry.
    await this.#ip(host, "link", "set", DEVICE, "addrgenmode", "none");
    await this.#ip(host, "link", "set", DEVICE, "txqueuelen", DEVICE_QUEUE);
    await this.#ip(host, "link", "set", DEVICE, "up");
    await this.#giveAddress(host);
  }

  async #giveAddress(host: number): Promise<void> {
    const address = `10.99.${this.#moves[host]}.${host + 1}`;
    await this.#ip(host, "addr", "add", `${address}/16`, "dev", DEVICE);
    await this.#tell({ do: "address", host, address });
    this.#addresses[host] = address;
  }

  async #applyAll(host: string): Promise<void> {
    const index = this.#index(host);
    for (const other of this.#names.keys()) {
      if (other === index) continue;
      await this.#apply(index, other);
      await this.#apply(other, index);
    }
  }

  async #apply(from: number, to: number): Promise<void> {
    const shape = { ...CLEAR_LINK, ...this.#shapes[from]![to] };
    const down = shape.down || this.#cut.has(from) || this.#cut.has(to);
    await this.#tell({ do: "shape", from, to, shape: { ...shape, down } });
  }

  #ip(host: number, ...args: string[]): Promise<string> {
    return ip("-n", this.#namespaces[host]!, ...args);
  }

  #tell(command: RouterCommand): Promise<Extract<RouterAnswer, { ok: true }>> {
    const answer = this.#turn.then(async () => {
      await this.#router.write(JSON.stringify(command) + "\n");
      return await this.#nextAnswer();
    });
    this.#turn = answer.catch(() => {});
    return deadline(answer, 10_000, `the router's answer to ${command.do}`, () => this.#router.tail());
  }

  async #nextAnswer(): Promise<Extract<RouterAnswer, { ok: true }>> {
    const index = this.#answered++;
    const line = await this.#router.waitFor(() => this.#router.lines()[index], 10_000, "an answer");
    const answer: RouterAnswer = JSON.parse(line);
    if (!answer.ok) throw new Error(`the network lab's router: ${answer.error}`);
    return answer;
  }

  #index(host: string): number {
    const index = this.#names.indexOf(host);
    if (index < 0) throw new RangeError(`the lab has no host ${host}; it has ${this.#names.join(", ")}`);
    return index;
  }
}
