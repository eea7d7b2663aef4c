/**
 * Draws the results of the network bench: key to echo while typing, one bar for each system and percentile, time on a log scale.
 *
 *     deno run -A tests/bench/net/plot.ts results.json > plot.svg
 */
import { NETWORKS } from "./networks.ts";
import type { Figures } from "./measures.ts";
import { medians } from "./report.ts";

const SHADES = ["#1b5e8c", "#5a9bc8", "#b5d3e8"] as const;
const [WIDTH, LEFT, BAR, FROM, TO] = [760, 200, 7, 80, 10_000];

const x = (ms: number) =>
  LEFT + (WIDTH - LEFT - 60) * Math.log(Math.min(TO, Math.max(FROM, ms)) / FROM) / Math.log(TO / FROM);

/** The SVG of `results`: network, system, runs. */
export function plot(results: Record<string, Record<string, Figures[]>>): string {
  const marks: string[] = [];
  let y = 40;
  for (const [network, cells] of Object.entries(results)) {
    marks.push(`<text x="8" y="${y + 4}" font-weight="bold">${NETWORKS[network]?.short ?? network}</text>`);
    y += 14;
    for (const [system, figures] of Object.entries(medians(cells))) {
      marks.push(`<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${system}</text>`);
      ["p50", "p95", "p99"].forEach((name, i) => {
        const ms = figures[`typing_${name}`];
        if (ms === undefined || !Number.isFinite(ms)) return;
        const top = y + i * BAR;
        const width = (x(ms) - LEFT).toFixed(1);
        marks.push(`<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR - 1}" fill="${SHADES[i]}"/>`);
        const place = `x="${(x(ms) + 4).toFixed(1)}" y="${top + BAR - 1}" font-size="8"`;
        marks.push(`<text ${place}>${name} ${Math.round(ms)}</text>`);
      });
      y += 3 * BAR + 6;
    }
    y += 12;
  }
  const lines = [100, 300, 1000, 3000, 10_000].map((ms) =>
    `<path d="M${x(ms).toFixed(1)} 22V${y}" stroke="#ddd"/>` +
    `<text x="${x(ms).toFixed(1)}" y="${y + 12}" text-anchor="middle">${ms} ms</text>`
  );
  const title = "Key to echo while typing 8 keys a second (log scale, less is better)";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 20}" ` +
    `font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>` +
    `<text x="8" y="16" font-size="13">${title}</text>${lines.join("")}${marks.join("\n")}</svg>\n`;
}

if (import.meta.main) {
  const { results } = JSON.parse(await Deno.readTextFile(Deno.args[0] ?? ""));
  await Deno.stdout.write(new TextEncoder().encode(plot(results)));
}
