/** The figures of an ablation as a table in Markdown. */
import type { Figures, Moved } from "./compare.ts";
import { NETWORKS } from "./network.ts";

/** Of the figures that moved on one network this many are shown. */
const SHOWN = 2;

/** One row a mechanism, one column a network: what is worse without it, the most first, and in the last column what is better. */
export function table(figures: readonly Figures[]): string {
  const head = ["mechanism (in its place)", ...NETWORKS.map(({ name }) => name), "better without it"];
  const rows = figures.map(({ name, without, moved, broken }) => {
    const worse = moved.filter(({ from, to }) => to > from);
    const better = moved.filter(({ from, to }) => to < from);
    const cells = NETWORKS.map((network) => {
      if (broken) return "no session";
      return most(worse.filter((one) => one.network === network.name), SHOWN).map(words).join("; ");
    });
    const gained = most(better, SHOWN).map((one) => `${one.network}: ${words(one)}`).join("; ");
    return [`${name} (${without})`, ...cells, gained];
  });
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Those that moved the most, one of each measure. */
function most(moved: readonly Moved[], count: number): Moved[] {
  const size = ({ from, to }: Moved) => Math.abs(Math.log((to + 1) / (from + 1)));
  const sorted = [...moved].sort((a, b) => size(b) - size(a));
  return sorted.filter((one, i) =>
    sorted.findIndex(({ network, measure }) => {
      return network === one.network && measure === one.measure;
    }) === i
  ).slice(0, count);
}

function words({ measure, percentile, from, to, n, seeds }: Moved): string {
  const round = (value: number) => value < 10 ? Number(value.toFixed(1)) : Math.round(value);
  const which = n > seeds ? ` p${Math.round(percentile * 100)}` : "";
  return `${measure}${which} ${round(from)} → ${round(to)}`;
}
