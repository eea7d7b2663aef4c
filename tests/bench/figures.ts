/** What the benches do alike with their times: order statistics, and a line for each figure. */

/** The `p`-th part (0 to 1) of `values`, NaN of none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);

export function line(name: string, ...parts: readonly string[]): void {
  console.log(`${name.padEnd(28)} ${parts.join("   ")}`);
}
