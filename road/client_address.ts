/** The address that a request is counted against. */

/**
 * The client's address: of the socket, or behind a trusted proxy the last one that the proxy appended to `X-Forwarded-For` (the client can
 * forge those before it). Falls back to the socket's address if the text is no address.
 */
export function clientAddress(socket: string, forwarded: string | undefined, trustProxy: boolean): string {
  if (!trustProxy || forwarded === undefined) return plain(socket);
  const last = forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  return /^[0-9a-fA-F:.]{2,45}$/.test(last) ? plain(last) : plain(socket);
}

/** The key of an address for limits: an IPv4 address itself; of an IPv6 address its /64, which one customer usually has. */
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

/** An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) as IPv4. */
function plain(address: string): string {
  return /^::ffff:[0-9.]+$/i.test(address) ? address.slice(7) : address;
}
