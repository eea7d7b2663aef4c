/** This machine's own addresses, and what each of them is good for. Deno only. */

/**
 * What an address is good for:
 * - `usable`: other machines may be behind it;
 * - `virtual`: only this machine's containers and virtual machines are (its interface may be switched off);
 * - `local`: nobody is: loopback, or link-local;
 * - `down`: its interface is switched off, and keeps its IPv4 address.
 */
export type Use = "usable" | "virtual" | "local" | "down";

export interface OwnAddress {
  /** Of the interface. */
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly use: Use;
}

const LOCAL = /^(?:127\.|169\.254\.|::1$|fe[89ab][0-9a-f]:)/i;
/** What Docker, Podman, Kubernetes, LXC, libvirt, VirtualBox, VMware, Hyper-V and macOS call their bridges, and the ends of their pairs. */
const VIRTUAL =
  /^(?:docker|podman|br-|cni|flannel|cali|cilium|lxc|lxd|incus|veth|virbr|vnet|vmnet|vboxnet|vmenet|bridge1\d\d|vEthernet \((?:WSL|Default Switch|nat)|VirtualBox|VMware)/;
/** Where Linux shows its interfaces. */
const SYS = "/sys/class/net";
/** Interfaces stand on each other: a bridge on a bond on a card. More can only be a circle. */
const DEEPEST = 4;
const IFF_UP = 1;

/** Which interfaces are virtual, and of which list of addresses that is known: who watches asks ten times a second. */
const virtual = new Map<string, boolean>();
let known = "";

/** All addresses of this machine as they are now, in the system's order. Takes 0.1 ms, and 0.02 ms for each usable interface. */
export function ownAddresses(): OwnAddress[] {
  const all = Deno.networkInterfaces();
  const list = all.map(({ name, address }) => `${name} ${address}`).join();
  if (list !== known) virtual.clear();
  known = list;
  return all.map(({ name, family, address }) => ({ name, family, address, use: useOf(name, address) }));
}

/**
 * The addresses that tell which network the machine is on, each as `interface address`, sorted: another list is another network.
 * A bridge that a program makes for its containers is none.
 */
export function networkAddresses(): string[] {
  return ownAddresses()
    .filter(({ use }) => use === "usable")
    .map(({ name, address }) => `${name} ${address}`)
    .sort();
}

/**
 * Whether ICE finds any address to gather. It takes no loopback addresses (RFC 8445, section 5.1.1.1), and the library none of `docker0`:
 * on a machine without others two ends must be told to use the loopback, or they never meet.
 */
export function hasNetwork(): boolean {
  return ownAddresses().some(({ name, use }) =>
    use === "usable" || use === "virtual" && name !== "docker0" && isUp(name)
  );
}

/** Whether a URL's host is this machine. */
export function isOwn(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  return address === "localhost" || address.startsWith("127.") ||
    ownAddresses().some((own) => own.address === address);
}

function useOf(name: string, address: string): Use {
  if (LOCAL.test(address)) return "local";
  if (!virtual.has(name)) virtual.set(name, isVirtual(name));
  if (virtual.get(name)) return "virtual";
  return isUp(name) ? "usable" : "down";
}

/** A bridge can have any name, and be the way out of the machine, as on one that runs virtual machines: Linux tells by what it stands on. */
function isVirtual(name: string): boolean {
  if (Deno.build.os === "linux" && exists(`${SYS}/${name}/bridge`)) return !standsOnCard(name);
  return VIRTUAL.test(name);
}

function standsOnCard(name: string, depth = 0): boolean {
  if (exists(`${SYS}/${name}/device`)) return true;
  if (depth === DEEPEST) return false;
  try {
    for (const entry of Deno.readDirSync(`${SYS}/${name}`)) {
      const lower = /^lower_(.+)$/.exec(entry.name)?.[1];
      if (lower !== undefined && standsOnCard(lower, depth + 1)) return true;
    }
  } catch {
    // It went away meanwhile.
  }
  return false;
}

function isUp(name: string): boolean {
  if (Deno.build.os !== "linux") return true;
  try {
    return (Number(Deno.readTextFileSync(`${SYS}/${name}/flags`).trim()) & IFF_UP) !== 0;
  } catch {
    return true; // no /sys in this sandbox: believe the list
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
