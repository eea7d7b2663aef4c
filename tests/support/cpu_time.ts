/** What a piece of work costs, whatever runs beside it on the same cores. */
import process from "node:process";

/**
 * Begins to measure; what it returns gives the time that this process has had on the cores since then, ms. A clock on the wall would count
 * the other programs of a busy machine too. It counts all threads, so also the garbage collector's, and those of a worker.
 */
export function cpuTime(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
}
