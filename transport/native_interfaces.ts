/** Which addresses of this machine another one could reach. Deno only. */

/**
 * Whether any interface but the loopback is up with an address. The ICE library gathers no loopback addresses (RFC 8445,
 * section 5.1.1.1), so on a machine without a network two ends must be told to use it, or they never meet.
 */
export function hasNetwork(): boolean {
  return localAddresses().length > 0;
}

/** The addresses that ICE gathers, each as `interface address`, sorted: a change of this list is a change of network. */
export function localAddresses(): string[] {
  return Deno.networkInterfaces()
    .filter(({ name, address }) => !isLocal(address) && name !== "docker0" && isUp(name))
    .map(({ name, address }) => `${name} ${address}`)
    .sort();
}

/** Loopback and link-local addresses, IPv4 and IPv6. */
function isLocal(address: string): boolean {
  return /^(127\.|169\.254\.|::1$|fe[89ab][0-9a-f]:)/i.test(address);
}

/** An interface that is down keeps its IPv4 address, and Deno lists it; on Linux the kernel tells which it is. */
function isUp(name: string): boolean {
  if (Deno.build.os !== "linux") return true;
  const IFF_UP = 1;
  try {
    return (Number(Deno.readTextFileSync(`/sys/class/net/${name}/flags`).trim()) & IFF_UP) !== 0;
  } catch {
    return true; // no /sys in this sandbox: believe the list
  }
}
