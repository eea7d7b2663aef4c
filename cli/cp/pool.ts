/** Work that runs several at a time. */

/**
 * Does `work` for each of `items`, at most `most` at once, in order of their begin. Settles when all have settled.
 * The first error that is thrown stops the rest from beginning, and is thrown.
 */
export async function pooled<T>(
  items: AsyncIterable<T> | Iterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for await (const item of items) {
    if (running.size >= most) await Promise.race(running);
    if (faults.length > 0) break;
    const one = work(item).catch((error) => void faults.push(error)).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}
