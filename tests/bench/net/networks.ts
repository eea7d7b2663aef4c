/** The networks that the systems are compared on, by the names that the benches take. */
import type { LinkShape } from "../../net/link.ts";

export interface Network {
  readonly title: string;
  /** What fits beside a plot. */
  readonly short: string;
  /** One way each. */
  readonly link: Partial<LinkShape>;
}

export const NETWORKS: Readonly<Record<string, Network>> = {
  "0": { title: "100 ms RTT, no loss", short: "100 ms, no loss", link: { delayMs: 50 } },
  "5": {
    title: "100 ms RTT, 5 % loss each way",
    short: "100 ms, 5 % loss",
    link: { delayMs: 50, loss: 0.05 },
  },
  "10": {
    title: "300 ms RTT, 10 % loss each way",
    short: "300 ms, 10 % loss",
    link: { delayMs: 150, loss: 0.1 },
  },
  "1m": {
    title: "100 ms RTT, 1 Mbit/s",
    short: "100 ms, 1 Mbit/s",
    link: { delayMs: 50, rateKbit: 1000 },
  },
};
