/** Which of this machine's addresses a join code should carry when the host runs its own road. */
import type { OwnAddress } from "../../transport/native/addresses.ts";

/** Where the machine is on no network; see {@link lanAddress}. */
export const ALONE = "127.0.0.1";

/**
 * The address to print: a real interface's IPv4, else a virtual one's, else a global IPv6, else 127.0.0.1 (a machine without a network still
 * shares between its own terminals).
 */
export function lanAddress(own: readonly OwnAddress[]): string {
  const find = (family: OwnAddress["family"], use: OwnAddress["use"]) =>
    own.find((one) => one.family === family && one.use === use)?.address;
  const v4 = find("IPv4", "usable") ?? find("IPv4", "virtual");
  if (v4 !== undefined) return v4;
  const v6 = find("IPv6", "usable");
  return v6 === undefined ? ALONE : `[${v6}]`;
}
