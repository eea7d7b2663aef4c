/** Work that runs several at a time. */

/** How much may run at once. */
export interface PoolSize<T> {
  readonly most: number;
  /** What one item takes of `most`; 1 unless it is given. One that takes more than there is runs alone. */
  readonly weight?: (item: T) => number;
}

/**
 * Does `work` for each of `items`, as many at once as `size` has room for, in order of their begin. Settles when all have settled.
 * The first error that is thrown stops the rest from beginning, and is thrown.
 */
export async function pooled<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { most, weight = () => 1 }: PoolSize<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  let taken = 0;
  for await (const item of items) {
    const takes = weight(item);
    while (running.size > 0 && taken + takes > most) await Promise.race(running);
    if (faults.length > 0) break;
    taken += takes;
    const one = work(item).catch((error) => void faults.push(error)).finally(() => {
      running.delete(one);
      taken -= takes;
    });
    running.add(one);
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}
