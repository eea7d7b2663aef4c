/** The networks of the benches of services, and how much goes over each. */
import type { LinkShape } from "../../net/link.ts";
import { NETWORKS } from "../net/networks.ts";

const MB = 1_000_000;

export interface Path {
  readonly title: string;
  readonly link: Partial<LinkShape>;
  /** What goes over it in some ten seconds; bytes. */
  readonly bytes: number;
}

export const PATHS: Readonly<Record<string, Path>> = {
  loopback: { title: "no delay", link: {}, bytes: 200 * MB },
  "0": { ...NETWORKS["0"]!, bytes: 50 * MB },
  "5": { ...NETWORKS["5"]!, bytes: MB },
  "1m": { ...NETWORKS["1m"]!, bytes: MB },
};
