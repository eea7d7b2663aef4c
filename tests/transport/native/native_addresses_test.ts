import assert from "node:assert/strict";
import { ip, NAMESPACES, removeAbandoned, removeNamespace } from "../../net/namespaces.ts";
import * as needs from "../../support/needs.ts";
import { testWith } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";

/** Says at each line of its input whether the machine is on another network than at the line before, and by which addresses. */
const WATCH = `
import { AddressWatch } from "${new URL("../../../cli/network/address_watch.ts", import.meta.url)}";
import { hasNetwork, networkAddresses, ownAddresses } from "${new URL(
  "../../../transport/native/addresses.ts",
  import.meta.url,
)}";
import { lanAddress } from "${new URL("../../../cli/network/lan.ts", import.meta.url)}";
const watch = new AddressWatch(networkAddresses);
for await (const _ of Deno.stdin.readable) {
  const own = ownAddresses();
  console.log(JSON.stringify({
    moved: watch.moved(), addresses: networkAddresses(), lan: lanAddress(own), network: hasNetwork(),
  }));
}
`;

interface Seen {
  readonly moved: boolean;
  readonly addresses: readonly string[];
  readonly lan: string;
  readonly network: boolean;
}

/** A machine of its own. With `sys` its `/sys` shows its interfaces, as on a real one; without, as in many a sandbox, it does not. */
class Machine implements AsyncDisposable {
  readonly #name = `beach-${Deno.pid}-0-own`;
  #watch: Spawned | undefined;

  static async create(sys: boolean): Promise<Machine> {
    await removeAbandoned();
    const machine = new Machine();
    await ip("netns", "add", machine.#name);
    const script = ["deno", "run", "-A", "--no-lock", `data:text/typescript,${encodeURIComponent(WATCH)}`];
    machine.#watch = Spawned.start(
      sys
        ? ["ip", "netns", "exec", machine.#name, ...script]
        : ["nsenter", `--net=${NAMESPACES}/${machine.#name}`, "--", ...script],
    );
    return machine;
  }

  /** Runs `ip` with each line's words. */
  async ip(...lines: string[]): Promise<void> {
    for (const line of lines) await ip("-n", this.#name, ...line.split(" "));
  }

  async look(): Promise<Seen> {
    const watch = this.#watch!;
    const before = watch.lines().length;
    await watch.write("\n");
    return JSON.parse(await watch.waitFor(() => watch.lines()[before], 20_000, "what it sees"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
    await removeNamespace(this.#name);
  }
}

/** A card of this machine can't be had in a namespace: what a container has in its place. */
const CARD = [
  "link add eth0 type veth peer name wire",
  "link set wire up",
  "addr add 10.1.2.3/24 dev eth0",
  "link set eth0 addrgenmode none up",
];
const bridge = (name: string, address: string) => [
  `link add ${name} type bridge`,
  `addr add ${address}/16 dev ${name}`,
  `link set ${name} up`,
];

for (const sys of [true, false]) {
  const where = sys ? "" : ", without /sys too";
  testWith([needs.lab], `a bridge that \`docker compose up\` adds is no other network${where}`, async () => {
    await using machine = await Machine.create(sys);
    await machine.ip(...CARD);
    await machine.look();
    const before = await machine.look();
    assert.deepEqual(before, { moved: false, addresses: ["eth0 10.1.2.3"], lan: "10.1.2.3", network: true });

    await machine.ip(...bridge("br-3f2a9c01d7e4", "172.18.0.1"));
    await machine.ip(
      "link add veth1a2b3c4 type veth peer name inside",
      "link set veth1a2b3c4 master br-3f2a9c01d7e4 up",
      "addr add 172.18.0.2/16 dev veth1a2b3c4",
    );
    // The compose file may name it.
    if (sys) await machine.ip(...bridge("backend", "172.19.0.1"));
    assert.deepEqual(await machine.look(), before);

    await machine.ip("addr add 10.7.7.7/24 dev eth0");
    assert.deepEqual(await machine.look(), {
      ...before,
      moved: true,
      addresses: ["eth0 10.1.2.3", "eth0 10.7.7.7"],
    });

    // Its bridges are all that it has: its containers may join, and it is on no network.
    await machine.ip("link del eth0");
    assert.deepEqual(await machine.look(), { moved: false, addresses: [], lan: "172.18.0.1", network: true });
  });
}

testWith(
  [needs.lab],
  "an interface that is switched off leads nowhere, and counts again when it is on",
  async () => {
    await using machine = await Machine.create(true);
    await machine.ip(...CARD);
    await machine.look();
    await machine.ip("link set eth0 down");
    assert.deepEqual(await machine.look(), { moved: false, addresses: [], lan: "127.0.0.1", network: false });
    await machine.ip("link set eth0 up", "addr add 10.7.7.7/24 dev eth0");
    assert.equal((await machine.look()).moved, true);
  },
);
