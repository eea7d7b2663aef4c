/** Which of this machine's addresses a join code contains when the host runs its own road. */
import type { OwnAddress } from "../../transport/native/addresses.ts";

/** The address of a machine without a network; see {@link lanAddress}. */
export const ALONE = "127.0.0.1";

/**
 * The address to print: a real interface's IPv4, else a virtual one's, else a global IPv6, else 127.0.0.1 (a machine without a network can
 * still share between its own terminals).
 */
export function lanAddress(own: readonly OwnAddress[]): string {
  const find = (family: OwnAddress["family"], use: OwnAddress["use"]) =>
    own.find((one) => one.family === family && one.use === use)?.address;
  const v4 = find("IPv4", "usable") ?? find("IPv4", "virtual");
  if (v4 !== undefined) return v4;
  const v6 = find("IPv6", "usable");
  return v6 === undefined ? ALONE : `[${v6}]`;
}
