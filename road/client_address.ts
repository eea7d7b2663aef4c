/** Whom a request is counted against. */

/**
 * The client's address: of the socket, or behind a trusted proxy the last one that the proxy added to `X-Forwarded-For`
 * (what stands before it is the client's own claim). Text that is no address falls back to the socket's.
 */
export function clientAddress(socket: string, forwarded: string | undefined, trustProxy: boolean): string {
  if (!trustProxy || forwarded === undefined) return plain(socket);
  const last = forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  return /^[0-9a-fA-F:.]{2,45}$/.test(last) ? plain(last) : plain(socket);
}

/** The key of an address for limits: an IPv4 address itself, of IPv6 its /64, which is what one customer gets. */
export function limitKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  if (tail !== undefined) {
    const rest = tail.split(":").filter((group) => group !== "");
    while (groups.length + rest.length < 8) groups.push("0");
    groups.push(...rest);
  }
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":") + "::/64";
}

/** IPv4 inside IPv6 (`::ffff:192.0.2.1`) as IPv4. */
function plain(address: string): string {
  return /^::ffff:[0-9.]+$/i.test(address) ? address.slice(7) : address;
}
