/** The figures of the network bench as a table for people. */
import { percentile } from "../figures.ts";
import type { Figures } from "./measures.ts";

/** What each row is, in the order of the table. */
const ROWS: readonly [key: string, title: string][] = [
  ["idle_p50", "key to echo, idle: p50"],
  ["idle_p95", "p95"],
  ["idle_p99", "p99"],
  ["typing_p50", "key to echo, 8 keys a second: p50"],
  ["typing_p95", "p95"],
  ["typing_p99", "p99"],
  ["floor_p50", "bare datagrams there and back, of those not lost: p50"],
  ["floor_p95", "p95"],
  ["floor_p99", "p99"],
  ["history_p50", "the same while 0.8 MB of history flows: p50"],
  ["history_p95", "p95"],
  ["history_p99", "p99"],
  ["history_kB_s", "bytes on the wire meanwhile, kB/s"],
  ["first_screen", "first screen, from process start"],
  ["blackout3", "first news after a 3 s cut"],
  ["blackout3_worst", "the slowest"],
  ["blackout10", "first news after a 10 s cut"],
  ["blackout10_worst", "the slowest"],
  ["roam", "first news after a change of the viewer's address"],
  ["roam_host", "of the host's"],
  ["interrupt", "Ctrl-C in a flood, to the prompt"],
  ["seq", "`seq 1 200000`, to its last line"],
  ["seq_kB", "its bytes on the wire, kB"],
  ["redraw_fps", "60 Hz redraw: whole frames a second"],
  ["redraw_age_p50", "their age: p50"],
  ["redraw_age_max", "the oldest"],
  ["redraw_kB_s", "its bytes on the wire, kB/s"],
  ["redraw_cpu_host", "its CPU at the host, %"],
  ["redraw_cpu_viewer", "its CPU at the viewer, %"],
  ["typing_bytes_s", "bytes on the wire while typing, B/s"],
  ["typing_cpu_host", "CPU while typing, host, %"],
  ["typing_cpu_viewer", "CPU while typing, viewer, %"],
  ["silent_first_bytes_s", "bytes on the wire while nothing happens, the first 30 s, B/s"],
  ["silent_bytes_s", "the same from 75 s on, both ways and with the road"],
  ["silent_host_bytes_s", "of these from host to viewer"],
  ["silent_viewer_bytes_s", "from viewer to host"],
  ["silent_road_bytes_s", "from both to the road"],
];

/** The median of each figure over the runs; one that failed in a run (NaN or absent) counts as worst. */
export function medians(cells: Readonly<Record<string, readonly Figures[]>>): Record<string, Figures> {
  const out: Record<string, Figures> = {};
  for (const [system, runs] of Object.entries(cells)) {
    const figures: Figures = out[system] = {};
    for (const [key] of ROWS) {
      const values = runs.map((run) => run[key] ?? NaN);
      if (runs.every((run) => !(key in run))) continue;
      const worst = key === "redraw_fps" ? -Infinity : Infinity;
      figures[key] = percentile(values.map((v) => Number.isNaN(v) ? worst : v), 0.5);
    }
  }
  return out;
}

/** One network's table in Markdown. */
export function table(title: string, systems: Readonly<Record<string, Figures>>): string {
  const names = Object.keys(systems);
  const lines = [`### ${title}`, "", `| | ${names.join(" | ")} |`, `|---${"|---:".repeat(names.length)}|`];
  for (const [key, words] of ROWS) {
    if (names.every((name) => !(key in systems[name]!))) continue;
    const cells = names.map((name) => shown(systems[name]![key]));
    lines.push(`| ${words} | ${cells.join(" | ")} |`);
  }
  return lines.join("\n") + "\n";
}

function shown(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isFinite(value) ? String(Math.round(value)) : "never";
}
