/** What two series of measurements with the same seeds differ in, beyond chance. */
import type { Measured } from "./measure.ts";

/** A figure that is another one without the mechanism. */
export interface Moved {
  readonly network: string;
  readonly measure: string;
  readonly percentile: number;
  readonly from: number;
  readonly to: number;
  /** Samples of all seeds, and seeds. */
  readonly n: number;
  readonly seeds: number;
}

export interface Figures {
  readonly name: string;
  readonly without: string;
  readonly moved: readonly Moved[];
  /** Whether the session did not get through the workloads at all. */
  readonly broken: boolean;
}

const PERCENTILES = [0.5, 0.95, 0.99];
/** A change of less is no change: of the figure itself, and in its unit (ms, bytes, per cent). */
const LEAST_PART = 0.03;
const LEAST = 1;
/** In each half of the seeds the mean of the differences is this many standard errors: in both by chance once in some thousands. */
const SURE = 3;

/** The figures that moved. Each seed is compared with itself; what moved has to do so in each half of the seeds. One seed: nothing was left to chance. */
export function compare(all: Measured, ablated: Measured): Moved[] {
  const moved: Moved[] = [];
  for (const [network, measures] of Object.entries(all)) {
    for (const [measure, seeds] of Object.entries(measures)) {
      const others = ablated[network]![measure]!;
      for (const percentile of PERCENTILES) {
        const n = seeds.flat().length;
        // The 99th of few samples is the 95th again.
        if (n < seeds.length * 2 ? percentile > 0.5 : percentile > 0.95 && n < 100) continue;
        const [from, to] = [at(seeds.flat(), percentile), at(others.flat(), percentile)];
        if (Math.abs(to - from) < Math.max(LEAST, LEAST_PART * from)) continue;
        const differences = seeds.map((one, i) => at(others[i]!, percentile) - at(one, percentile));
        if (!sure(differences, Math.sign(to - from))) continue;
        moved.push({ network, measure, percentile, from, to, n, seeds: seeds.length });
      }
    }
  }
  return moved;
}

/** The value below which this part of `values` is. */
export function at(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

function sure(differences: readonly number[], sign: number): boolean {
  if (differences.length === 1) return true;
  const middle = Math.ceil(differences.length / 2);
  return [differences.slice(0, middle), differences.slice(middle)].every((half) => {
    const mean = half.reduce((sum, one) => sum + one, 0) / half.length;
    const variance = half.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, half.length - 1);
    return mean * sign > SURE * Math.sqrt(variance / half.length);
  });
}
