/** Which network we are on, as far as our addresses tell. */

/** The addresses that others may reach us by, each as `interface address`, sorted: another list is another network. */
export function localAddresses(): string[] {
  return Deno.networkInterfaces()
    .filter(({ address }) => !/^(127\.|169\.254\.|::1$|fe[89ab][0-9a-f]:)/i.test(address))
    .map(({ name, address }) => `${name} ${address}`)
    .sort();
}

/** Whether a URL's host is this machine. */
export function isOwn(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  return address === "localhost" || address.startsWith("127.") ||
    Deno.networkInterfaces().some((own) => own.address === address);
}
