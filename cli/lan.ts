/** Which of this machine's addresses a join code should carry when the host runs its own road. */

/** Names of interfaces that other machines are not behind: bridges and pairs of containers, virtual machines. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|lxc|lxd)/;

/** The part of `Deno.NetworkInterfaceInfo` that matters. */
export interface Interface {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
}

/** Where the machine is on no network; see {@link lanAddress}. */
export const ALONE = "127.0.0.1";

/**
 * The address to print: a real interface's IPv4, else a virtual one's, else a global IPv6, else 127.0.0.1 (a machine without a network still
 * shares between its own terminals).
 */
export function lanAddress(interfaces: readonly Interface[]): string {
  const usable = interfaces.filter(({ name, address }) =>
    name !== "lo" && !address.startsWith("127.") && !address.startsWith("169.254.") &&
    !/^(::1$|fe80:)/i.test(address)
  );
  const v4 = usable.filter((i) => i.family === "IPv4");
  const best = v4.find((i) => !VIRTUAL.test(i.name)) ?? v4[0];
  if (best) return best.address;
  const v6 = usable.find((i) => !VIRTUAL.test(i.name));
  return v6 ? `[${v6.address}]` : ALONE;
}
